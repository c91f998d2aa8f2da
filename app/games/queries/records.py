"""Records of the games, from the first three of each event with marks that compare, across the editions."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.core.db import db
from app.games.constants import COUNTED, EventFormat, GamesStatus
from app.games.models import Delegation, Discipline, Entry, Event, Games, Place
from app.games.rules.records import KEPT_FOR, Mark, Record, record_of, value_of

DEPTH = 3
"""Ranks that are looked at: who was first by the gun may have a slower net time than the second."""


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A record as a page shows it; `broken`: set in these games, better than an earlier one."""

    event_code: str
    event: str
    discipline: str
    mark: str
    beaten: str | None
    entry_id: uuid.UUID
    name: str
    delegation: str
    games_code: str
    games_name: str
    held_on: date
    broken: bool


def records(games_id: uuid.UUID, event_codes: Collection[str] | None = None) -> list[RecordLine]:
    """The record of each event of these games that has one, in the order of the programme: two statements.

    `event_codes` limits it to some. Editions that began later count for nothing here: what was a record in its games
    is shown so for ever.
    """
    mine = (
        select(Event.code, Event.name, Event.format, Discipline.name.label("discipline"), Games.starts_on)
        .join_from(Event, Discipline, (Discipline.games_id == Event.games_id) & (Discipline.id == Event.discipline_id))
        .join(Games, Games.id == Event.games_id)
        .where(Event.games_id == games_id, Event.format.in_([one.value for one in KEPT_FOR]))
        .order_by(Discipline.position, Discipline.code, Event.position, Event.code)
    )
    if event_codes is not None:
        mine = mine.where(Event.code.in_(list(event_codes)))
    events = db.session.execute(mine).all()
    if not events:
        return []
    rows = {str(row.entry_id): row for row in _marks(events[0].starts_on, [row.code for row in events])}
    marks: dict[str, list[Mark]] = defaultdict(list)
    formats = {row.code: EventFormat(row.format) for row in events}
    for entry, row in rows.items():
        if row.format == formats[row.code].value:
            value = value_of(formats[row.code], row.mark)
            if value is not None:
                marks[row.code].append(Mark(row.code, row.games_code, row.starts_on, entry, value, row.mark))
    found = [(event, record_of(marks[event.code], formats[event.code])) for event in events]
    return [
        line for event, record in found if record for line in _lines(event, record, rows, games_id, marks[event.code])
    ]


def _marks(until: date, codes: list[str]) -> list[Any]:
    query = (
        select(
            Place.entry_id,
            Place.mark,
            Place.games_id,
            Event.code,
            Event.format,
            Entry.name,
            Delegation.name.label("delegation"),
            Games.code.label("games_code"),
            Games.name.label("games_name"),
            Games.starts_on,
        )
        .join_from(Place, Event, (Event.games_id == Place.games_id) & (Event.id == Place.event_id))
        .join(Games, Games.id == Event.games_id)
        .join(Entry, (Entry.games_id == Place.games_id) & (Entry.id == Place.entry_id))
        .join(Delegation, (Delegation.games_id == Place.games_id) & (Delegation.id == Place.delegation_id))
        .where(
            Event.code.in_(codes),
            Event.status.in_([one.value for one in COUNTED]),
            Games.status != GamesStatus.DRAFT.value,
            Games.starts_on <= until,
            Place.rank <= DEPTH,
            Place.mark != "",
        )
    )
    return list(db.session.execute(query))


def _lines(
    event: Any, record: Record, rows: Mapping[str, Any], games_id: uuid.UUID, marks: Sequence[Mark]
) -> list[RecordLine]:
    before = {one.value: one.text for one in marks}
    return [
        RecordLine(
            event_code=event.code,
            event=event.name,
            discipline=event.discipline,
            mark=mark.text,
            beaten=before.get(record.beaten) if record.beaten is not None else None,
            entry_id=rows[mark.entry].entry_id,
            name=rows[mark.entry].name,
            delegation=rows[mark.entry].delegation,
            games_code=mark.edition,
            games_name=rows[mark.entry].games_name,
            held_on=mark.held_on,
            broken=record.beaten is not None and rows[mark.entry].games_id == games_id,
        )
        for mark in record.marks
    ]


def broken_by(games_id: uuid.UUID, event_codes: Collection[str] | None = None) -> frozenset[uuid.UUID]:
    """The entries of these games that broke a record, and hold it."""
    return frozenset(line.entry_id for line in records(games_id, event_codes) if line.broken)
