"""Devices by token and by activity."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, case, func, select

from app.checkins.constants import Verdict
from app.checkins.models import Device, JoinCode, Release, Scan
from app.checkins.rules.phones import DeviceRow
from app.core.db import db

RECENT = timedelta(minutes=15)
MOST = 500
_TOLD = (
    Device.id,
    Device.kind,
    Device.name,
    Device.checkpoint_id,
    Device.created_at,
    Device.expires_at,
    Device.revoked_at,
    Device.last_seen_at,
    Device.account_id,
    Device.join_id,
    Device.state_at,
    Device.queue,
    Device.queue_oldest_at,
    Device.battery,
    Device.charging,
    Device.bundle,
    Device.app_release,
    Device.chosen_id,
    Device.clock_offset_ms,
)
_BY_TOKEN = select(*_TOLD).where(Device.activity_id == bindparam("a"), Device.token_hash == bindparam("t"))
_BY_ID = select(*_TOLD).where(Device.activity_id == bindparam("a"), Device.id == bindparam("d"))
_OF = (
    select(*_TOLD)
    .where(Device.activity_id == bindparam("a"))
    .order_by(Device.revoked_at.is_not(None), Device.created_at.desc(), Device.id)
    .limit(MOST)
)
_IS_RECENT = and_(Scan.effective_at > bindparam("since"), Scan.effective_at <= bindparam("at"))
_SCANS = (
    select(
        Scan.device_id,
        func.count().label("scans"),
        func.sum(
            case((and_(Scan.effective_at > bindparam("since"), Scan.effective_at <= bindparam("at")), 1), else_=0)
        ).label("recent"),
    )
    .where(Scan.activity_id == bindparam("a"))
    .group_by(Scan.device_id)
)
_WAITING = (
    select(Scan.device_id, func.count())
    .outerjoin(Release, and_(Release.activity_id == Scan.activity_id, Release.scan_id == Scan.id))
    .where(
        Scan.activity_id == bindparam("a"),
        Scan.verdict == Verdict.QUARANTINED.value,
        Release.scan_id.is_(None),
    )
    .group_by(Scan.device_id)
)


def by_token(activity_id: uuid.UUID, token_hash: bytes) -> DeviceRow | None:
    """The device that holds this token."""
    row = db.session.execute(_BY_TOKEN, {"a": activity_id, "t": token_hash}).one_or_none()
    return DeviceRow(*row) if row else None


def device_row(activity_id: uuid.UUID, device_id: uuid.UUID) -> DeviceRow | None:
    """One device of the activity."""
    row = db.session.execute(_BY_ID, {"a": activity_id, "d": device_id}).one_or_none()
    return DeviceRow(*row) if row else None


def told_devices(activity_id: uuid.UUID) -> list[DeviceRow]:
    """The activity's devices with their last words and without counts, in one statement."""
    return [DeviceRow(*row) for row in db.session.execute(_OF, {"a": activity_id})]


def devices_of(activity_id: uuid.UUID, *, at: datetime) -> Sequence[DeviceRow]:
    """The activity's devices with what they have sent; those in use first, then the newest. Three statements."""
    sent = {
        row.device_id: (row.scans, int(row.recent or 0))
        for row in db.session.execute(_SCANS, {"a": activity_id, "at": at, "since": at - RECENT})
    }
    waiting: dict[uuid.UUID, int] = dict(db.session.execute(_WAITING, {"a": activity_id}).all())
    return [
        replace(
            DeviceRow(*row),
            scans=sent.get(row.id, (0, 0))[0],
            recent=sent.get(row.id, (0, 0))[1],
            waiting=waiting.get(row.id, 0),
        )
        for row in db.session.execute(_OF, {"a": activity_id})
    ]


def joined_by(join_id: uuid.UUID) -> uuid.UUID | None:
    """The account that made the QR by which a phone joined."""
    return db.session.execute(select(JoinCode.created_by).where(JoinCode.id == join_id)).scalar_one_or_none()
