"""The office settles a conflict, takes a scan back, or opens it again; and reads a sealed reject."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import delete, select

from app.audit.services import Actor, record
from app.checkins.constants import DeviceKind
from app.checkins.models import Reject, Settlement
from app.checkins.rules.conflicts import DECISIONS, TAKE_BACK, Conflict
from app.checkins.services.devices import own_device
from app.checkins.services.record import record_scans
from app.core.clock import to_micros
from app.core.db import db
from app.core.errors import Conflict as Clash
from app.core.errors import DomainError, NotFound
from app.core.text import N_
from app.core.transactions import act
from app.people.rules.reasons import check_reason

NOTE = 200
READING = {
    "find_scan": N_("找回这一条是谁、在哪里"),
    "device_fault": N_("查设备或软件的毛病"),
    "complaint": N_("处理投诉或争议"),
}
"""Why a sealed reject may be read."""


@act
def settle_conflict(
    *,
    activity_id: uuid.UUID,
    conflict: Conflict,
    decision: str,
    scan_id: uuid.UUID | None,
    note: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Decide an open conflict. `take_back` needs the scan, one of the conflict's own: the office undoes it.

    Conflict `settled_already` when somebody was quicker.
    """
    if decision not in DECISIONS:
        raise DomainError("decision_unknown", N_("请选怎么处理。"), field="decision")
    if len(note) > NOTE:
        raise DomainError("note_too_long", N_("说明最多 %(limit)s 个字。"), field="note", limit=NOTE)
    key = {"activity_id": activity_id, "kind": conflict.kind.value, "subject_id": conflict.subject_id}
    if db.session.get(Settlement, (activity_id, conflict.kind.value, conflict.subject_id)) is not None:
        raise Clash("settled_already", N_("这一条已经有人处理了。"))
    undo_id = None
    if decision == TAKE_BACK:
        if scan_id not in {one.scan_id for one in conflict.places}:
            raise DomainError("scan_needed", N_("请选要撤销的那一次。"), field="decision")
        undo_id = uuid.uuid5(activity_id, f"settled:{scan_id}:{to_micros(at)}")
        _undo(activity_id, undo_id, scan_id, actor, at)
    db.session.add(
        Settlement(
            **key,
            person_id=conflict.person_id,
            decision=decision,
            note=note.strip() or None,
            undo_id=undo_id,
            settled_at=at,
            settled_by=actor.id,
        )
    )
    db.session.flush()
    record(
        actor,
        "conflict.settled",
        subject_kind="conflict",
        subject_id=conflict.subject_id,
        scope_id=activity_id,
        kind=conflict.kind.value,
        decision=decision,
        scan=str(scan_id) if undo_id else None,
    )


@act
def reopen_conflict(*, activity_id: uuid.UUID, kind: str, subject_id: uuid.UUID, actor: Actor, at: datetime) -> None:
    """Take a decision back: an undo of the office's is undone, the conflict is open again if it still exists."""
    gone = db.session.execute(
        delete(Settlement)
        .where(Settlement.activity_id == activity_id, Settlement.kind == kind, Settlement.subject_id == subject_id)
        .returning(Settlement.undo_id)
    ).one_or_none()
    if gone is None:
        raise NotFound("conflict_not_found", N_("没有找到这一条。"))
    if gone.undo_id is not None:
        _undo(activity_id, uuid.uuid5(gone.undo_id, f"{to_micros(at)}"), gone.undo_id, actor, at)
    record(actor, "conflict.reopened", subject_kind="conflict", subject_id=subject_id, scope_id=activity_id, kind=kind)


def _undo(activity_id: uuid.UUID, undo_id: uuid.UUID, scan_id: uuid.UUID | None, actor: Actor, at: datetime) -> None:
    office = own_device(activity_id=activity_id, kind=DeviceKind.OFFICE, actor=actor)
    item = {"id": str(undo_id), "undoes": str(scan_id), "scanned_at": at.isoformat()}
    record_scans(device=office, items=[item], at=at)


@act
def read_reject(*, activity_id: uuid.UUID, reject_id: uuid.UUID, reason: str, actor: Actor) -> str:
    """What a device sent that was no scan, for a reason that is kept in the trail."""
    check_reason(reason, READING)
    body = db.session.execute(
        select(Reject.body).where(Reject.activity_id == activity_id, Reject.id == reject_id)
    ).scalar_one_or_none()
    if body is None:
        raise NotFound("reject_not_found", N_("没有找到这一条。"))
    record(actor, "reject.read", subject_kind="scan_reject", subject_id=reject_id, scope_id=activity_id, reason=reason)
    return body
