"""Which events and sessions have an activity, and how many of those entered were checked in there."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.activities.models import Activity
from app.checkins.models import Attendance
from app.core.db import db
from app.games.constants import EntryState, EventStatus
from app.games.models import Discipline, Entry, EntryMember, Event, Session
from app.people.models import PersonAlias


@dataclass(frozen=True, slots=True)
class AttendanceLine:
    """An event: `entered` different people, of whom `came` were checked in at its activity."""

    event_id: uuid.UUID
    code: str
    name: str
    discipline: str
    entered: int
    came: int
    activity: str | None
    """The code of its activity."""
    starts_at: datetime | None


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session of the schedule and its activity, if there is one."""

    session_id: uuid.UUID
    name: str
    venue: str
    starts_at: datetime
    activity: str | None
    came: int


_PERSON = func.coalesce(PersonAlias.canonical_id, EntryMember.person_id)


def attendance(games_id: uuid.UUID) -> list[AttendanceLine]:
    """Every event that is held, in the order of the programme; three statements."""
    entered = _by_event(games_id)
    rows = db.session.execute(
        select(
            Event.id,
            Event.code,
            Event.name,
            Event.activity_id,
            Discipline.name.label("discipline"),
            Activity.code.label("activity"),
            Activity.starts_at,
        )
        .join_from(Event, Discipline, (Discipline.games_id == Event.games_id) & (Discipline.id == Event.discipline_id))
        .outerjoin(Activity, Activity.id == Event.activity_id)
        .where(Event.games_id == games_id, Event.status != EventStatus.CANCELLED.value)
        .order_by(Discipline.position, Discipline.code, Event.position, Event.code)
    ).all()
    came = _came(games_id, {row.activity_id for row in rows if row.activity_id is not None})
    return [
        AttendanceLine(
            event_id=row.id,
            code=row.code,
            name=row.name,
            discipline=row.discipline,
            entered=entered.get(row.id, 0),
            came=came.get(row.id, 0),
            activity=row.activity,
            starts_at=row.starts_at,
        )
        for row in rows
    ]


def sessions_with_activities(games_id: uuid.UUID) -> list[SessionLine]:
    """The sessions of the schedule by time, with whoever was checked in, athlete or not."""
    rows = db.session.execute(
        select(Session.id, Session.name, Session.venue, Session.starts_at, Session.activity_id, Activity.code)
        .outerjoin(Activity, Activity.id == Session.activity_id)
        .where(Session.games_id == games_id)
        .order_by(Session.starts_at, Session.name)
    ).all()
    ids = [row.activity_id for row in rows if row.activity_id is not None]
    counted = (
        select(Attendance.activity_id, func.count().label("n"))
        .where(Attendance.activity_id.in_(ids))
        .group_by(Attendance.activity_id)
    )
    came: dict[uuid.UUID, int] = {row.activity_id: row.n for row in db.session.execute(counted)} if ids else {}
    return [
        SessionLine(row.id, row.name, row.venue, row.starts_at, row.code, came.get(row.activity_id, 0)) for row in rows
    ]


def _by_event(games_id: uuid.UUID) -> dict[uuid.UUID, int]:
    people = (
        select(Entry.event_id, func.count(_PERSON.distinct()).label("n"))
        .join_from(Entry, EntryMember, (EntryMember.games_id == Entry.games_id) & (EntryMember.entry_id == Entry.id))
        .outerjoin(PersonAlias, PersonAlias.person_id == EntryMember.person_id)
        .where(Entry.games_id == games_id, Entry.state == EntryState.ENTERED.value)
        .group_by(Entry.event_id)
    )
    return {row.event_id: row.n for row in db.session.execute(people)}


def _came(games_id: uuid.UUID, activities: set[uuid.UUID]) -> dict[uuid.UUID, int]:
    """By event: of those entered, whoever was checked in at the event's own activity."""
    if not activities:
        return {}
    people = (
        select(Entry.event_id, func.count(Attendance.person_id.distinct()).label("n"))
        .join_from(Entry, Event, (Event.games_id == Entry.games_id) & (Event.id == Entry.event_id))
        .join(EntryMember, (EntryMember.games_id == Entry.games_id) & (EntryMember.entry_id == Entry.id))
        .outerjoin(PersonAlias, PersonAlias.person_id == EntryMember.person_id)
        .join(Attendance, (Attendance.activity_id == Event.activity_id) & (Attendance.person_id == _PERSON))
        .where(
            Entry.games_id == games_id,
            Entry.state == EntryState.ENTERED.value,
            Attendance.activity_id.in_(list(activities)),
        )
        .group_by(Entry.event_id)
    )
    return {row.event_id: row.n for row in db.session.execute(people)}
