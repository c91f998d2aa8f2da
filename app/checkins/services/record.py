"""`record_scans`: behind the camera, the scan gun, the typed code, the poster, files and the API.

Every scan is stored with its verdict, refused ones too; the same id again
gives the first answer and no second row; the order of arrival decides nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.activities.constants import Metric
from app.activities.models import Activity
from app.activities.queries.plans import CheckinPlan, checkin_plan_at
from app.activities.services.tally import Key, add
from app.checkins.constants import COUNTING, DeviceKind, ScanKind, Verdict
from app.checkins.models import Device, Scan
from app.checkins.rules.judgement import ScanFacts
from app.checkins.rules.reading import Item, Unreadable, read_item
from app.checkins.services.load import PersonFacts, load, scan_facts, scans_named, with_their_undos
from app.checkins.services.rejects import keep_rejects
from app.checkins.services.resolve import Resolved, resolve
from app.checkins.services.settle import settle
from app.checkins.services.undos import Target, undo_targets
from app.checkins.services.walk_in import walk_in_by_scan
from app.core.clock import now
from app.core.db import db, table
from app.core.errors import Unauthenticated
from app.core.ids import parse_uuid
from app.core.keyed import execute
from app.core.text import N_
from app.core.transactions import Again, act

SEEN_EVERY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class DeviceRef:
    """A device as its token, its poster or the office names it."""

    activity_id: uuid.UUID
    id: uuid.UUID
    kind: DeviceKind


@dataclass(frozen=True, slots=True)
class ScanResult:
    """The answer to one item, in the order of the request.

    `person_id` and `first_at` serve the camera page; the latter is when this
    person's check-in at that checkpoint was.
    """

    index: int
    id: uuid.UUID | None
    verdict: Verdict
    first_verdict: Verdict
    checkin: bool
    replay: bool = False
    reason: str = ""
    person_id: uuid.UUID | None = None
    team_id: uuid.UUID | None = None
    first_at: datetime | None = None
    registration: Any = None


@dataclass(slots=True)
class _New:
    """An item that is new, on its way to be stored."""

    index: int
    item: Item
    resolved: Resolved
    facts: ScanFacts
    person_id: uuid.UUID | None
    checkpoint_id: uuid.UUID | None


@dataclass(slots=True)
class _Batch:
    """What a request has come to so far."""

    device: DeviceRef
    plan: CheckinPlan
    at: datetime
    quarantined: bool
    results: dict[int, ScanResult] = field(default_factory=dict)
    new: list[_New] = field(default_factory=list)
    persons: dict[uuid.UUID, PersonFacts] = field(default_factory=dict)
    #: stored undos that name an item of this request
    undos: list[Any] = field(default_factory=list)


_INSERT = insert(table(Scan))
_d, _a = table(Device).c, table(Activity).c
_DEVICE = (
    select(_d.revoked_at, _d.expires_at, _d.last_seen_at, _a.version)
    .join_from(table(Device), table(Activity), _a.id == _d.activity_id)
    .where(_d.activity_id == bindparam("a"), _d.id == bindparam("d"))
)


def record_scans(
    *, device: DeviceRef, items: Sequence[Any], at: datetime | None = None, zone_default: bool = False
) -> list[ScanResult]:
    """Store and judge a batch (decoded JSON items, ≤ 500 from outside); one answer per item, in order.

    `zone_default`: times without offset are the office's (files). What a
    revoked device sends is kept in quarantine. Unauthenticated when the
    device does not exist. Reading the items needs no database and is done before the act begins.
    """
    received = at or now()
    read = [read_item(raw, received_at=received, zone_default=zone_default) for raw in items]
    return _record(device=device, read=read, at=received)


@act
def _record(*, device: DeviceRef, read: Sequence[Item | Unreadable], at: datetime) -> list[ScanResult]:
    batch = _open(device, at)
    _resolve(batch, _read(batch, read))
    _join_persons(batch)
    judged = settle_batch(batch)
    _store(batch, judged)
    return [batch.results[index] for index in range(len(read))]


def _open(device: DeviceRef, at: datetime) -> _Batch:
    """The device as it is now, its activity's plan; notes that the device was seen (every 30 s)."""
    row = execute(_DEVICE, {"a": device.activity_id, "d": device.id}).one_or_none()
    if row is None:
        raise Unauthenticated("device_unknown", N_("这台设备没有登记，请重新扫协调员的码。"))
    if row.last_seen_at is None or at - row.last_seen_at >= SEEN_EVERY:
        db.session.execute(
            update(Device)
            .where(Device.activity_id == device.activity_id, Device.id == device.id)
            .values(last_seen_at=at)
            .execution_options(synchronize_session=False)
        )
    return _Batch(
        device=device,
        plan=checkin_plan_at(device.activity_id, row.version),
        at=at,
        quarantined=row.revoked_at is not None or row.expires_at <= at,
    )


