"""When nothing else worked: a phone's queue as a file, and bibs typed from a paper list."""

from __future__ import annotations

import itertools
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from app.activities.constants import CheckpointKind
from app.activities.queries.plans import CheckinPlan, checkin_plan
from app.activities.services.tally import roll_up
from app.audit.services import Actor, record
from app.checkins.constants import DeviceKind
from app.checkins.models import Device
from app.checkins.rules.answers import DeviceRef, ScanResult
from app.checkins.rules.queue_file import QueueFile
from app.checkins.services.devices import own_device
from app.checkins.services.record import record_scans
from app.core.crypto import sha256
from app.core.db import db
from app.core.errors import DomainError, NotFound
from app.core.text import N_
from app.core.transactions import act, end_read

BATCH = 500


@dataclass(slots=True)
class FileReport:
    """What became of a file's scans; `foreign`: of devices that are not of this activity."""

    new: int = 0
    known: int = 0
    foreign: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    answers: list[tuple[str, ScanResult]] = field(default_factory=list)


def import_queue(*, activity_id: uuid.UUID, file: QueueFile, actor: Actor, at: datetime) -> FileReport:
    """Hand in what a phone exported, as that phone, 500 an act. The same file again changes nothing.

    DomainError `queue_file_elsewhere` when none of its devices is of this activity.
    """
    rows = db.session.execute(
        select(Device.id, Device.kind, Device.name).where(
            Device.activity_id == activity_id, Device.id.in_(list(file.by_device))
        )
    ).all()
    devices = {row.id: (DeviceRef(activity_id, row.id, DeviceKind(row.kind)), row.name) for row in rows}
    if file.by_device and not devices:
        raise DomainError("queue_file_elsewhere", N_("这个文件是别的活动的，请到那个活动里导入。"), field="file")
    end_read()
    report = FileReport()
    for device_id, items in file.by_device.items():
        if device_id not in devices:
            report.foreign += len(items)
            continue
        ref, name = devices[device_id]
        for start in range(0, len(items), BATCH):
            for answer in record_scans(device=ref, items=items[start : start + BATCH], at=at):
                report.new += not answer.replay
                report.known += answer.replay
                report.verdicts[answer.verdict.value] += 1
                report.answers.append((name, answer))
    _note(activity_id=activity_id, what="queue.imported", actor=actor, digest=file.sha256, report=report)
    roll_up(activity_id=activity_id)
    return report


@act
def _note(*, activity_id: uuid.UUID, what: str, actor: Actor, digest: str, report: FileReport) -> None:
    record(
        actor,
        what,
        subject_kind="activity",
        subject_id=activity_id,
        scope_id=activity_id,
        new=report.new,
        known=report.known,
        foreign=report.foreign,
        sha256=digest,
    )


def paper_time(plan: CheckinPlan, checkpoint_id: uuid.UUID, at: datetime | None) -> datetime:
    """When somebody ticked on paper was there. Without a time: at the start when the walk began, elsewhere
    when the checkpoint closed, so that a scan of the same person there keeps its own, exact time.
    """
    point = plan.checkpoints.get(checkpoint_id)
    if point is None:
        raise NotFound("checkpoint_not_found", N_("没有找到这个签到点。"))
    if at is not None:
        return at
    if point.kind is CheckpointKind.START:
        return plan.starts_at
    closes = [cutoff for (_, where), (_, cutoff) in plan.hours.items() if where == checkpoint_id and cutoff]
    return min(closes, default=plan.ends_at)


def enter_paper(
    *,
    activity_id: uuid.UUID,
    checkpoint_id: uuid.UUID,
    bibs: Sequence[str],
    at: datetime | None,
    actor: Actor,
    received_at: datetime,
) -> FileReport:
    """Bibs ticked on a paper list, as scans of the office's device; the same again changes nothing."""
    plan = checkin_plan(activity_id)
    when = paper_time(plan, checkpoint_id, at).isoformat()
    office = own_device(activity_id=activity_id, kind=DeviceKind.OFFICE, actor=actor)
    items = [
        {
            "id": str(uuid.uuid5(activity_id, f"paper:{checkpoint_id}:{bib}:{when}")),
            "bib": bib,
            "checkpoint": plan.checkpoints[checkpoint_id].code,
            "scanned_at": when,
        }
        for bib in bibs
    ]
    report = FileReport()
    rows = iter(items)
    while batch := list(itertools.islice(rows, BATCH)):
        for answer in record_scans(device=office, items=batch, at=received_at):
            report.new += not answer.replay
            report.known += answer.replay
            report.verdicts[answer.verdict.value] += 1
    digest = sha256(",".join(sorted(item["id"] for item in items))).hex()
    _note(activity_id=activity_id, what="paper.entered", actor=actor, digest=digest, report=report)
    return report
