"""When somebody is at a post, whoever they were entered as."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Select, select

from app.activities.constants import LIVE_STATUSES
from app.activities.models import Activity
from app.core.db import db
from app.people.queries.aliases import aliases_of, canonical_id, canonical_of
from app.volunteers.constants import ASKED, ServiceState
from app.volunteers.models import Service, Shift

_ASKED = [one.value for one in ASKED]


def same_person(person_id: uuid.UUID) -> set[uuid.UUID]:
    """Every id that means this human: the canonical one and all that were merged into it."""
    canonical = canonical_id(person_id)
    return {canonical, *aliases_of([canonical])}


def times_of(person_id: uuid.UUID, *, besides: Collection[uuid.UUID]) -> list[tuple[datetime, datetime]]:
    """When somebody is on a shift or has offered to be, another one than `besides`."""
    rows = db.session.execute(
        select(Shift.starts_at, Shift.ends_at)
        .join(Service, Service.shift_id == Shift.id)
        .where(
            Service.person_id.in_(same_person(person_id)),
            Service.state.in_(_ASKED),
            Shift.cancelled_at.is_(None),
            Shift.id.not_in(list(besides)),
        )
    )
    return [(row.starts_at, row.ends_at) for row in rows]


def elsewhere(person_ids: Collection[uuid.UUID], shift: Shift) -> set[uuid.UUID]:
    """Who of them is on another shift, or has offered to be, while this one lasts."""
    if not person_ids:
        return set()
    known = canonical_of(person_ids)
    wanted = {known.get(one, one) for one in person_ids}
    merged = aliases_of(wanted)
    rows = db.session.execute(
        select(Service.person_id)
        .join(Shift, Shift.id == Service.shift_id)
        .where(
            Service.person_id.in_([*wanted, *merged]),
            Service.state.in_(_ASKED),
            Shift.id != shift.id,
            Shift.cancelled_at.is_(None),
            Shift.starts_at < shift.ends_at,
            Shift.ends_at > shift.starts_at,
        )
    ).scalars()
    return {merged.get(one, one) for one in rows}


def starting_on(first: datetime, activity_id: uuid.UUID) -> list[uuid.UUID]:
    """The services of those who are on a shift of this activity on the day that begins at `first`."""
    statement = _on_day(first).where(Shift.activity_id == activity_id)
    return list(db.session.execute(statement.with_only_columns(Service.id).order_by(Service.id)).scalars())


def waiting_for(first: datetime) -> set[uuid.UUID]:
    """The activities with somebody on a shift of the day that begins at `first`."""
    return set(db.session.execute(_on_day(first)).scalars())


def _on_day(first: datetime) -> Select[uuid.UUID]:
    return (
        select(Shift.activity_id)
        .join(Service, Service.shift_id == Shift.id)
        .join(Activity, Activity.id == Shift.activity_id)
        .where(
            Shift.starts_at >= first,
            Shift.starts_at < first + timedelta(days=1),
            Shift.cancelled_at.is_(None),
            Activity.status.in_([one.value for one in LIVE_STATUSES]),
            Service.state == ServiceState.ASSIGNED.value,
        )
    )


def on_now(activity_id: uuid.UUID, person_id: uuid.UUID) -> list[tuple[Shift, Service]]:
    """The shifts of an activity that somebody is on, by their start."""
    rows = db.session.execute(
        select(Shift, Service)
        .join(Service, Service.shift_id == Shift.id)
        .where(
            Shift.activity_id == activity_id,
            Shift.cancelled_at.is_(None),
            Service.person_id.in_(same_person(person_id)),
            Service.state == ServiceState.ASSIGNED.value,
        )
        .order_by(Shift.starts_at, Shift.id)
    )
    return [(row.Shift, row.Service) for row in rows]