def _read(batch: _Batch, items: Sequence[Item | Unreadable]) -> list[tuple[int, Item]]:
    """Readable items that are new; answers for replays, conflicts, rejects and doubles go to the results."""
    readable: list[tuple[int, Item]] = []
    rejects: list[tuple[int, Unreadable]] = []
    for index, read in enumerate(items):
        if isinstance(read, Item):
            readable.append((index, read))
        else:
            rejects.append((index, read))
    keep_rejects(batch.device.activity_id, batch.device.id, [reject for _, reject in rejects], at=batch.at)
    for index, reject in rejects:
        batch.results[index] = ScanResult(
            index, reject.id, Verdict.INVALID, Verdict.INVALID, checkin=False, reason=reject.reason
        )
    ids = {item.id for _, item in readable}
    named = scans_named(batch.device.activity_id, list(ids))
    stored = {row.id: row for row in named if row.id in ids}
    batch.undos = [row for row in named if row.undoes in ids]
    first: dict[uuid.UUID, tuple[int, Item]] = {}
    fresh = []
    for index, item in readable:
        row = stored.get(item.id)
        if row is not None:
            batch.results[index] = _replay(index, item, row)
        elif item.id in first:
            fresh.append((index, item))  # a double inside the batch: answered after the first
        else:
            first[item.id] = (index, item)
            fresh.append((index, item))
    return fresh


def _replay(index: int, item: Item, row: Any) -> ScanResult:
    first, today = Verdict(row.first_verdict), Verdict(row.verdict)
    if row.content_sha256 != item.digest:
        return ScanResult(index, item.id, Verdict.ID_CONFLICT, first, checkin=False, replay=True)
    return ScanResult(index, item.id, today, first, checkin=today in COUNTING, replay=True, person_id=row.person_id)


def _resolve(batch: _Batch, readable: list[tuple[int, Item]]) -> None:
    """Find who is behind each new item, and where it was read."""
    seen: dict[uuid.UUID, Item] = {}
    fresh: list[tuple[int, Item]] = []
    for index, item in readable:
        if item.id in seen:
            same = seen[item.id].digest == item.digest
            batch.results[index] = ScanResult(
                index,
                item.id,
                Verdict.REPEAT if same else Verdict.ID_CONFLICT,
                Verdict.REPEAT if same else Verdict.ID_CONFLICT,
                checkin=same,
                replay=True,
            )
            continue
        seen[item.id] = item
        fresh.append((index, item))
    targets = undo_targets(batch.device.activity_id, [item for _, item in fresh if item.kind is ScanKind.UNDO])
    for (index, item), resolved in zip(
        fresh, resolve(batch.device.activity_id, [item for _, item in fresh]), strict=True
    ):
        batch.new.append(_new(batch, index, item, resolved, targets))


def _new(batch: _Batch, index: int, item: Item, resolved: Resolved, targets: dict[uuid.UUID, Target]) -> _New:
    checkpoint_id = _checkpoint(batch.plan, item.checkpoint)
    fixed = resolved.fixed
    undoes = None
    if item.kind is ScanKind.UNDO:
        undoes = parse_uuid(item.value)
        target = targets.get(undoes) if undoes else None
        if target is not None:
            resolved.person_id = target.person_id
            if batch.device.kind is not DeviceKind.OFFICE and target.device_id != batch.device.id:
                fixed = Verdict.INVALID  # only the same device or the office takes back a scan
    elif checkpoint_id is None:
        fixed = Verdict.INVALID
    if batch.quarantined:
        fixed = Verdict.QUARANTINED
    facts = ScanFacts(
        id=item.id,
        checkpoint_id=checkpoint_id,
        effective_at=item.effective_at,
        fixed=fixed,
        revoked_at=resolved.revoked_at,
        shown=item.shown,
        bundle=item.bundle,
        undoes=undoes,
    )
    return _New(index, item, resolved, facts, resolved.person_id, checkpoint_id)


def _checkpoint(plan: CheckinPlan, named: str | None) -> uuid.UUID | None:
    if named is None:
        return None
    found = plan.by_code.get(named)
    if found is None and (as_id := parse_uuid(named)) in plan.checkpoints:
        found = as_id
    return found


