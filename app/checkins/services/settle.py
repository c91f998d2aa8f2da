"""Bring what is stored of some persons in line with the judgement of their facts.

The one writer of check-ins, attendances and of scans' verdicts: `record_scans`
uses it for what has just arrived, `rejudge` for what a later registration,
cancellation or revocation changes.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, insert, or_, select, update

from app.activities.constants import Metric
from app.activities.queries.plans import CheckinPlan
from app.activities.services.tally import Key, add
from app.checkins.constants import Verdict
from app.checkins.models import Attendance, CheckIn, Scan
from app.checkins.rules.judgement import (
    AttendanceFacts,
    CheckInFacts,
    Course,
    Judgement,
    ScanFacts,
    Standing,
    Way,
    judge,
)
from app.core.clock import to_micros
from app.core.db import db, table
from app.core.keyed import Keyed, execute
from app.passes.queries import revocations
from app.registrations.constants import RegistrationState
from app.registrations.models import Registration, RegistrationEvent
from app.registrations.services.tallies import key_of

QUARTER = 15 * 60 * 1_000_000
FIXED = frozenset(
    {
        Verdict.FORGED,
        Verdict.UNKNOWN,
        Verdict.TEAM_PARTIAL,
        Verdict.QUARANTINED,
        Verdict.INVALID,
    }
)
"""Verdicts that the code or the device decided: judging persons again does not change them."""


@dataclass(slots=True)
class PersonFacts:
    """All that is stored of one person in one activity."""

    registration: Any = None
    standing: Standing | None = None
    scans: list[ScanFacts] = field(default_factory=list)
    verdicts: dict[uuid.UUID, str] = field(default_factory=dict)
    check_ins: dict[uuid.UUID, Any] = field(default_factory=dict)
    attendance: Any = None


_courses: dict[uuid.UUID, tuple[int, Course]] = {}


def course(plan: CheckinPlan) -> Course:
    """The plan as the judgement wants it, made once per version."""
    kept = _courses.get(plan.activity_id)
    if kept is None or kept[0] != plan.version:
        kept = _courses[plan.activity_id] = (plan.version, _course(plan))
    return kept[1]


def _course(plan: CheckinPlan) -> Course:
    ways = {
        category.id: Way(
            checkpoint_ids=category.checkpoint_ids,
            hours={point: plan.hours[category.id, point] for point in category.checkpoint_ids},
            finish_rule=category.finish_rule,
            finish_k=category.finish_k,
        )
        for category in plan.categories.values()
    }
    return Course(
        kinds={point: facts.kind for point, facts in plan.checkpoints.items()},
        ways=ways,
        window=(plan.gate_opens_at, plan.ends_at),
    )


_r, _e = table(Registration).c, table(RegistrationEvent).c
_s, _c, _t = table(Scan).c, table(CheckIn).c, table(Attendance).c
_REGISTRATIONS = Keyed(
    lambda match: (
        select(
            _r.id,
            _r.person_id,
            _r.category_id,
            _r.state,
            _r.walk_in,
            _r.bib,
            _r.name,
            _r.age,
            _r.sex,
            _r.town_id,
            _t.person_id.label("attended"),
            _t.first_at,
            _t.points,
            _t.finished_at,
            _t.incomplete,
        )
        .outerjoin_from(
            table(Registration),
            table(Attendance),
            (_t.activity_id == _r.activity_id) & (_t.person_id == _r.person_id),
        )
        .where(_r.activity_id == bindparam("a"), match(_r.person_id))
        .order_by(_r.id)
        .with_for_update(of=table(Registration))
    )
)
_EVENTS = Keyed(
    lambda match: (
        select(_e.registration_id, _e.state, _e.at)
        .where(_e.activity_id == bindparam("a"), match(_e.registration_id))
        .order_by(_e.id)
    )
)
_SCAN_COLUMNS = (
    _s.id,
    _s.person_id,
    _s.kind,
    _s.checkpoint_id,
    _s.effective_at,
    _s.pass_id,
    _s.generation,
    _s.undoes,
    _s.shown,
    _s.bundle,
    _s.verdict,
    _s.first_verdict,
    _s.content_sha256,
    _s.device_id,
)
_SCANS = Keyed(lambda match: select(*_SCAN_COLUMNS).where(_s.activity_id == bindparam("a"), match(_s.person_id)))
_SCANS_NAMED = Keyed(
    # each side with its activity: so the planner joins two index look-ups instead of walking the activity
    lambda match: select(*_SCAN_COLUMNS).where(
        or_(
            and_(_s.activity_id == bindparam("a"), match(_s.id)),
            and_(_s.activity_id == bindparam("a"), match(_s.undoes)),
        )
    )
)
_CHECK_INS = Keyed(
    lambda match: select(_c.person_id, _c.checkpoint_id, _c.scan_id, _c.effective_at, _c.inside, _c.flag).where(
        _c.activity_id == bindparam("a"), match(_c.person_id)
    )
)


def scans_named(activity_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> Sequence[Any]:
    """Stored scans with these ids, and undos that name them."""
    return _SCANS_NAMED.run(ids, a=activity_id).all() if ids else []


def load(activity_id: uuid.UUID, persons: Iterable[uuid.UUID]) -> dict[uuid.UUID, PersonFacts]:
    """Everything stored of these persons; their registrations are locked until the act ends."""
    ids = list(dict.fromkeys(persons))
    facts: dict[uuid.UUID, PersonFacts] = {person: PersonFacts() for person in ids}
    if not ids:
        return facts
    registrations = _REGISTRATIONS.run(ids, a=activity_id).all()
    left = _left_at(activity_id, registrations)
    for row in registrations:
        one = facts[row.person_id]
        one.registration, one.standing = row, standing_of(row, left.get(row.id))
        one.attendance = row if row.attended is not None else None
    for held in _CHECK_INS.run(ids, a=activity_id):
        facts[held.person_id].check_ins[held.checkpoint_id] = held
    stored: Sequence[Any] = _SCANS.run(ids, a=activity_id).all()
    ended = revocations({scan.pass_id for scan in stored if scan.pass_id})
    for scan in stored:
        facts[scan.person_id].scans.append(scan_facts(scan, ended))
        facts[scan.person_id].verdicts[scan.id] = scan.verdict
    return facts


def scan_facts(row: Any, ended: Mapping[tuple[uuid.UUID, int], datetime]) -> ScanFacts:
    """A stored scan as the judgement reads it."""
    verdict = Verdict(row.verdict)
    return ScanFacts(
        id=row.id,
        checkpoint_id=row.checkpoint_id,
        effective_at=row.effective_at,
        fixed=verdict if verdict in FIXED else None,
        revoked_at=ended.get((row.pass_id, row.generation)) if row.pass_id else None,
        shown=row.shown,
        bundle=row.bundle,
        undoes=row.undoes,
    )


def _left_at(activity_id: uuid.UUID, registrations: Sequence[Any]) -> dict[uuid.UUID, datetime]:
    """When a registration that once was confirmed (it has a bib) ceased to be."""
    gone = [row.id for row in registrations if row.state != RegistrationState.CONFIRMED and row.bib]
    if not gone:
        return {}
    left: dict[uuid.UUID, datetime] = {}
    for row in _EVENTS.run(gone, a=activity_id):
        if row.state == RegistrationState.CANCELLED:
            left[row.registration_id] = row.at
    return left


def standing_of(row: Any, left_at: datetime | None) -> Standing:
    """A registration as the judgement reads it."""
    return Standing(
        category_id=row.category_id,
        confirmed=row.state == RegistrationState.CONFIRMED,
        waitlisted=row.state == RegistrationState.WAITLISTED,
        cancelled=row.state == RegistrationState.CANCELLED,
        left_at=left_at,
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


def settle(plan: CheckinPlan, facts: Mapping[uuid.UUID, PersonFacts], *, at: datetime) -> dict[uuid.UUID, Judgement]:
    """Judge these persons and store every difference; returns the judgements. Joins the open act."""
    way = course(plan)
    writes = _Writes()
    judged: dict[uuid.UUID, Judgement] = {}
    for person_id, one in facts.items():
        judged[person_id] = judge(one.scans, one.standing, way)
        _compare(plan.activity_id, person_id, one, judged[person_id], writes)
    _apply(plan.activity_id, writes, at)
    return judged


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
    _compare_attendance(activity_id, person_id, one, judged.attendance, writes)


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
        if row.state != RegistrationState.CONFIRMED:
            # cancelled, but the check-in stands: counts as registered for as long as it does
            metric = Metric.WALK_IN if row.walk_in else Metric.REGISTERED
            writes.tally.append((key_of(metric, row.category_id, cut), sign))
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


_INSERT_CHECK_IN = insert(table(CheckIn))
_INSERT_ATTENDANCE = insert(table(Attendance))
_UPDATE_CHECK_IN = (
    update(table(CheckIn))
    .where(
        _c.activity_id == bindparam("_activity_id"),
        _c.checkpoint_id == bindparam("_checkpoint_id"),
        _c.person_id == bindparam("_person_id"),
    )
    .values({name: bindparam(name) for name in ("registration_id", "scan_id", "effective_at", "inside", "flag")})
)
_UPDATE_ATTENDANCE = (
    update(table(Attendance))
    .where(_t.activity_id == bindparam("_activity_id"), _t.person_id == bindparam("_person_id"))
    .values({name: bindparam(name) for name in ("registration_id", "first_at", "points", "finished_at", "incomplete")})
)


def _keyed(values: dict[str, Any], *keys: str) -> dict[str, Any]:
    """The values with the row's key under names that an UPDATE can tell from its columns."""
    names = ("activity_id", *keys)
    return {f"_{key}" if key in names else key: value for key, value in values.items()}


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
    if writes.new_check_ins:
        execute(_INSERT_CHECK_IN, writes.new_check_ins)
    if writes.check_ins:
        execute(_UPDATE_CHECK_IN, [_keyed(values, "checkpoint_id", "person_id") for values in writes.check_ins])
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
    if writes.new_attendances:
        execute(_INSERT_ATTENDANCE, writes.new_attendances)
    if writes.attendances:
        execute(_UPDATE_ATTENDANCE, [_keyed(values, "person_id") for values in writes.attendances])
    if writes.left:
        session.execute(
            delete(Attendance)
            .where(Attendance.activity_id == activity_id, Attendance.person_id.in_(writes.left))
            .execution_options(synchronize_session=False)
        )
