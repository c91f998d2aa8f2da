"""The act behind `record_scans`: scans of one activity, from one request or several, stored and judged together."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError

from app.activities.constants import Metric
from app.activities.models import Activity
from app.activities.queries.plans import CheckinPlan, checkin_plan_at
from app.activities.services.tally import Key
from app.checkins.constants import COUNTING, DeviceKind, ScanKind, Verdict
from app.checkins.models import Attendance, CheckIn, Device, Scan
from app.checkins.rules.answers import DeviceRef, ScanResult
from app.checkins.rules.judgement import ScanFacts
from app.checkins.rules.reading import Item, Unreadable
from app.checkins.services.load import PersonFacts, load, scan_facts, scans_named, with_their_undos
from app.checkins.services.nobody import keep_nobodies
from app.checkins.services.rejects import keep_rejects
from app.checkins.services.resolve import Known, Resolved, resolve
from app.checkins.services.settle import settle
from app.checkins.services.undos import Target, undo_targets
from app.checkins.services.walk_in import walk_in_by_scan
from app.core.db import db, table
from app.core.errors import Unauthenticated
from app.core.growth import Growth
from app.core.ids import parse_uuid
from app.core.keyed import InsertRows, Keyed
from app.core.text import N_
from app.core.transactions import Again, act
from app.people.queries.aliases import canonical_of

SEEN_EVERY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Request:
    """What one device has sent, read already. `known`: the genuine passes among it, as far as looked up."""

    device: DeviceRef
    read: Sequence[Item | Unreadable]
    known: Known
    at: datetime


@dataclass(frozen=True, slots=True)
class _Sender:
    """A request's device as it is now; `first` is where its items begin among those of the batch."""

    device: DeviceRef
    at: datetime
    quarantined: bool
    first: int


@dataclass(slots=True)
class _New:
    """An item that is new, on its way to be stored."""

    sender: _Sender
    index: int
    item: Item
    resolved: Resolved
    facts: ScanFacts
    person_id: uuid.UUID | None
    checkpoint_id: uuid.UUID | None


@dataclass(slots=True)
class _Batch:
    """What the act has come to so far; results by the place among all items."""

    activity_id: uuid.UUID
    plan: CheckinPlan
    at: datetime
    results: dict[int, ScanResult] = field(default_factory=dict)
    new: list[_New] = field(default_factory=list)
    persons: dict[uuid.UUID, PersonFacts] = field(default_factory=dict)
    #: stored undos that name an item of this act
    undos: list[Any] = field(default_factory=list)


Placed = tuple[_Sender, int, Item]
"""An item with who sent it and its place among all items."""

_SCANS = InsertRows(Scan)
_growth = Growth(Scan, CheckIn, Attendance)
_d, _a = table(Device).c, table(Activity).c
_DEVICES = Keyed(
    lambda match: (
        select(_d.id, _d.revoked_at, _d.expires_at, _d.last_seen_at, _a.version)
        .join_from(table(Device), table(Activity), _a.id == _d.activity_id)
        .where(_d.activity_id == bindparam("a"), match(_d.id))
    )
)


@act
def record_requests(*, take: Callable[[], Sequence[Request]]) -> list[list[ScanResult] | Exception]:
    """Store and judge what was sent to one activity; per request its answers in order, or why it has none.

    `take` says, once the act has begun, which requests those are; no two of them bear the same scan id. Each
    is answered as if they had come one by one: the judgement reads sets.
    """
    requests = take()
    batch, senders = _open(requests)
    if batch is not None:
        known: dict[str, Any] = {}
        for request in requests:
            known |= request.known
        _resolve(batch, _read(batch, senders, requests), known)
        _join_persons(batch)
        _store(batch, settle_batch(batch))
    answers: list[list[ScanResult] | Exception] = []
    for request, sender in zip(requests, senders, strict=True):
        if batch is None or sender is None:
            answers.append(Unauthenticated("device_unknown", N_("这台设备没有登记，请重新扫协调员的码。")))
        else:
            answers.append([batch.results[sender.first + place] for place in range(len(request.read))])
    return answers


