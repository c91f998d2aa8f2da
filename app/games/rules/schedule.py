"""A schedule: times for units one after another on several courts, and what would then stand twice at once."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from typing import Literal

Clash = Literal["court", "athlete", "referee"]


@dataclass(frozen=True)
class Slot:
    """A unit with its time and court; `people` are the persons of its entries, `referees` the accounts."""

    unit: uuid.UUID
    starts_at: datetime
    minutes: int
    place: tuple[str, str]
    people: frozenset[uuid.UUID] = frozenset()
    referees: frozenset[uuid.UUID] = frozenset()

    @property
    def ends_at(self) -> datetime:
        """When the court is free again."""
        return self.starts_at + timedelta(minutes=self.minutes)


def fill(
    units: Sequence[uuid.UUID], starts_at: datetime, minutes: int, courts: Sequence[str]
) -> list[tuple[uuid.UUID, datetime, str]]:
    """Units in their order, side by side on all courts, each turn `minutes` after the one before."""
    return [
        (unit, starts_at + timedelta(minutes=minutes * (n // len(courts))), courts[n % len(courts)])
        for n, unit in enumerate(units)
    ]


def clashes(slots: Sequence[Slot]) -> Iterator[tuple[Clash, Slot, Slot]]:
    """Every two slots at the same time on the same court, with the same person, or with the same referee."""
    for a, b in combinations(sorted(slots, key=lambda slot: slot.starts_at), 2):
        if b.starts_at >= a.ends_at:
            continue
        if a.place == b.place and a.place[1]:
            yield "court", a, b
        if a.people & b.people:
            yield "athlete", a, b
        if a.referees & b.referees:
            yield "referee", a, b
