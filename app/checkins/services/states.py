"""What a phone says of itself, kept on its device for the board and for closing."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update

from app.activities.queries.plans import CheckinPlan, checkin_plan
from app.checkins.models import Device
from app.checkins.rules.answers import DeviceRef
from app.checkins.rules.state import DeviceState
from app.core.db import db
from app.core.ids import parse_uuid
from app.core.transactions import act

WRITE_EVERY = timedelta(seconds=30)
_SAID = select(Device.state_at, Device.queue, Device.bundle).where(
    Device.activity_id == bindparam("a"), Device.id == bindparam("d")
)


def report_state(*, device: DeviceRef, state: DeviceState, at: datetime) -> bool:
    """Keep a phone's word about itself; whether it was written.

    Written at most every 30 seconds, but at once when the queue fills or empties, or another list is
    held. Otherwise it costs one read and no turn among the writers.
    """
    said = db.session.execute(_SAID, {"a": device.activity_id, "d": device.id}).one_or_none()
    if said is None or not _tells(said, state, at):
        return False
    plan = checkin_plan(device.activity_id)
    _write(device=device, state=state, chosen_id=_chosen(plan, state.checkpoint), at=at)
    return True


def _tells(said: Any, state: DeviceState, at: datetime) -> bool:
    due = said.state_at is None or at - said.state_at >= WRITE_EVERY
    return due or bool(said.queue) != bool(state.queue) or said.bundle != state.bundle


def _chosen(plan: CheckinPlan, named: str | None) -> uuid.UUID | None:
    found = plan.by_code.get(named or "")
    as_id = parse_uuid(named) if named else None
    return found or (as_id if as_id in plan.checkpoints else None)


@act
def _write(*, device: DeviceRef, state: DeviceState, chosen_id: uuid.UUID | None, at: datetime) -> None:
    """An older word never takes the place of a newer one."""
    db.session.execute(
        update(Device)
        .where(
            Device.activity_id == device.activity_id,
            Device.id == device.id,
            (Device.state_at.is_(None)) | (Device.state_at <= at),
        )
        .values(
            last_seen_at=at,
            state_at=at,
            queue=state.queue,
            queue_oldest_at=state.oldest,
            battery=state.battery,
            charging=state.charging,
            bundle=state.bundle,
            app_release=state.release,
            chosen_id=chosen_id,
            clock_offset_ms=state.offset_ms,
        )
        .execution_options(synchronize_session=False)
    )
