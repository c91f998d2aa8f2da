"""Closing an activity while phones may still hold scans: asked twice, naming them."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from app.activities.services.life import finish
from app.audit.services import Actor, record
from app.checkins.queries.devices import told_devices
from app.checkins.rules.phones import holding
from app.core.errors import Conflict
from app.core.text import N_
from app.core.transactions import act


@act
def close_activity(
    *,
    activity_id: uuid.UUID,
    version: int | None,
    despite: Collection[uuid.UUID],
    actor: Actor,
    at: datetime,
) -> None:
    """Finish the activity. `despite`: devices that hold scans and were named to whoever closes it.

    Conflict `phones_hold_scans` when another one holds some by now. What arrives later is taken all the same.
    """
    held = holding(told_devices(activity_id))
    if any(one.id not in despite for one in held):
        raise Conflict("phones_hold_scans", N_("还有手机没传完，请先看清是哪几台。"))
    finish(activity_id=activity_id, version=version, actor=actor, at=at)
    if held:
        record(
            actor,
            "activity.closed_despite",
            subject_kind="activity",
            subject_id=activity_id,
            scope_id=activity_id,
            devices=len(held),
            scans=sum(one.holds for one in held),
        )
