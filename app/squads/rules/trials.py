"""Several trials, and the one of them that counts: pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol, TypeVar

from app.core.text import fold_width
from app.squads.constants import MarkOrder, MarkRule

_MARK = re.compile(r"(?:(?P<minutes>[0-9]{1,4})[:′'])?(?P<number>[0-9]{1,6}(?:\.[0-9]{1,6})?)\D{0,4}")


class Tried(Protocol):
    """A trial: what was measured, on which day (none: unknown), and when it was written down."""

    @property
    def mark(self) -> str:
        """As it was measured: 12.45, 1:02.5, 8.8 分."""

    @property
    def tried_on(self) -> date | None:
        """The day."""

    @property
    def noted_at(self) -> datetime:
        """When it came in."""


T = TypeVar("T", bound=Tried)


def measured(mark: str) -> float | None:
    """What a mark measures: 9.8, 12.45, 1:02.5 as 62.5; None for words."""
    found = _MARK.fullmatch(fold_width(mark).strip())
    if found is None:
        return None
    return float(found.group("number")) + 60 * int(found.group("minutes") or 0)


def mark_order(mark: str, order: MarkOrder = MarkOrder.LESS) -> tuple[bool, float, str]:
    """Sorts marks by what they measure, the better first; words and none last."""
    value = measured(mark)
    if value is None:
        return (True, 0.0, mark)
    return (False, value if order is MarkOrder.LESS else -value, mark)


def counting(trials: Sequence[T], order: MarkOrder, rule: MarkRule) -> T | None:
    """The trial that counts: the best that measures something (of two equal ones the earlier), or the last.

    Where no trial measures anything, the last one counts under either rule.
    """
    if not trials:
        return None
    by_day = sorted(trials, key=lambda one: (one.tried_on or date.min, one.noted_at))
    able = [one for one in by_day if measured(one.mark) is not None]
    if rule is MarkRule.LAST or not able:
        return by_day[-1]
    return min(able, key=lambda one: mark_order(one.mark, order)[:2])
