"""Service hours: of a person, of everybody in a year."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import func, select

from app.activities.models import Activity
from app.core.clock import local, office_time
from app.core.db import db
from app.people.models import Person, PersonAlias
from app.volunteers.models import Service, Shift
from app.volunteers.queries.times import same_person

MINUTES = Decimal(60)


@dataclass(frozen=True, slots=True)
class HoursLine:
    """What somebody served in a year."""

    person_id: uuid.UUID
    name: str
    born: date | None
    shifts: int
    minutes: int

    @property
    def hours(self) -> Decimal:
        """With one decimal, half up."""
        return hours_of(self.minutes)


@dataclass(slots=True)
class ServedLine:
    """What somebody served in one activity: (post, from, to) of each shift, and the minutes of all of them."""

    activity: str
    posts: list[tuple[str, datetime, datetime]] = field(default_factory=list)
    minutes: int = 0


def hours_of(minutes: int) -> Decimal:
    """Minutes as hours with one decimal, half up: 100 minutes are 1.7 hours."""
    return (Decimal(minutes) / MINUTES).quantize(Decimal("0.1"), ROUND_HALF_UP)


def span_of(year: int) -> tuple[datetime, datetime]:
    """The year in the office's zone: from, and before when."""
    return office_time(year, 1, 1), office_time(year + 1, 1, 1)


def hours_in(year: int) -> list[HoursLine]:
    """Everybody who served in a year, the most hours first; whoever was merged counts as who they became."""
    since, until = span_of(year)
    who = func.coalesce(PersonAlias.canonical_id, Service.person_id)
    served = (
        select(who.label("person_id"), func.count().label("shifts"), func.sum(Service.minutes).label("minutes"))
        .select_from(Service)
        .join(Shift, Shift.id == Service.shift_id)
        .outerjoin(PersonAlias, PersonAlias.person_id == Service.person_id)
        .where(Service.minutes > 0, Shift.starts_at >= since, Shift.starts_at < until)
        .group_by(who)
        .subquery()
    )
    rows = db.session.execute(
        select(served, Person.name, Person.birth_date)
        .join(Person, Person.id == served.c.person_id)
        .order_by(served.c.minutes.desc(), served.c.person_id)
    )
    return [HoursLine(row.person_id, row.name, row.birth_date, row.shifts, int(row.minutes)) for row in rows]


def served_by(person_id: uuid.UUID, year: int) -> list[ServedLine]:
    """What somebody (and whoever was merged into them) served in a year, activity by activity, by the first shift."""
    since, until = span_of(year)
    rows = db.session.execute(
        select(Activity.id, Activity.name, Shift.post, Shift.starts_at, Shift.ends_at, Service.minutes)
        .select_from(Service)
        .join(Shift, Shift.id == Service.shift_id)
        .join(Activity, Activity.id == Shift.activity_id)
        .where(
            Service.person_id.in_(same_person(person_id)),
            Service.minutes > 0,
            Shift.starts_at >= since,
            Shift.starts_at < until,
        )
        .order_by(Shift.starts_at, Shift.id)
    )
    found: dict[uuid.UUID, ServedLine] = {}
    for row in rows:
        line = found.setdefault(row.id, ServedLine(row.name))
        line.posts.append((row.post, row.starts_at, row.ends_at))
        line.minutes += row.minutes or 0
    return list(found.values())


def years() -> list[int]:
    """The years in which anybody served, the latest first."""
    span = db.session.execute(
        select(func.min(Shift.starts_at).label("first"), func.max(Shift.starts_at).label("last")).where(
            Shift.cancelled_at.is_(None)
        )
    ).one()
    if span.first is None or span.last is None:
        return []
    return list(range(local(span.last).year, local(span.first).year - 1, -1))
