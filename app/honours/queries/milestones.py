"""How often people have come, and who has passed a milestone in a year."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select

from app.activities.constants import LIVE_STATUSES
from app.activities.models import Activity
from app.checkins.models import Attendance
from app.core.clock import local, office_time
from app.core.db import ACROSS, db
from app.honours.rules.milestones import MILESTONES, passed
from app.people.models import Person
from app.people.queries.directory import activities_of


@dataclass(frozen=True, slots=True)
class Passed:
    """Somebody who passed milestones in a year, the highest of them last."""

    person_id: uuid.UUID
    name: str
    born: date | None
    times: int
    milestones: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Crossed:
    """Somebody who passed a milestone at one of the activities asked for."""

    person_id: uuid.UUID
    milestone: int


def ended(since: datetime, until: datetime) -> list[uuid.UUID]:
    """The activities that took place and ended in [since, until)."""
    return list(
        db.session.execute(
            select(Activity.id).where(
                Activity.status.in_([one.value for one in LIVE_STATUSES]),
                Activity.ends_at >= since,
                Activity.ends_at < until,
            )
        ).scalars()
    )


def crossed_at(activity_ids: Collection[uuid.UUID], *, until: datetime) -> list[Crossed]:
    """Who passed a milestone by having come to these activities, by person, what came later left out.

    One statement over every activity.
    """
    if not activity_ids:
        return []
    here = Attendance.activity_id.in_(list(activity_ids))
    whole = {ACROSS: "milestones are over every activity"}
    rows = db.session.execute(
        select(Attendance.person_id, func.count().label("after"), func.sum(_one_if(here)).label("here"))
        .where(Attendance.person_id.in_(select(Attendance.person_id).where(here)), Attendance.first_at < until)
        .group_by(Attendance.person_id)
        .having(func.count() >= MILESTONES[0])
        .order_by(Attendance.person_id),
        execution_options=whole,
    )
    return [Crossed(row.person_id, one) for row in rows for one in passed(row.after - int(row.here), row.after)]


def times_of(person_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Person → how often they came, over all activities."""
    found = {}
    for person_id, activities in activities_of(person_ids).items():
        found[person_id] = db.session.execute(
            select(func.count())
            .select_from(Attendance)
            .where(Attendance.activity_id.in_(list(activities)), Attendance.person_id == person_id)
        ).scalar_one()
    return found


def passed_in(year: int, *, limit: int = 2_000) -> list[Passed]:
    """Who passed a milestone in a year, the highest count first. One statement over every activity."""
    since, until = office_time(year, 1, 1), office_time(year + 1, 1, 1)
    before = func.sum(_one_if(Attendance.first_at < since))
    counted = (
        select(Attendance.person_id, func.count().label("after"), before.label("before"))
        .where(Attendance.first_at < until)
        .group_by(Attendance.person_id)
        .having(func.count() >= MILESTONES[0])
        .subquery()
    )
    rows = db.session.execute(
        select(counted, Person.name, Person.birth_date)
        .join(Person, Person.id == counted.c.person_id)
        .where(counted.c.after > counted.c.before)
        .order_by(counted.c.after.desc(), counted.c.person_id)
        .limit(limit),
        execution_options={ACROSS: "milestones are over every activity"},
    )
    found = [
        Passed(row.person_id, row.name, row.birth_date, row.after, tuple(passed(int(row.before), row.after)))
        for row in rows
    ]
    return [one for one in found if one.milestones]


def _one_if(condition: object) -> object:
    return case((condition, 1), else_=0)  # type: ignore[arg-type]


def years() -> list[int]:
    """The years with an activity, the latest first."""
    rows = db.session.execute(select(Activity.starts_at)).scalars()
    return sorted({local(one).year for one in rows}, reverse=True)
