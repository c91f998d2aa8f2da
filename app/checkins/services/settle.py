"""Bring what is stored of some persons in line with the judgement of their facts.

The one writer of check-ins, attendances and of scans' verdicts: `record_scans`
uses it for what has just arrived, `rejudge` for what a later registration,
cancellation or revocation changes.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, update

from app.activities.constants import Metric
from app.activities.queries.plans import CheckinPlan
from app.activities.services.tally import Key, add
from app.checkins.models import Attendance, CheckIn, Scan
from app.checkins.rules.judgement import (
    STANDING,
    AttendanceFacts,
    CheckInFacts,
    Course,
    Judgement,
    Way,
    judge,
)
from app.checkins.services.load import PersonFacts
from app.core.clock import now, to_micros
from app.core.db import db
from app.core.keyed import InsertRows, UpdateRows
from app.registrations.services.tallies import key_of

QUARTER = 15 * 60 * 1_000_000
_courses: dict[uuid.UUID, tuple[int, Course]] = {}


def course(plan: CheckinPlan) -> Course:
    """The plan as the judgement wants it, made once per version."""
    kept = _courses.get(plan.activity_id)
    if kept is None or kept[0] != plan.version:
        kept = _courses[plan.activity_id] = (plan.version, _course(plan))
    return kept[1]


def _course(plan: CheckinPlan) -> Course:
    kinds = {point: facts.kind for point, facts in plan.checkpoints.items()}
    ways = {
        category.id: Way(
            checkpoint_ids=category.checkpoint_ids,
            hours={point: plan.hours[category.id, point] for point in category.checkpoint_ids},
            finish_rule=category.finish_rule,
            finish_k=category.finish_k,
            kinds=kinds,
        )
        for category in plan.categories.values()
    }
    return Course(
        kinds=kinds,
        ways=ways,
        window=(plan.gate_opens_at, plan.ends_at),
    )


@dataclass(slots=True)
class _Writes:
    """What settling some persons changes."""

    verdicts: list[dict[str, Any]] = field(default_factory=list)
    check_ins: list[dict[str, Any]] = field(default_factory=list)
    new_check_ins: list[dict[str, Any]] = field(default_factory=list)
    gone: list[tuple[uuid.UUID, uuid.UUID]] = field(default_factory=list)
    attendances: list[dict[str, Any]] = field(default_factory=list)
    new_attendances: list[dict[str, Any]] = field(default_factory=list)
    left: list[uuid.UUID] = field(default_factory=list)
    tally: list[tuple[Key, int]] = field(default_factory=list)


def settle(
    plan: CheckinPlan,
    facts: Mapping[uuid.UUID, PersonFacts],
    *,
    at: datetime,
    beside: Iterable[tuple[Key, int]] = (),
) -> dict[uuid.UUID, Judgement]:
    """Judge these persons and store every difference; returns the judgements. Joins the open act.

    `beside`: what the caller counts too, so that it goes with the rest.
    """
    way = course(plan)
    writes = _Writes(tally=list(beside))
    judged: dict[uuid.UUID, Judgement] = {}
    for person_id, one in facts.items():
        judged[person_id] = judge(one.scans, one.standing, way)
        _compare(plan.activity_id, person_id, one, judged[person_id], writes)
    _apply(plan.activity_id, writes, at)
    return judged


def clear(plan: CheckinPlan, facts: Mapping[uuid.UUID, PersonFacts]) -> None:
    """Take back the check-ins and attendances of these persons, and what they count for; scans stay.

    Before a change of who they are or what they count as; `settle` makes them again. Joins the open act.
    """
    writes = _Writes()
    for person_id, one in facts.items():
        if one.registration is not None:
            _compare(plan.activity_id, person_id, one, Judgement(), writes)
    _apply(plan.activity_id, writes, now())


def _compare(
    activity_id: uuid.UUID, person_id: uuid.UUID, one: PersonFacts, judged: Judgement, writes: _Writes
) -> None:
    for scan_id, verdict in judged.verdicts.items():
        stored = one.verdicts.get(scan_id)
        if stored is not None and stored != verdict:
            writes.verdicts.append({"scan": scan_id, "new": verdict.value})
    row = one.registration
    for point, new in judged.check_ins.items():
        old = one.check_ins.get(point)
        if old is not None and (old.scan_id, old.inside, old.flag) == (new.scan_id, new.inside, new.flag):
            continue
        values = {
            "activity_id": activity_id,
            "checkpoint_id": point,
            "person_id": person_id,
            "registration_id": row.id,
            "scan_id": new.scan_id,
            "effective_at": new.effective_at,
            "inside": new.inside,
            "flag": new.flag,
        }
        (writes.new_check_ins if old is None else writes.check_ins).append(values)
        if old is not None:
            writes.tally.append((_point_key(point, row.category_id, old), -1))
        writes.tally.append((_point_key(point, row.category_id, new), 1))
    for point in one.check_ins.keys() - judged.check_ins.keys():
        writes.gone.append((point, person_id))
        writes.tally.append((_point_key(point, row.category_id, one.check_ins[point]), -1))
    before, after = _stands(one.check_ins), _stands(judged.check_ins)
    if before != after:
        metric = Metric.WALK_IN if row.walk_in else Metric.REGISTERED
        cut = (row.town_id, row.age, row.sex)
        writes.tally.append((key_of(metric, row.category_id, cut), 1 if after else -1))
    _compare_attendance(activity_id, person_id, one, judged.attendance, writes)


def _stands(check_ins: Mapping[uuid.UUID, Any]) -> bool:
    """Cancelled, but a check-in stands: counts as registered for as long as it does.

    The stored flags tell what was counted before, whatever has become of the registration since.
    """
    return any(one.flag in STANDING for one in check_ins.values())


def _compare_attendance(
    activity_id: uuid.UUID,
    person_id: uuid.UUID,
    one: PersonFacts,
    new: AttendanceFacts | None,
    writes: _Writes,
) -> None:
    old = one.attendance
    if old is None and new is None:
        return
    if old is not None and new is not None:
        stored = (old.first_at, old.points, old.finished_at, old.incomplete)
        if stored == (new.first_at, new.points, new.finished_at, new.incomplete):
            return
    row = one.registration
    cut = (row.town_id, row.age, row.sex)
    for facts, sign in ((old, -1), (new, 1)):
        if facts is None:
            continue
        quarter = quarter_of(facts.first_at)
        writes.tally.append((key_of(Metric.ATTENDANCE, row.category_id, cut, quarter=quarter), sign))
        if facts.finished_at is not None:
            writes.tally.append((key_of(Metric.FINISHED, row.category_id, cut), sign))
        if facts.incomplete:
            writes.tally.append((key_of(Metric.INCOMPLETE, row.category_id, cut), sign))
    if new is None:
        writes.left.append(person_id)
        return
    values = {
        "activity_id": activity_id,
        "person_id": person_id,
        "registration_id": row.id,
        "first_at": new.first_at,
        "points": new.points,
        "finished_at": new.finished_at,
        "incomplete": new.incomplete,
    }
    (writes.new_attendances if old is None else writes.attendances).append(values)


def quarter_of(at: datetime) -> int:
    """Quarters of an hour since 1970 UTC."""
    return to_micros(at) // QUARTER


def _point_key(point: uuid.UUID, category_id: uuid.UUID, one: CheckInFacts | Any) -> Key:
    quarter = quarter_of(one.effective_at) if one.inside else -1
    return Key(Metric.CHECKIN, checkpoint_id=point, category_id=category_id, quarter=quarter)


_NEW_CHECK_INS, _NEW_ATTENDANCES = InsertRows(CheckIn), InsertRows(Attendance)
_UPDATE_CHECK_IN = UpdateRows(
    CheckIn,
    keys=("activity_id", "checkpoint_id", "person_id"),
    values=("registration_id", "scan_id", "effective_at", "inside", "flag"),
)
_UPDATE_ATTENDANCE = UpdateRows(
    Attendance,
    keys=("activity_id", "person_id"),
    values=("registration_id", "first_at", "points", "finished_at", "incomplete"),
)


def _apply(activity_id: uuid.UUID, writes: _Writes, at: datetime) -> None:
    session = db.session
    if writes.verdicts:
        by_verdict: dict[str, list[uuid.UUID]] = defaultdict(list)
        for change in writes.verdicts:
            by_verdict[change["new"]].append(change["scan"])
        for verdict, ids in by_verdict.items():
            session.execute(
                update(Scan)
                .where(Scan.activity_id == activity_id, Scan.id.in_(ids))
                .values(verdict=verdict, judged_at=at)
                .execution_options(synchronize_session=False)
            )
    _NEW_CHECK_INS.run(writes.new_check_ins)
    if writes.check_ins:
        _UPDATE_CHECK_IN.run(writes.check_ins)
    for point, person_id in writes.gone:
        session.execute(
            delete(CheckIn)
            .where(
                and_(
                    CheckIn.activity_id == activity_id,
                    CheckIn.checkpoint_id == point,
                    CheckIn.person_id == person_id,
                )
            )
            .execution_options(synchronize_session=False)
        )
    _apply_attendances(activity_id, writes)
    add(activity_id, writes.tally)


def _apply_attendances(activity_id: uuid.UUID, writes: _Writes) -> None:
    session = db.session
    _NEW_ATTENDANCES.run(writes.new_attendances)
    if writes.attendances:
        _UPDATE_ATTENDANCE.run(writes.attendances)
    if writes.left:
        session.execute(
            delete(Attendance)
            .where(Attendance.activity_id == activity_id, Attendance.person_id.in_(writes.left))
            .execution_options(synchronize_session=False)
        )
