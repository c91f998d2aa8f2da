"""Who has finished what, and the certificates of it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.activities.models import Activity, Category
from app.checkins.models import Attendance
from app.core.db import db
from app.honours.models import Certificate
from app.people.models import Person, PersonAlias
from app.registrations.models import Registration

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Finisher:
    """Somebody who has finished an activity, with the certificate if there is one."""

    person_id: uuid.UUID
    name: str
    category: str
    distance_m: int | None
    bib: str | None
    finished_at: datetime
    number: str | None
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class Checked:
    """What the public page of a number says; `holds`: not withdrawn, and the attendance is still a finished one."""

    certificate: Certificate
    name: str
    activity: str
    place: str
    starts_at: datetime
    category: str
    distance_m: int | None
    holds: bool


def _finishers(activity_id: uuid.UUID) -> Any:

    return (
        select(
            Attendance.person_id,
            Person.name,
            Category.name.label("category"),
            Category.distance_m,
            Registration.bib,
            Attendance.finished_at,
            Certificate.number,
            Certificate.withdrawn_at,
        )
        .join(
            Registration,
            (Registration.activity_id == Attendance.activity_id) & (Registration.id == Attendance.registration_id),
        )
        .join(Category, (Category.activity_id == Registration.activity_id) & (Category.id == Registration.category_id))
        .join(Person, Person.id == Attendance.person_id)
        .outerjoin(
            Certificate, (Certificate.issued_for == Attendance.activity_id) & (Certificate.person_id == Person.id)
        )
        .where(
            Attendance.activity_id == activity_id,
            Registration.activity_id == activity_id,
            Attendance.finished_at.is_not(None),
        )
    )


def finishers(activity_id: uuid.UUID, after: str | None = None, *, limit: int = CHUNK) -> list[Finisher]:
    """A stretch of those who finished, by their person's id; `after`: where the stretch before ended (hex)."""
    query = _finishers(activity_id).order_by(Attendance.person_id).limit(limit)
    if after is not None:
        query = query.where(Attendance.person_id > uuid.UUID(after))
    return [Finisher(*row) for row in db.session.execute(query)]


def every_finisher(activity_id: uuid.UUID) -> Iterator[list[Finisher]]:
    """All of them, a stretch at a time."""
    after: str | None = None
    while rows := finishers(activity_id, after):
        yield rows
        after = rows[-1].person_id.hex


def finisher(activity_id: uuid.UUID, person_id: uuid.UUID) -> Finisher | None:
    """One of them; None when they have not finished."""
    row = db.session.execute(_finishers(activity_id).where(Attendance.person_id == person_id)).one_or_none()
    return Finisher(*row) if row is not None else None


def counts(activity_id: uuid.UUID) -> tuple[int, int]:
    """(how many finished, how many certificates hold)."""
    done = db.session.execute(
        select(func.count())
        .select_from(Attendance)
        .where(Attendance.activity_id == activity_id, Attendance.finished_at.is_not(None))
    ).scalar_one()
    issued = db.session.execute(
        select(func.count())
        .select_from(Certificate)
        .where(Certificate.issued_for == activity_id, Certificate.withdrawn_at.is_(None))
    ).scalar_one()
    return done, issued


def checked(number: str) -> Checked | None:
    """The certificate of a number, and whether it holds as things stand now."""
    row = db.session.execute(
        select(Certificate, Person.name, Activity.name.label("activity"), Activity.place, Activity.starts_at)
        .join(Person, Person.id == Certificate.person_id)
        .join(Activity, Activity.id == Certificate.issued_for)
        .where(Certificate.number == number)
    ).one_or_none()
    if row is None:
        return None
    found = finisher(row.Certificate.issued_for, _now_as(row.Certificate.person_id))
    return Checked(
        row.Certificate,
        row.name,
        row.activity,
        row.place,
        row.starts_at,
        found.category if found else "",
        found.distance_m if found else None,
        found is not None and row.Certificate.withdrawn_at is None,
    )


def _now_as(person_id: uuid.UUID) -> uuid.UUID:
    merged = db.session.execute(
        select(PersonAlias.canonical_id).where(PersonAlias.person_id == person_id)
    ).scalar_one_or_none()
    return merged or person_id


def times_attended(person_ids: Collection[uuid.UUID], activities: Sequence[uuid.UUID]) -> int:
    """How often these (one person and whoever was merged into them) came to these activities."""
    if not person_ids or not activities:
        return 0
    return db.session.execute(
        select(func.count(Attendance.activity_id.distinct())).where(
            Attendance.activity_id.in_(list(activities)), Attendance.person_id.in_(list(person_ids))
        )
    ).scalar_one()
