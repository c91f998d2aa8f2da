"""Conflicts, computed from facts: one aggregate statement a kind, whatever the number of people."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, and_, bindparam, func, or_, select, type_coerce, union

from app.activities.constants import CheckpointKind, Metric
from app.activities.models import CategoryCheckpoint, Checkpoint
from app.activities.queries.plans import CheckinPlan, checkin_plan
from app.activities.queries.tally import counts
from app.checkins.constants import COUNTING, ScanKind, Verdict
from app.checkins.models import CheckIn, Nobody, Reject, Scan, Settlement
from app.checkins.queries.owners import OWNER, with_owner
from app.checkins.rules.conflicts import FLAGS, OFF_BY_MS, TOGETHER, Conflict, Kind, Place, subject_of
from app.core.db import db, table
from app.core.keyed import execute
from app.registrations.models import Registration

Stamp = tuple[int, datetime | None]
"""How much the office has decided, and when last."""
MOST = 300
"""Of each kind; more are worked off as these are settled."""
KEPT_SECONDS = 20.0
_counting = [verdict.value for verdict in COUNTING]
_open: dict[uuid.UUID, tuple[float, Stamp, int]] = {}
_DECIDED = select(func.count().label("n"), func.max(Settlement.settled_at).label("latest")).where(
    Settlement.activity_id == bindparam("a")
)


def all_conflicts(plan: CheckinPlan, *, limit_kmh: float) -> Mapping[Kind, Sequence[Conflict]]:
    """Every conflict of an activity, by kind, settled ones too; nine statements."""
    a = plan.activity_id
    by_flag = _flags(a)
    found: dict[Kind, Sequence[Conflict]] = {
        Kind.TWO_PHONES: _two_phones(a),
        Kind.FINISH_FIRST: _finish_first(a),
        Kind.SPEED: _too_fast(a, limit_kmh),
        Kind.TWO_PICKUPS: _two_pickups(a),
        Kind.NOT_REGISTERED: _not_registered(a),
        **{flag: by_flag.get(flag.value, []) for flag in Kind if flag in FLAGS},
        Kind.CLOCK: _clocks(a),
        Kind.EXCESS: _excess(plan),
        Kind.REJECT: _rejects(a),
    }
    return {kind: found[kind] for kind in Kind if found[kind]}


def settled_keys(activity_id: uuid.UUID) -> set[tuple[str, uuid.UUID]]:
    """(kind, subject) of everything that the office has settled."""
    rows = db.session.execute(
        select(Settlement.kind, Settlement.subject_id).where(Settlement.activity_id == activity_id)
    )
    return {(row.kind, row.subject_id) for row in rows}


def open_conflicts(plan: CheckinPlan, *, limit_kmh: float) -> Mapping[Kind, Sequence[Conflict]]:
    """What waits for the office."""
    done = settled_keys(plan.activity_id)
    found = {
        kind: [one for one in rows if (kind.value, one.subject_id) not in done]
        for kind, rows in all_conflicts(plan, limit_kmh=limit_kmh).items()
    }
    return {kind: rows for kind, rows in found.items() if rows}


def open_count(activity_id: uuid.UUID, *, limit_kmh: float) -> int:
    """How many wait: it stands on every page of the activity, so it is kept for 20 seconds, and for longer
    where counting takes long (a hundredth of a page's time at most). What the office decides, in whichever
    process, shows at once.
    """
    decided = execute(_DECIDED, {"a": activity_id}).one()
    stamp: Stamp = (decided.n, decided.latest)
    kept = _open.get(activity_id)
    if kept is not None and time.monotonic() < kept[0] and kept[1] == stamp:
        return kept[2]
    began = time.monotonic()
    n = sum(len(rows) for rows in open_conflicts(checkin_plan(activity_id), limit_kmh=limit_kmh).values())
    took = time.monotonic() - began
    if len(_open) > 1000:
        _open.clear()
    _open[activity_id] = (time.monotonic() + max(KEPT_SECONDS, 100 * took), stamp, n)
    return n


def forget_counts() -> None:
    """Count anew: something was settled just now."""
    _open.clear()


@dataclass(frozen=True, slots=True)
class Settled:
    """What the office has decided."""

    kind: Kind
    subject_id: uuid.UUID
    person_id: uuid.UUID | None
    decision: str
    note: str
    settled_at: datetime
    settled_by: uuid.UUID | None


def settlements(activity_id: uuid.UUID) -> list[Settled]:
    """The latest 200 decisions."""
    rows = db.session.execute(
        select(Settlement)
        .where(Settlement.activity_id == activity_id)
        .order_by(Settlement.settled_at.desc(), Settlement.subject_id)
        .limit(200)
    ).scalars()
    return [
        Settled(
            Kind(row.kind), row.subject_id, row.person_id, row.decision, row.note or "", row.settled_at, row.settled_by
        )
        for row in rows
    ]


def _before(column: Any, *, of: Any, by: Sequence[Any]) -> Any:
    """The column's value in the row before, among the rows of the same `of`."""
    return func.lag(column, type_=column.type).over(partition_by=of, order_by=by)


def _micros(column: Any) -> Any:
    return type_coerce(column, BigInteger)


def _close_together(a: uuid.UUID) -> Any:
    """Who may have been read by two phones within a minute: by an index, so that only their scans are sorted.

    Sorting every scan of a large day takes a second and hundreds of MB. Those found for scans that named nobody
    are few and all looked at.
    """
    one, other = table(Scan).alias("one"), table(Scan).alias("other")
    apart = _micros(other.c.effective_at) - _micros(one.c.effective_at)
    found = table(Nobody).c
    return union(
        select(one.c.person_id)
        .join(other, and_(other.c.activity_id == one.c.activity_id, other.c.person_id == one.c.person_id))
        .where(
            one.c.activity_id == a,
            other.c.activity_id == a,
            one.c.person_id.is_not(None),
            one.c.verdict.in_(_counting),
            other.c.verdict.in_(_counting),
            other.c.device_id != one.c.device_id,
            other.c.checkpoint_id != one.c.checkpoint_id,
            apart.between(0, TOGETHER // timedelta(microseconds=1)),
        ),
        select(found.person_id).where(found.activity_id == a, found.person_id.is_not(None)),
    )


def _two_phones(a: uuid.UUID) -> list[Conflict]:
    """Neighbours in time of one person: other phone, other checkpoint, within a minute."""

    def before(column: Any) -> Any:
        return _before(column, of=OWNER, by=(Scan.effective_at, Scan.id))

    rows = (
        with_owner(
            select(
                OWNER.label("person_id"),
                Scan.id,
                Scan.device_id,
                Scan.checkpoint_id,
                Scan.effective_at,
                before(Scan.id).label("id_before"),
                before(Scan.device_id).label("device_before"),
                before(Scan.checkpoint_id).label("point_before"),
                before(Scan.effective_at).label("at_before"),
            )
        )
        .where(Scan.activity_id == a, Scan.verdict.in_(_counting), OWNER.in_(_close_together(a)))
        .subquery()
    )
    c = rows.c
    close = select(rows).where(
        c.device_before != c.device_id,
        c.point_before != c.checkpoint_id,
        _micros(c.effective_at) - _micros(c.at_before) <= TOGETHER // timedelta(microseconds=1),
    )
    return [
        Conflict(
            Kind.TWO_PHONES,
            subject_of(a, Kind.TWO_PHONES, row.id, row.id_before),
            row.person_id,
            (
                Place(row.id_before, row.point_before, row.at_before, row.device_before),
                Place(row.id, row.checkpoint_id, row.effective_at, row.device_id),
            ),
            figure=(row.effective_at - row.at_before).total_seconds(),
        )
        for row in db.session.execute(close.order_by(c.effective_at, c.id).limit(MOST))
    ]


def _finish_first(a: uuid.UUID) -> list[Conflict]:
    start, finish = CheckIn.__table__.alias("start_in"), CheckIn.__table__.alias("finish_in")
    starts, finishes = Checkpoint.__table__.alias("starts"), Checkpoint.__table__.alias("finishes")
    rows = db.session.execute(
        select(
            start.c.person_id,
            start.c.scan_id,
            start.c.checkpoint_id,
            start.c.effective_at,
            finish.c.scan_id.label("finish_scan"),
            finish.c.checkpoint_id.label("finish_point"),
            finish.c.effective_at.label("finish_at"),
        )
        .select_from(start)
        .join(finish, and_(finish.c.activity_id == start.c.activity_id, finish.c.person_id == start.c.person_id))
        .join(starts, and_(starts.c.activity_id == start.c.activity_id, starts.c.id == start.c.checkpoint_id))
        .join(finishes, and_(finishes.c.activity_id == finish.c.activity_id, finishes.c.id == finish.c.checkpoint_id))
        .where(
            start.c.activity_id == a,
            finish.c.activity_id == a,
            starts.c.activity_id == a,
            finishes.c.activity_id == a,
            starts.c.kind == CheckpointKind.START.value,
            finishes.c.kind == CheckpointKind.FINISH.value,
            finish.c.effective_at < start.c.effective_at,
        )
        .order_by(start.c.effective_at, start.c.scan_id)
        .limit(MOST)
    )
    return [
        Conflict(
            Kind.FINISH_FIRST,
            subject_of(a, Kind.FINISH_FIRST, row.scan_id, row.finish_scan),
            row.person_id,
            (
                Place(row.finish_scan, row.finish_point, row.finish_at),
                Place(row.scan_id, row.checkpoint_id, row.effective_at),
            ),
        )
        for row in rows
    ]


def _too_fast(a: uuid.UUID, limit_kmh: float) -> list[Conflict]:
    """From one check-in to the next of the same way, by the distances of the way."""

    def before(column: Any) -> Any:
        return _before(column, of=CheckIn.person_id, by=(CheckIn.effective_at, CheckIn.scan_id))

    rows = (
        select(
            CheckIn.person_id,
            CheckIn.scan_id,
            CheckIn.checkpoint_id,
            CheckIn.effective_at,
            CategoryCheckpoint.distance_m,
            before(CheckIn.scan_id).label("scan_before"),
            before(CheckIn.checkpoint_id).label("point_before"),
            before(CheckIn.effective_at).label("at_before"),
            before(CategoryCheckpoint.distance_m).label("distance_before"),
        )
        .join(
            Registration,
            and_(Registration.activity_id == CheckIn.activity_id, Registration.id == CheckIn.registration_id),
        )
        .join(
            CategoryCheckpoint,
            and_(
                CategoryCheckpoint.activity_id == CheckIn.activity_id,
                CategoryCheckpoint.category_id == Registration.category_id,
                CategoryCheckpoint.checkpoint_id == CheckIn.checkpoint_id,
            ),
        )
        .where(CheckIn.activity_id == a, CategoryCheckpoint.distance_m.is_not(None))
        .subquery()
    )
    c = rows.c
    metres, micros = func.abs(c.distance_m - c.distance_before), _micros(c.effective_at) - _micros(c.at_before)
    # km/h = metres × 3,600,000 / microseconds; in whole numbers
    fast = select(rows).where(metres > 0, metres * 3_600_000_000 > micros * int(limit_kmh * 1_000))
    found = []
    for row in db.session.execute(fast.order_by(c.effective_at, c.scan_id).limit(MOST)):
        hours = (row.effective_at - row.at_before).total_seconds() / 3600
        km = abs(row.distance_m - row.distance_before) / 1000
        found.append(
            Conflict(
                Kind.SPEED,
                subject_of(a, Kind.SPEED, row.scan_id, row.scan_before),
                row.person_id,
                (
                    Place(row.scan_before, row.point_before, row.at_before),
                    Place(row.scan_id, row.checkpoint_id, row.effective_at),
                ),
                figure=round(km / hours, 1) if hours else None,
            )
        )
    return found


def _two_pickups(a: uuid.UUID) -> list[Conflict]:
    """A further scan at a pickup that a phone let through: what was told there, not what is true today."""
    rows = db.session.execute(
        with_owner(select(OWNER.label("person_id"), Scan.id, Scan.checkpoint_id, Scan.effective_at, Scan.device_id))
        .join(Checkpoint, and_(Checkpoint.activity_id == Scan.activity_id, Checkpoint.id == Scan.checkpoint_id))
        .where(
            Scan.activity_id == a,
            Scan.verdict == Verdict.REPEAT.value,
            Checkpoint.kind == CheckpointKind.PICKUP.value,
            or_(Scan.shown == Verdict.ACCEPTED.value, Scan.first_verdict == Verdict.ACCEPTED.value),
        )
        .order_by(Scan.effective_at, Scan.id)
        .limit(MOST)
    )
    return [
        Conflict(
            Kind.TWO_PICKUPS,
            row.id,
            row.person_id,
            (Place(row.id, row.checkpoint_id, row.effective_at, row.device_id),),
        )
        for row in rows
    ]


def _not_registered(a: uuid.UUID) -> list[Conflict]:
    rows = db.session.execute(
        with_owner(select(OWNER.label("person_id"), func.count().label("n"), func.min(Scan.effective_at).label("at")))
        .where(
            Scan.activity_id == a,
            Scan.verdict == Verdict.NOT_REGISTERED.value,
            Scan.kind != ScanKind.UNDO.value,
            OWNER.is_not(None),
        )
        .group_by(OWNER)
        .order_by(func.min(Scan.effective_at))
        .limit(MOST)
    )
    return [Conflict(Kind.NOT_REGISTERED, row.person_id, row.person_id, figure=row.n, at=row.at) for row in rows]


def _flags(a: uuid.UUID) -> dict[str, list[Conflict]]:
    found: dict[str, list[Conflict]] = {}
    rows = db.session.execute(
        select(CheckIn.flag, CheckIn.person_id, CheckIn.scan_id, CheckIn.checkpoint_id, CheckIn.effective_at)
        .where(CheckIn.activity_id == a, CheckIn.flag.in_([flag.value for flag in FLAGS]))
        .order_by(CheckIn.effective_at, CheckIn.scan_id)
        .limit(MOST * len(FLAGS))
    )
    for row in rows:
        found.setdefault(row.flag, []).append(
            Conflict(
                Kind(row.flag),
                row.scan_id,
                row.person_id,
                (Place(row.scan_id, row.checkpoint_id, row.effective_at),),
            )
        )
    return found


def _clocks(a: uuid.UUID) -> list[Conflict]:
    off: Any = func.max(func.abs(Scan.offset_ms))
    rows = db.session.execute(
        select(Scan.device_id, off.label("off"), func.min(Scan.effective_at).label("at"))
        .where(Scan.activity_id == a, or_(Scan.offset_ms > OFF_BY_MS, Scan.offset_ms < -OFF_BY_MS))
        .group_by(Scan.device_id)
        .limit(MOST)
    )
    return [
        Conflict(Kind.CLOCK, row.device_id, figure=round(row.off / 1000), device_id=row.device_id, at=row.at)
        for row in rows
    ]


def _excess(plan: CheckinPlan) -> list[Conflict]:
    """One, and another one when the number has changed since it was settled."""
    excess = counts(plan.activity_id).total(Metric.WALK_IN) - plan.walkin_capacity
    if excess <= 0:
        return []
    return [Conflict(Kind.EXCESS, subject_of(plan.activity_id, Kind.EXCESS, excess), figure=excess)]


def _rejects(a: uuid.UUID) -> list[Conflict]:
    rows = db.session.execute(
        select(Reject.id, Reject.device_id, Reject.reason, Reject.received_at)
        .where(Reject.activity_id == a)
        .order_by(Reject.received_at, Reject.id)
        .limit(MOST)
    )
    return [
        Conflict(Kind.REJECT, row.id, device_id=row.device_id, reason=row.reason, at=row.received_at) for row in rows
    ]