def _open(requests: Sequence[Request]) -> tuple[_Batch | None, list[_Sender | None]]:
    """The devices as they are now, their activity's plan; notes that they were seen (every 30 s)."""
    activity_id = requests[0].device.activity_id
    rows = {row.id: row for row in _DEVICES.run({one.device.id for one in requests}, a=activity_id)}
    at = max(one.at for one in requests)
    quiet = [one for one, row in rows.items() if row.last_seen_at is None or at - row.last_seen_at >= SEEN_EVERY]
    if quiet:
        db.session.execute(
            update(Device)
            .where(Device.activity_id == activity_id, Device.id.in_(quiet))
            .values(last_seen_at=at)
            .execution_options(synchronize_session=False)
        )
    senders: list[_Sender | None] = []
    first = 0
    for one in requests:
        row = rows.get(one.device.id)
        late = row is not None and (row.revoked_at is not None or row.expires_at <= one.at)
        senders.append(_Sender(one.device, one.at, late, first) if row is not None else None)
        first += len(one.read)
    version = next((row.version for row in rows.values()), None)
    batch = None if version is None else _Batch(activity_id, checkin_plan_at(activity_id, version), at)
    return batch, senders


def _read(batch: _Batch, senders: Sequence[_Sender | None], requests: Sequence[Request]) -> list[Placed]:
    """Readable items that are new; answers for replays, conflicts and rejects go to the results."""
    readable: list[Placed] = []
    for sender, request in zip(senders, requests, strict=True):
        if sender is None:
            continue
        rejects: list[Unreadable] = []
        for index, read in enumerate(request.read, sender.first):
            if isinstance(read, Item):
                readable.append((sender, index, read))
            else:
                rejects.append(read)
                batch.results[index] = ScanResult(
                    index - sender.first, read.id, Verdict.INVALID, Verdict.INVALID, checkin=False, reason=read.reason
                )
        keep_rejects(batch.activity_id, sender.device.id, rejects, at=sender.at)
    ids = {item.id for _, _, item in readable}
    named = scans_named(batch.activity_id, list(ids))
    stored = {row.id: row for row in named if row.id in ids}
    merged = canonical_of({row.person_id for row in stored.values() if row.person_id})
    batch.undos = [row for row in named if row.undoes in ids]
    fresh = []
    for sender, index, item in readable:
        row = stored.get(item.id)
        if row is None:
            fresh.append((sender, index, item))
        else:
            batch.results[index] = _replay(index - sender.first, item, row, merged)
    return fresh


def _replay(index: int, item: Item, row: Any, merged: Mapping[uuid.UUID, uuid.UUID]) -> ScanResult:
    first, today = Verdict(row.first_verdict), Verdict(row.verdict)
    if row.content_sha256 != item.digest:
        return ScanResult(index, item.id, Verdict.ID_CONFLICT, first, checkin=False, replay=True)
    who = merged.get(row.person_id, row.person_id)
    return ScanResult(index, item.id, today, first, checkin=today in COUNTING, replay=True, person_id=who)


def _resolve(batch: _Batch, readable: Sequence[Placed], known: Known) -> None:
    """Find who is behind each new item, and where it was read; a double within a request is answered at once."""
    seen: dict[uuid.UUID, Item] = {}
    fresh: list[Placed] = []
    for sender, index, item in readable:
        if item.id in seen:
            verdict = Verdict.REPEAT if seen[item.id].digest == item.digest else Verdict.ID_CONFLICT
            batch.results[index] = ScanResult(
                index - sender.first, item.id, verdict, verdict, checkin=verdict in COUNTING, replay=True
            )
            continue
        seen[item.id] = item
        fresh.append((sender, index, item))
    items = [item for _, _, item in fresh]
    targets = undo_targets(batch.activity_id, [item for item in items if item.kind is ScanKind.UNDO])
    for (sender, index, item), resolved in zip(fresh, resolve(batch.activity_id, items, known), strict=True):
        batch.new.append(_new(batch, sender, index, item, resolved, targets))


