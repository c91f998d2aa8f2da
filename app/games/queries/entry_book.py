"""Everything that the entry book prints, in a handful of statements."""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import datetime

from sqlalchemy import func, select

from app.core.db import db
from app.games.constants import EntryState, EventForm, EventStatus, UnitStatus
from app.games.models import Event, Games, Session, Unit
from app.games.queries.entries import EntryLine, entry_lines
from app.games.queries.games import delegations, disciplines, events
from app.games.rules.entry_book import Book, DelegationPart, ProgrammePart, Say, SessionPart, entry_text

_PUT_OFF = (UnitStatus.POSTPONED.value, UnitStatus.CANCELLED.value)
"""What has no time any more: a printed book would send people there."""


def book_of(games: Games, say: Say) -> Book:
    """The book as of now: entries that take part, the programme without what is cancelled, the schedule."""
    lines = entry_lines(games.id, states=[EntryState.ENTERED])
    by_delegation: dict[uuid.UUID, list[EntryLine]] = defaultdict(list)
    by_event: dict[uuid.UUID, list[EntryLine]] = defaultdict(list)
    for line in lines:
        by_delegation[line.delegation_id].append(line)
        by_event[line.event_id].append(line)
    return Book(
        title=games.name,
        host=games.host,
        place=games.place,
        starts_on=games.starts_on,
        ends_on=games.ends_on,
        entries=len(lines),
        athletes=_people(lines),
        delegations=[
            DelegationPart(
                name=one.name,
                leader=one.leader_name or "",
                entries=len(by_delegation[one.id]),
                athletes=_people(by_delegation[one.id]),
                events=_by_event(by_delegation[one.id], say),
            )
            for one in delegations(games.id)
        ],
        programme=_programme(games.id, by_event),
        sessions=_sessions(games.id),
    )


def _people(lines: list[EntryLine]) -> int:
    return len({member.person_id for line in lines for member in line.members})


def _by_event(lines: list[EntryLine], say: Say) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found: dict[str, list[str]] = {}
    for line in lines:
        members = [(one.name, one.substitute) for one in line.members]
        text = entry_text(line.name, members, say, team=line.form is not EventForm.INDIVIDUAL)
        found.setdefault(f"{line.discipline} {line.event}", []).append(text)
    return tuple((name, tuple(texts)) for name, texts in found.items())


def _programme(games_id: uuid.UUID, by_event: dict[uuid.UUID, list[EntryLine]]) -> list[ProgrammePart]:
    all_events = [one for one in events(games_id) if one.status != EventStatus.CANCELLED.value]
    found = []
    for discipline in disciplines(games_id):
        rows = tuple(
            (one.name, len(by_event[one.id]), len({line.delegation_id for line in by_event[one.id]}))
            for one in all_events
            if one.discipline_id == discipline.id
        )
        if rows:
            found.append(ProgrammePart(discipline.name, rows))
    return found


def _sessions(games_id: uuid.UUID) -> list[SessionPart]:
    rows = db.session.execute(
        select(Unit.session_id, Event.name, func.min(Unit.starts_at).label("starts_at"), func.count().label("n"))
        .join_from(Unit, Event, (Event.games_id == Unit.games_id) & (Event.id == Unit.event_id))
        .where(Unit.games_id == games_id, Unit.session_id.is_not(None), Unit.status.not_in(_PUT_OFF))
        .group_by(Unit.session_id, Event.id, Event.name)
        .order_by(func.min(Unit.starts_at), Event.name)
    )
    held: dict[uuid.UUID, list[tuple[datetime | None, str, int]]] = defaultdict(list)
    for row in rows:
        held[row.session_id].append((row.starts_at, row.name, row.n))
    sessions = db.session.execute(
        select(Session)
        .where(Session.games_id == games_id, Session.status.not_in(_PUT_OFF))
        .order_by(Session.starts_at, Session.venue, Session.name)
    ).scalars()
    return [SessionPart(one.name, one.venue, one.starts_at, one.ends_at, tuple(held[one.id])) for one in sessions]
