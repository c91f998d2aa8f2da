"""A schedule: times for units one after another on several courts, and what would then stand twice at once."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from app.core.errors import Conflict
from app.core.text import N_
from app.games.constants import UNIT_MINUTES, UnitStatus

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


@dataclass(frozen=True, slots=True)
class ClashLine:
    """Two units that would stand at the same time, and why they cannot."""

    kind: Clash
    a: Slot
    b: Slot


class ScheduleClash(Conflict):
    """What would stand twice at once if it were kept; `found` outlives the act, which has kept nothing."""

    def __init__(self, found: Sequence[ClashLine]) -> None:
        super().__init__("schedule_clash", N_("有 %(n)s 处同时重叠，核对后再确认保存。"), n=len(found))
        self.found = tuple(found)


@dataclass(frozen=True, slots=True)
class SessionDraft:
    """A session as it is typed in."""

    name: str
    venue: str
    starts_at: datetime
    ends_at: datetime


def fill(
    units: Sequence[uuid.UUID], starts_at: datetime, minutes: int, courts: Sequence[str]
) -> list[tuple[uuid.UUID, datetime, str]]:
    """Units in their order, side by side on all courts, each turn `minutes` after the one before."""
    return [
        (unit, starts_at + timedelta(minutes=minutes * (n // len(courts))), courts[n % len(courts)])
        for n, unit in enumerate(units)
    ]


def _overlapping(slots: Sequence[Slot]) -> Iterator[tuple[Slot, Slot]]:
    """Pairs at the same time, of slots by their start: each looks only at those still on when it begins."""
    on: list[Slot] = []
    for slot in slots:
        on = [one for one in on if one.ends_at > slot.starts_at]
        for one in on:
            yield one, slot
        on.append(slot)


def clashes(slots: Sequence[Slot]) -> Iterator[tuple[Clash, Slot, Slot]]:
    """Every two slots at the same time on the same court, with the same person, or with the same referee."""
    for a, b in _overlapping(sorted(slots, key=lambda slot: slot.starts_at)):
        if a.place == b.place and a.place[1]:
            yield "court", a, b
        if a.people & b.people:
            yield "athlete", a, b
        if a.referees & b.referees:
            yield "referee", a, b


def calendar_span(starts_at: datetime, minutes: int | None) -> tuple[datetime, datetime]:
    """From when to when a calendar shows a unit."""
    return starts_at, starts_at + timedelta(minutes=minutes or UNIT_MINUTES)


def calendar_status(status: str) -> str:
    """CONFIRMED; TENTATIVE while it is put off without a new time; CANCELLED (RFC 5545, 3.8.1.11)."""
    return {UnitStatus.POSTPONED: "TENTATIVE", UnitStatus.CANCELLED: "CANCELLED"}.get(UnitStatus(status), "CONFIRMED")
