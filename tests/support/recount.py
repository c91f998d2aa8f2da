"""I3 and I5: what is kept as a number equals what a recount of the facts comes to."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

from sqlalchemy import select

from app.activities.constants import Metric
from app.activities.models import Activity, Category
from app.activities.queries.tally import counts
from app.checkins.models import Attendance, CheckIn, Scan
from app.checkins.rules.judgement import STANDING
from app.core.db import db
from app.core.ids import NIL
from app.people.rules.ages import age_band
from app.registrations.models import Registration

_HELD = {"confirmed", "submitted"}


def _rows(model: Any, activity_id: uuid.UUID) -> list[Any]:
    where = model.id if model is Activity else model.activity_id
    statement = select(model).where(where == activity_id).execution_options(populate_existing=True)
    return list(db.session.execute(statement).scalars())


def counts_hold(activity_id: uuid.UUID) -> None:
    """Every rollup of the activity, its 镇街 and ages too, against registrations, check-ins and scans."""
    registrations = _rows(Registration, activity_id)
    check_ins, attendances = _rows(CheckIn, activity_id), _rows(Attendance, activity_id)
    standing = {one.person_id for one in check_ins if one.flag in STANDING}
    placed = [one for one in registrations if one.state == "confirmed" or one.person_id in standing]
    by_person = {one.person_id: one for one in registrations}
    found = counts(activity_id)
    assert {metric: found.total(metric) for metric in Metric if metric not in {Metric.SCAN, Metric.CHECKIN}} == {
        Metric.REGISTERED: sum(not one.walk_in for one in placed),
        Metric.WALK_IN: sum(one.walk_in for one in placed),
        Metric.WAITLISTED: sum(one.state == "waitlisted" for one in registrations),
        Metric.ATTENDANCE: len(attendances),
        Metric.FINISHED: sum(one.finished_at is not None for one in attendances),
        Metric.INCOMPLETE: sum(one.incomplete for one in attendances),
    }
    came = [by_person[one.person_id] for one in attendances]
    assert found.cut(Metric.ATTENDANCE, "town") == Counter(((one.town_id or NIL).hex, "") for one in came)
    ages = Counter((age_band(one.age) if one.age is not None else "", one.sex or "") for one in came)
    assert found.cut(Metric.ATTENDANCE, "age_sex") == ages
    for metric, rows in ((Metric.CHECKIN, check_ins), (Metric.SCAN, _rows(Scan, activity_id))):
        recounted = Counter((one.checkpoint_id.hex, "") for one in rows if one.checkpoint_id is not None)
        assert found.cut(metric, "checkpoint") == recounted, metric


def places_hold(activity_id: uuid.UUID) -> None:
    """Places taken, people waiting and walk-ins against the registrations (I3)."""
    registrations = _rows(Registration, activity_id)
    for category in _rows(Category, activity_id):
        mine = [one for one in registrations if one.category_id == category.id]
        assert category.taken == sum(one.state in _HELD and not one.walk_in for one in mine)
        assert category.waiting == sum(one.state == "waitlisted" for one in mine)
        assert category.taken <= category.capacity
    (activity,) = _rows(Activity, activity_id)
    assert activity.walkin_taken == sum(one.state in _HELD and one.walk_in for one in registrations)
