"""Draws as they are stored, and who is to be drawn."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.core.db import db
from app.games.constants import DrawKind, EntryState
from app.games.models import Delegation, Discipline, Draw, Entry, Event, Result, Sheet, Unit


def draws_of(games_id: uuid.UUID, event_id: uuid.UUID) -> Sequence[Draw]:
    """Every draw of an event, the one that holds first."""
    return (
        db.session.execute(
            select(Draw)
            .where(Draw.games_id == games_id, Draw.event_id == event_id)
            .order_by(Draw.made_at.desc(), Draw.id.desc())
        )
        .scalars()
        .all()
    )


def draw_that_holds(games_id: uuid.UUID, event_id: uuid.UUID) -> Draw | None:
    """The newest draw of an event."""
    return next(iter(draws_of(games_id, event_id)), None)


def to_draw(games_id: uuid.UUID, event_id: uuid.UUID) -> Sequence[Entry]:
    """The live entries of an event in the order in which they go into a draw: seeds, then delegation by delegation,
    the best of each first. Numbers drawn earlier play no part in it.
    """
    return (
        db.session.execute(
            select(Entry)
            .join(Delegation, (Delegation.games_id == Entry.games_id) & (Delegation.id == Entry.delegation_id))
            .where(Entry.games_id == games_id, Entry.event_id == event_id, Entry.state == EntryState.ENTERED.value)
            .order_by(Entry.seed.is_(None), Entry.seed, Delegation.position, Delegation.code, Entry.strength, Entry.id)
            .execution_options(populate_existing=True)
        )
        .scalars()
        .all()
    )


def is_written(games_id: uuid.UUID, event_id: uuid.UUID) -> bool:
    """Whether a result, or a judge's sheet, of an event has been written."""
    result = select(Result.id).where(Result.games_id == games_id, Result.event_id == event_id).limit(1)
    sheet = (
        select(Sheet.unit_id)
        .join(Unit, (Unit.games_id == Sheet.games_id) & (Unit.id == Sheet.unit_id))
        .where(Sheet.games_id == games_id, Unit.event_id == event_id)
        .limit(1)
    )
    return any(db.session.execute(query).first() is not None for query in (result, sheet))


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """One line of an outcome: the number, place or `A1`, and who has it; nobody is a bye."""

    label: str
    who: str | None


def rows_of(draw: Draw) -> list[DrawnRow]:
    """An outcome line by line, from the first number on."""
    if draw.kind == DrawKind.GROUPS.value:
        return [
            DrawnRow(f"{chr(ord('A') + n)}{place}", one)
            for n, group in enumerate(draw.outcome)
            for place, one in enumerate(group, 1)
        ]
    return [DrawnRow(str(n), one) for n, one in enumerate(draw.outcome, 1)]


@dataclass(frozen=True, slots=True)
class EventDrawn:
    """An event on the list of draws."""

    event: Event
    discipline: str
    entries: int
    drawn_at: datetime | None
    units: int


def events_to_draw(games_id: uuid.UUID) -> list[EventDrawn]:
    """Every event with how many are entered, and when it was drawn last."""
    counted = {
        row.event_id: row.n
        for row in db.session.execute(
            select(Entry.event_id, func.count().label("n"))
            .where(Entry.games_id == games_id, Entry.state != EntryState.WITHDRAWN.value)
            .group_by(Entry.event_id)
        )
    }
    drawn = {
        row.event_id: row.at
        for row in db.session.execute(
            select(Draw.event_id, func.max(Draw.made_at).label("at"))
            .where(Draw.games_id == games_id)
            .group_by(Draw.event_id)
        )
    }
    units = {
        row.event_id: row.n
        for row in db.session.execute(
            select(Unit.event_id, func.count().label("n")).where(Unit.games_id == games_id).group_by(Unit.event_id)
        )
    }
    rows = db.session.execute(
        select(Event, Discipline.name)
        .join(Discipline, (Discipline.games_id == Event.games_id) & (Discipline.id == Event.discipline_id))
        .where(Event.games_id == games_id)
        .order_by(Discipline.position, Discipline.code, Event.position, Event.code)
    )
    return [
        EventDrawn(event, name, counted.get(event.id, 0), drawn.get(event.id), units.get(event.id, 0))
        for event, name in rows
    ]
