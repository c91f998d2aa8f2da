"""Scanning phones, with the token that they bear."""

from __future__ import annotations

from typing import Any

from app.audit.services import SYSTEM
from app.checkins.constants import DeviceKind
from app.checkins.services.devices import IssuedDevice, issue_device
from tests.factories.activities import Station


def device(
    station: Station,
    name: str = "一号手机",
    *,
    kind: DeviceKind = DeviceKind.PHONE,
    checkpoint: str | None = None,
    **facts: Any,
) -> IssuedDevice:
    """A device of `station`, standing at a checkpoint (by code) if one is named."""
    return issue_device(
        activity_id=station.id,
        name=name,
        actor=SYSTEM,
        kind=kind,
        checkpoint_id=station.checkpoints[checkpoint] if checkpoint else None,
        **facts,
    )
