"""When and where: sessions, the units in them, what stands twice at once. Read for the office and for everybody."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from app.core.db import db
from app.core.ids import parse_uuid
from app.games.constants import UNIT_MINUTES, EventStatus, SessionStatus, UnitStatus
from app.games.models import Delegation, Discipline, Entry, EntryMember, Event, Session, Unit, UnitReferee
from app.games.queries.results import UnitLine, units_where
from app.games.rules.schedule import ClashLine, Slot, clashes


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session on a list."""

    id: uuid.UUID
    name: str
    venue: str
    starts_at: datetime
    ends_at: datetime
    status: SessionStatus
    version: int
    units: int


@dataclass(frozen=True, slots=True)
class Loose:
    """An event with units that have no time yet."""

    event_id: uuid.UUID
    code: str
    name: str
    discipline: str
    units: int


def sessions_of(games_id: uuid.UUID) -> list[SessionLine]:
    """By start and venue, in two statements."""
    held = select(Unit.session_id, func.count().label("n")).where(Unit.games_id == games_id).group_by(Unit.session_id)
    counted = {row.session_id: row.n for row in db.session.execute(held)}
    rows = db.session.execute(
        select(Session).where(Session.games_id == games_id).order_by(Session.starts_at, Session.venue, Session.name)
    ).scalars()
    return [
        SessionLine(
            one.id,
            one.name,
            one.venue,
            one.starts_at,
            one.ends_at,
            SessionStatus(one.status),
            one.version,
            counted.get(one.id, 0),
        )
        for one in rows
    ]


def session_of(games_id: uuid.UUID, session_id: uuid.UUID) -> SessionLine | None:
    """One session."""
    return next((one for one in sessions_of(games_id) if one.id == session_id), None)


def units_named(games_id: uuid.UUID, lines: Sequence[ClashLine]) -> dict[uuid.UUID, UnitLine]:
    """The units that overlaps speak of, by id; those without a time yet too."""
    ids = {one.unit for line in lines for one in (line.a, line.b)}
    return {one.id: one for one in units_where(games_id, Unit.id.in_(ids))} if ids else {}


def units_in(games_id: uuid.UUID, session_id: uuid.UUID | None = None) -> list[UnitLine]:
    """The units of one session, or of all, by time and court."""
    which = Unit.session_id.is_not(None) if session_id is None else Unit.session_id == session_id
    return units_where(games_id, which)


def loose_units(games_id: uuid.UUID) -> list[Loose]:
    """Events that have been drawn and have units without a time, in the order of the programme."""
    rows = db.session.execute(
        select(Event.id, Event.code, Event.name, Discipline.name.label("discipline"), func.count().label("n"))
        .join_from(Unit, Event, (Event.games_id == Unit.games_id) & (Event.id == Unit.event_id))
        .join(Discipline, (Discipline.games_id == Event.games_id) & (Discipline.id == Event.discipline_id))
        .where(
            Unit.games_id == games_id,
            Unit.session_id.is_(None),
            Unit.status == UnitStatus.SCHEDULED.value,
            Event.status != EventStatus.CANCELLED.value,
        )
        .group_by(Event.id, Event.code, Event.name, Event.position, Discipline.name, Discipline.position)
        .order_by(Discipline.position, Event.position, Event.code)
    )
    return [Loose(row.id, row.code, row.name, row.discipline, row.n) for row in rows]


def loose_of(games_id: uuid.UUID, event_ids: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """The ids of the units without a time of these events, event by event in their order."""
    rows = db.session.execute(
        select(Unit.id, Unit.event_id)
        .where(
            Unit.games_id == games_id,
            Unit.event_id.in_(event_ids),
            Unit.session_id.is_(None),
            Unit.status == UnitStatus.SCHEDULED.value,
        )
        .order_by(Unit.number)
    ).all()
    return [row.id for event_id in event_ids for row in rows if row.event_id == event_id]


def delegation_units(games_id: uuid.UUID, delegation_id: uuid.UUID) -> set[uuid.UUID]:
    """The units in which an entry of a delegation takes part, as far as it is known."""
    own = set(
        db.session.execute(
            select(Entry.id).where(Entry.games_id == games_id, Entry.delegation_id == delegation_id)
        ).scalars()
    )
    texts = {str(one) for one in own}
    rows = db.session.execute(
        select(Unit.id, Unit.event_id, Unit.a_id, Unit.b_id, Unit.field).where(
            Unit.games_id == games_id, Unit.session_id.is_not(None)
        )
    )
    return {row.id for row in rows if row.a_id in own or row.b_id in own or texts & set(row.field)}


def clashes_of(games_id: uuid.UUID) -> list[ClashLine]:
    """What stands twice at once in the schedule as it is: courts, athletes, referees."""
    people = _people(games_id)
    referees: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for unit_id, account_id in db.session.execute(
        select(UnitReferee.unit_id, UnitReferee.account_id).where(UnitReferee.games_id == games_id)
    ):
        referees[unit_id].add(account_id)
    rows = db.session.execute(
        select(Unit.id, Unit.starts_at, Unit.minutes, Unit.court, Unit.a_id, Unit.b_id, Unit.field, Session.venue)
        .join(Session, (Session.games_id == Unit.games_id) & (Session.id == Unit.session_id))
        .where(
            Unit.games_id == games_id,
            Unit.starts_at.is_not(None),
            or_(Unit.status == UnitStatus.SCHEDULED.value, Unit.status == UnitStatus.RUNNING.value),
        )
    )
    slots = []
    for row in rows:
        sides = [one for one in (row.a_id, row.b_id, *map(parse_uuid, row.field)) if one is not None]
        slots.append(
            Slot(
                row.id,
                row.starts_at,
                row.minutes or UNIT_MINUTES,
                (row.venue, row.court),
                frozenset(person for one in sides for person in people.get(one, ())),
                frozenset(referees.get(row.id, ())),
            )
        )
    return [ClashLine(kind, a, b) for kind, a, b in clashes(slots)]


def _people(games_id: uuid.UUID) -> Mapping[uuid.UUID, set[uuid.UUID]]:
    people: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for entry_id, person_id in db.session.execute(
        select(EntryMember.entry_id, EntryMember.person_id).where(EntryMember.games_id == games_id)
    ):
        people[entry_id].add(person_id)
    return people


def delegations_named(games_id: uuid.UUID) -> list[tuple[str, str]]:
    """(code, name) of the delegations, for choosing one."""
    rows = db.session.execute(
        select(Delegation.code, Delegation.name)
        .where(Delegation.games_id == games_id)
        .order_by(Delegation.position, Delegation.code)
    )
    return [(row.code, row.name) for row in rows]