def _join_persons(batch: _Batch) -> None:
    """Load what is stored of the persons, register bare passes at the gate, add the new scans."""
    mine = [one for one in batch.new if one.person_id is not None]
    batch.persons = load(batch.device.activity_id, [one.person_id for one in mine if one.person_id])
    if batch.plan.walkin_category_id is not None and not batch.quarantined:
        bare = {
            one.person_id: one.item.effective_at
            for one in reversed(mine)
            if one.person_id
            and one.facts.fixed is None
            and one.facts.undoes is None
            and one.resolved.pass_id
            and one.facts.revoked_at is None
            and batch.persons[one.person_id].registration is None
        }
        if bare and walk_in_by_scan(batch.plan, list(bare), device_id=batch.device.id, at=batch.at):
            batch.persons = load(batch.device.activity_id, batch.persons)
    for one in mine:
        if one.person_id is not None:
            batch.persons[one.person_id].scans.append(one.facts)
    _late_targets(batch)


def _late_targets(batch: _Batch) -> None:
    """An undo that came before its scan, in this request or an earlier one, belongs to the scan's person."""
    owner = {one.facts.id: one.person_id for one in batch.new if one.person_id is not None}
    waiting = [one for one in batch.new if one.person_id is None and one.facts.undoes is not None]
    stored = with_their_undos(batch.device.activity_id, [row for row in batch.undos if row.person_id is None])
    joined = True
    while joined:  # chains of undos may come in any order
        joined = False
        for one in waiting:
            person_id = owner.get(one.facts.undoes) if one.facts.undoes else None
            if person_id is not None and one.facts.id not in owner:
                one.person_id = owner[one.facts.id] = person_id
                batch.persons[person_id].scans.append(one.facts)
                joined = True
        for row in stored:
            person_id = owner.get(row.undoes)
            if person_id is not None and row.id not in owner:
                owner[row.id] = person_id
                person = batch.persons[person_id]
                if row.id not in {scan.id for scan in person.scans}:
                    person.scans.append(scan_facts(row, {}))
                    person.verdicts[row.id] = row.verdict
                joined = True


def settle_batch(batch: _Batch) -> dict[uuid.UUID, Verdict]:
    """Judge the persons of the batch; verdict by scan."""
    verdicts: dict[uuid.UUID, Verdict] = {}
    for judgement in settle(batch.plan, batch.persons, at=batch.at).values():
        verdicts.update(judgement.verdicts)
    for one in batch.new:
        if one.person_id is None:
            verdicts[one.facts.id] = one.facts.fixed or (
                Verdict.UNDO if one.facts.undoes is not None else Verdict.UNKNOWN
            )
    return verdicts


def _store(batch: _Batch, verdicts: dict[uuid.UUID, Verdict]) -> None:
    rows = [_row(batch, one, verdicts[one.facts.id]) for one in batch.new]
    if rows:
        _insert(rows)
        add(
            batch.device.activity_id,
            [(Key(Metric.SCAN, checkpoint_id=one.checkpoint_id), 1) for one in batch.new if one.checkpoint_id],
        )
    for one in batch.new:
        verdict = verdicts[one.facts.id]
        person = batch.persons.get(one.person_id) if one.person_id else None
        held = None
        if person is not None and one.checkpoint_id is not None and verdict in COUNTING:
            held = min(
                (
                    (scan.effective_at, scan.id)
                    for scan in person.scans
                    if scan.checkpoint_id == one.checkpoint_id and verdicts.get(scan.id) in COUNTING
                ),
                default=None,
            )
        batch.results[one.index] = ScanResult(
            index=one.index,
            id=one.facts.id,
            verdict=verdict,
            first_verdict=verdict,
            checkin=verdict in COUNTING,
            person_id=one.person_id,
            team_id=one.resolved.team_id,
            first_at=held[0] if held else None,
            registration=person.registration if person else None,
        )


def _insert(rows: list[dict[str, Any]]) -> None:
    """On PostgreSQL two requests may hold the same scan at one moment: the later is repeated as a whole."""
    try:
        execute(_INSERT, rows)
    except IntegrityError as error:
        raise Again from error


def _row(batch: _Batch, one: _New, verdict: Verdict) -> dict[str, Any]:
    item = one.item
    nobody = one.person_id is None and item.kind is not ScanKind.UNDO
    return {
        "activity_id": batch.device.activity_id,
        "id": item.id,
        "device_id": batch.device.id,
        "kind": item.kind.value,
        "checkpoint_id": one.checkpoint_id,
        "person_id": one.person_id,
        "pass_id": one.resolved.pass_id,
        "generation": one.resolved.generation,
        "undoes": one.facts.undoes,
        "scanned_at": item.scanned_at,
        "offset_ms": item.offset_ms,
        "effective_at": item.effective_at,
        "received_at": batch.at,
        "seq": item.seq,
        "shown": item.shown,
        "bundle": item.bundle,
        "headcount": item.headcount,
        "content_sha256": item.digest,
        "raw": item.value if nobody else None,
        "first_verdict": verdict.value,
        "verdict": verdict.value,
        "judged_at": batch.at,
    }
