"""法定节假日 and 调休, as the State Council's notice of a year lists them (国务院办公厅关于节假日安排的通知). Pure.

One line for each: `2026-10-01 2026-10-07 休 国庆节`, `2026-10-10 班 国庆节调休`; the second day may be left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from app.core.errors import DomainError
from app.core.text import N_, fold_width

MOST_LINES: Final = 200
LONGEST_DAYS: Final = 31
"""[P] A holiday longer than that is a slip of the finger."""
NAME_MAX: Final = 20
FIRST_YEAR, LAST_YEAR = 2000, 2100
_KINDS: Final = {"休": False, "放假": False, "班": True, "上班": True}


@dataclass(frozen=True, slots=True)
class Holiday:
    """Days that are free, or (`works`) a weekend on which everybody works instead."""

    first: date
    last: date
    works: bool
    name: str

    def packed(self) -> list[str]:
        """As it is stored."""
        return [self.first.isoformat(), self.last.isoformat(), "班" if self.works else "休", self.name]

    @property
    def line(self) -> str:
        """As it is typed."""
        first, last, kind, name = self.packed()
        return " ".join([first, *([] if last == first else [last]), kind, name])


def read_holidays(text: str) -> tuple[Holiday, ...]:
    """The lines of an office, in the order of their days.

    Raises DomainError, field `holidays`, which names the line: `line_wrong`, `day_wrong`, `days_wrong`,
    `days_overlap`, `lines_many`.
    """
    lines = [(n, line.split()) for n, line in enumerate(fold_width(text).splitlines(), start=1) if line.strip()]
    if len(lines) > MOST_LINES:
        raise _wrong("lines_many", N_("最多 %(n)s 行。"), MOST_LINES)
    read = sorted(((_line(n, parts), n) for n, parts in lines), key=lambda pair: pair[0].first)
    for (earlier, _), (later, n) in pairwise(read):
        if later.first <= earlier.last:
            raise _wrong("days_overlap", N_("第 %(n)s 行的日子和别的行重了。"), n)
    return tuple(one for one, _ in read)


def _line(n: int, parts: Sequence[str]) -> Holiday:
    days = [parts[0]] if len(parts) > 1 and parts[1] in _KINDS else list(parts[:2])
    rest = list(parts[len(days) :])
    if len(rest) != 2 or rest[0] not in _KINDS or len(rest[1]) > NAME_MAX or not rest[1].isprintable():
        raise _wrong("line_wrong", N_("第 %(n)s 行看不懂，请写成“2026-10-01 2026-10-07 休 国庆节”。"), n)
    first, last = (_day(n, one) for one in (days[0], days[-1]))
    if not 0 <= (last - first).days < LONGEST_DAYS:
        raise _wrong("days_wrong", N_("第 %(n)s 行：第二个日子要在第一个之后，相差不到 31 天。"), n)
    return Holiday(first, last, _KINDS[rest[0]], rest[1])


def _day(n: int, text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise _wrong("day_wrong", N_("第 %(n)s 行的日期不对，请写成“2026-10-01”。"), n)
    return found


def _wrong(code: str, message: str, n: int) -> DomainError:
    return DomainError(code, message, field="holidays", n=n)


def unpack(rows: Iterable[Sequence[str]]) -> tuple[Holiday, ...]:
    """What was stored."""
    return tuple(
        Holiday(date.fromisoformat(first), date.fromisoformat(last), kind == "班", name)
        for first, last, kind, name in rows
    )


def on_day(holidays: Iterable[Holiday], day: date) -> Holiday | None:
    """What a day is, if it is anything."""
    return next((one for one in holidays if one.first <= day <= one.last), None)
