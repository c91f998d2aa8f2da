"""Records of the games: the best mark of an event across editions. Times: less is better; scores: more."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from app.games.constants import EventFormat
from app.games.rules.timed import seconds_of

KEPT_FOR: Final = frozenset({EventFormat.TIMED, EventFormat.JUDGED})
"""Formats whose marks compare from one edition to the next."""
_SCORE: Final = re.compile(r"\d{1,6}(\.\d{1,6})?")


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark of one edition. `held_on` is the edition's first day, which orders them."""

    event_code: str
    edition: str
    held_on: date
    entry: str
    value: Fraction
    text: str


@dataclass(frozen=True, slots=True)
class Record:
    """The best mark of an event, by those who hold it together; `beaten`: the record before, None for the first."""

    marks: tuple[Mark, ...]
    beaten: Fraction | None


def value_of(format_: EventFormat, text: str) -> Fraction | None:
    """A printed mark as a number: seconds, or a score; None for what does not compare."""
    if format_ is EventFormat.TIMED:
        return seconds_of(text)
    if format_ is EventFormat.JUDGED and _SCORE.fullmatch(text.strip()):
        return Fraction(text.strip())
    return None


def record_of(marks: Iterable[Mark], format_: EventFormat) -> Record | None:
    """The record of one event, edition by edition in the order of their days.

    The best mark of the first edition is the record, not a broken one; an equal mark of a later one holds it too.
    """
    sign = 1 if format_ is EventFormat.TIMED else -1
    held: tuple[Mark, ...] = ()
    beaten: Fraction | None = None
    editions: dict[tuple[date, str], list[Mark]] = {}
    for mark in marks:
        editions.setdefault((mark.held_on, mark.edition), []).append(mark)
    for key in sorted(editions):
        best = min(editions[key], key=lambda one: sign * one.value).value
        mine = tuple(one for one in editions[key] if one.value == best)
        if not held:
            held = mine
        elif sign * best < sign * held[0].value:
            held, beaten = mine, held[0].value
        elif best == held[0].value:
            held += mine
    return Record(held, beaten) if held else None
