"""Devices by token and by activity."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from app.checkins.models import Device
from app.core.db import db


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device as the office lists it."""

    id: uuid.UUID
    kind: str
    name: str
    checkpoint_id: uuid.UUID | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_seen_at: datetime | None


_COLUMNS = (
    Device.id,
    Device.kind,
    Device.name,
    Device.checkpoint_id,
    Device.created_at,
    Device.expires_at,
    Device.revoked_at,
    Device.last_seen_at,
)
_BY_TOKEN = select(*_COLUMNS).where(Device.activity_id == bindparam("a"), Device.token_hash == bindparam("t"))
_OF = select(*_COLUMNS).where(Device.activity_id == bindparam("a")).order_by(Device.created_at.desc()).limit(500)


def by_token(activity_id: uuid.UUID, token_hash: bytes) -> DeviceRow | None:
    """The device that holds this token."""
    row = db.session.execute(_BY_TOKEN, {"a": activity_id, "t": token_hash}).one_or_none()
    return DeviceRow(*row) if row else None


def devices_of(activity_id: uuid.UUID) -> Sequence[DeviceRow]:
    """The activity's devices, newest first."""
    return [DeviceRow(*row) for row in db.session.execute(_OF, {"a": activity_id})]
