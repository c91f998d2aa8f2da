"""Whoever no longer takes part leaves the activities of the games too, so that nobody waits for them. Joins the act."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, func, or_, select

from app.audit.services import Actor
from app.checkins.models import Attendance
from app.core.db import db
from app.games.constants import EntryState
from app.games.models import Entry, EntryMember, Event, Session, Unit
from app.people.models import PersonAlias
from app.registrations.constants import ACTIVE_STATES
from app.registrations.models import Registration
from app.registrations.services.changes import cancel


def members_of(games_id: uuid.UUID, entry_id: uuid.UUID) -> set[uuid.UUID]:
    """The persons of an entry, as whom they count."""
    return set(
        db.session.execute(
            _canonical().where(EntryMember.games_id == games_id, EntryMember.entry_id == entry_id)
        ).scalars()
    )


def leave_activities(
    *, games_id: uuid.UUID, event_id: uuid.UUID, persons: Collection[uuid.UUID], actor: Actor, at: datetime
) -> int:
    """Cancel the registrations of those who left an event, unless another live entry brings them there, or
    they have been checked in: what has happened stays. Returns how many were cancelled.
    """
    db.session.flush()
    cancelled = 0
    for activity_id in _activities(games_id, event_id):
        gone = set(persons) - _still_there(games_id, activity_id)
        if not gone:
            continue
        rows = db.session.execute(
            select(Registration.id)
            .outerjoin(
                Attendance,
                (Attendance.activity_id == Registration.activity_id) & (Attendance.person_id == Registration.person_id),
            )
            .where(
                Registration.activity_id == activity_id,
                Registration.person_id.in_(gone),
                Registration.state.in_([one.value for one in ACTIVE_STATES]),
                Attendance.person_id.is_(None),
            )
        )
        for registration_id in rows.scalars().all():
            cancel(
                activity_id=activity_id,
                registration_id=registration_id,
                actor=actor,
                checked_in=False,
                reason="office",
                at=at,
            )
            cancelled += 1
    return cancelled


def _activities(games_id: uuid.UUID, event_id: uuid.UUID) -> set[uuid.UUID]:
    """The event's own activity, and those of sessions in which it is played."""
    own = select(Event.activity_id).where(Event.games_id == games_id, Event.id == event_id)
    playing = select(Unit.session_id).where(Unit.games_id == games_id, Unit.event_id == event_id)
    of_sessions = select(Session.activity_id).where(Session.games_id == games_id, Session.id.in_(playing))
    found = {*db.session.execute(own).scalars(), *db.session.execute(of_sessions).scalars()}
    return {one for one in found if one is not None}


def _still_there(games_id: uuid.UUID, activity_id: uuid.UUID) -> set[uuid.UUID]:
    """Whom a live entry brings to an activity."""
    sessions = select(Session.id).where(Session.games_id == games_id, Session.activity_id == activity_id)
    played = select(Unit.event_id).where(Unit.games_id == games_id, Unit.session_id.in_(sessions))
    events = select(Event.id).where(
        Event.games_id == games_id, or_(Event.activity_id == activity_id, Event.id.in_(played))
    )
    live = select(Entry.id).where(
        Entry.games_id == games_id, Entry.event_id.in_(events), Entry.state == EntryState.ENTERED.value
    )
    return set(
        db.session.execute(
            _canonical().where(EntryMember.games_id == games_id, EntryMember.entry_id.in_(live))
        ).scalars()
    )


def _canonical() -> Select[uuid.UUID]:
    return (
        select(func.coalesce(PersonAlias.canonical_id, EntryMember.person_id))
        .select_from(EntryMember)
        .outerjoin(PersonAlias, PersonAlias.person_id == EntryMember.person_id)
    )