def _new(
    batch: _Batch, sender: _Sender, index: int, item: Item, resolved: Resolved, targets: dict[uuid.UUID, Target]
) -> _New:
    checkpoint_id = _checkpoint(batch.plan, item.checkpoint)
    fixed = resolved.fixed
    undoes = None
    if item.kind is ScanKind.UNDO:
        undoes = parse_uuid(item.value)
        target = targets.get(undoes) if undoes else None
        if target is not None:
            resolved.person_id = target.person_id
    elif checkpoint_id is None:
        fixed = Verdict.INVALID
    if sender.quarantined:
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
        device_id=sender.device.id,
        by_office=sender.device.kind is DeviceKind.OFFICE,
    )
    return _New(sender, index, item, resolved, facts, resolved.person_id, checkpoint_id)


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
    batch.persons = load(batch.activity_id, [one.person_id for one in mine if one.person_id])
    if batch.plan.walkin_category_id is not None and _walk_in(batch, mine):
        batch.persons = load(batch.activity_id, batch.persons)
    for one in mine:
        if one.person_id is not None:
            batch.persons[one.person_id].scans.append(one.facts)
    _late_targets(batch)


def _walk_in(batch: _Batch, mine: Sequence[_New]) -> int:
    """Register those who came with nothing but a pass, by the device that read them first; returns how many."""
    bare: dict[uuid.UUID, _New] = {}
    for one in mine:
        if (
            one.person_id is not None
            and one.facts.fixed is None
            and one.facts.undoes is None
            and one.resolved.pass_id
            and one.facts.revoked_at is None
            and batch.persons[one.person_id].registration is None
        ):
            bare.setdefault(one.person_id, one)
    by_sender: dict[_Sender, list[uuid.UUID]] = defaultdict(list)
    for person_id, one in bare.items():
        by_sender[one.sender].append(person_id)
    return sum(
        walk_in_by_scan(batch.plan, persons, device_id=sender.device.id, at=sender.at)
        for sender, persons in by_sender.items()
    )


def _late_targets(batch: _Batch) -> None:
    """An undo that came before its scan, in this request or an earlier one, belongs to the scan's person."""
    owner = {one.facts.id: one.person_id for one in batch.new if one.person_id is not None}
    waiting = [one for one in batch.new if one.person_id is None and one.facts.undoes is not None]
    stored = with_their_undos(batch.activity_id, [row for row in batch.undos if row.person_id is None])
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
                    person.scans.append(scan_facts(row, batch.activity_id))
                    person.verdicts[row.id] = row.verdict
                joined = True


def settle_batch(batch: _Batch) -> dict[uuid.UUID, Verdict]:
    """Judge the persons of the batch; verdict by scan."""
    verdicts: dict[uuid.UUID, Verdict] = {}
    read = [(Key(Metric.SCAN, checkpoint_id=one.checkpoint_id), 1) for one in batch.new if one.checkpoint_id]
    for judgement in settle(batch.plan, batch.persons, at=batch.at, beside=read).values():
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
        _growth.note(batch.activity_id, len(rows))
        keep_nobodies(
            batch.activity_id,
            [(one.facts.id, one.item.kind, one.item.value) for one in batch.new if one.person_id is None],
            at=batch.at,
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
            index=one.index - one.sender.first,
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
        _SCANS.run(rows)
    except IntegrityError as error:
        raise Again from error


def _row(batch: _Batch, one: _New, verdict: Verdict) -> dict[str, Any]:
    item = one.item
    nobody = one.person_id is None and item.kind is not ScanKind.UNDO
    return {
        "activity_id": batch.activity_id,
        "id": item.id,
        "device_id": one.sender.device.id,
        "kind": item.kind.value,
        "checkpoint_id": one.checkpoint_id,
        "person_id": one.person_id,
        "pass_id": one.resolved.pass_id,
        "generation": one.resolved.generation,
        "undoes": one.facts.undoes,
        "scanned_at": item.scanned_at,
        "offset_ms": item.offset_ms,
        "effective_at": item.effective_at,
        "received_at": one.sender.at,
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
