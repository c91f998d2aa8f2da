"""Devices: a phone that scanned the coordinator's QR, a token printed once, the office's own desk."""

from __future__ import annotations

import base64
import secrets
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from app.activities.queries.plans import CheckinPlan, checkin_plan
from app.audit.services import Actor, record
from app.checkins.constants import DeviceKind
from app.checkins.models import Device, JoinCode
from app.checkins.rules.answers import DeviceRef
from app.checkins.services.load import own_id
from app.core.clock import now
from app.core.crypto import sha256
from app.core.db import db
from app.core.errors import DomainError, NotFound
from app.core.ids import uuid7
from app.core.text import N_
from app.core.transactions import act
from app.passes.rules import new_short_code, parse_short_code

JOIN_FOR = timedelta(minutes=30)
AFTER_END = timedelta(hours=24)
"""A token outlives its activity by a day, so that late phones can still hand in what they hold."""
PREFIX = "xd_"


@dataclass(frozen=True, slots=True)
class IssuedDevice:
    """A device and its token, which is shown once and kept as a digest only."""

    ref: DeviceRef
    name: str
    token: str
    checkpoint_id: uuid.UUID | None


def new_token(activity_id: uuid.UUID) -> str:
    """The activity's id and 160 random bits: the lookup needs no table across activities."""
    return PREFIX + base64.b32encode(activity_id.bytes + secrets.token_bytes(20)).decode().rstrip("=").lower()


def activity_of_token(token: str) -> uuid.UUID | None:
    """The activity that a token names; None when it is no token of ours."""
    body = token.removeprefix(PREFIX).upper()
    if not token.startswith(PREFIX) or len(body) != 58:
        return None
    try:
        return uuid.UUID(bytes=base64.b32decode(body + "=" * (-len(body) % 8))[:16])
    except ValueError:
        return None


def clean_device_name(text: str) -> str:
    """A volunteer's own name for the device, ≤ 30 characters, no control characters."""
    name = "".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c)[0] != "C").strip()
    if not name:
        raise DomainError("device_name_missing", N_("请填您的名字，方便办公室联系。"), field="name")
    return name[:30]


def _checkpoint(plan: CheckinPlan, checkpoint_id: uuid.UUID | None) -> uuid.UUID | None:
    if checkpoint_id is not None and checkpoint_id not in plan.checkpoints:
        raise NotFound("checkpoint_not_found", N_("没有找到这个签到点。"))
    return checkpoint_id


@act
def create_join_code(
    *,
    activity_id: uuid.UUID,
    checkpoint_id: uuid.UUID | None,
    uses: int,
    actor: Actor,
    at: datetime | None = None,
) -> str:
    """A code for the coordinator's QR: 30 minutes, at most `uses` phones (1..200)."""
    at = at or now()
    if not 1 <= uses <= 200:
        raise DomainError("uses_out_of_range", N_("手机台数请填 1 到 200。"), field="uses")
    _checkpoint(checkin_plan(activity_id), checkpoint_id)
    code = new_short_code()
    join = JoinCode(
        id=uuid7(),
        code_hash=sha256("join:" + code),
        activity_id=activity_id,
        checkpoint_id=checkpoint_id,
        uses_left=uses,
        created_by=actor.id,
        created_at=at,
        expires_at=at + JOIN_FOR,
    )
    db.session.add(join)
    db.session.flush()
    record(
        actor,
        "device.join_code",
        subject_kind="device_join",
        subject_id=join.id,
        scope_id=activity_id,
        uses=uses,
    )
    return code


@act
def join(*, code: str, name: str, at: datetime | None = None) -> IssuedDevice:
    """Make the phone that holds a join code a device; NotFound for a code that is wrong, used up or late."""
    at = at or now()
    clean = clean_device_name(name)
    found = db.session.execute(
        update(JoinCode)
        .where(
            JoinCode.code_hash == sha256("join:" + (parse_short_code(code) or "")),
            JoinCode.expires_at > at,
            JoinCode.created_at <= at,  # a server's clock that steps back lengthens no code's life
            JoinCode.uses_left > 0,
        )
        .values(uses_left=JoinCode.uses_left - 1)
        .returning(JoinCode.id, JoinCode.activity_id, JoinCode.checkpoint_id)
    ).one_or_none()
    if found is None:
        raise NotFound("join_code_invalid", N_("这个码过期了，请协调员再出一个。"))
    return _create(
        found.activity_id, clean, DeviceKind.PHONE, found.checkpoint_id, Actor("device"), at, join_id=found.id
    )


@act
def issue_device(
    *,
    activity_id: uuid.UUID,
    name: str,
    actor: Actor,
    kind: DeviceKind = DeviceKind.PHONE,
    checkpoint_id: uuid.UUID | None = None,
    at: datetime | None = None,
) -> IssuedDevice:
    """Make a device directly (command line, scan gun at the office)."""
    return _create(activity_id, clean_device_name(name), kind, checkpoint_id, actor, at or now())


def _create(
    activity_id: uuid.UUID,
    name: str,
    kind: DeviceKind,
    checkpoint_id: uuid.UUID | None,
    actor: Actor,
    at: datetime,
    *,
    join_id: uuid.UUID | None = None,
    device_id: uuid.UUID | None = None,
) -> IssuedDevice:
    plan = checkin_plan(activity_id)
    token = new_token(activity_id)
    device = Device(
        activity_id=activity_id,
        id=device_id or uuid7(),
        kind=kind.value,
        name=name,
        token_hash=sha256(token),
        checkpoint_id=_checkpoint(plan, checkpoint_id),
        account_id=actor.id if actor.kind == "account" else None,
        join_id=join_id,
        created_at=at,
        expires_at=max(plan.ends_at, at) + AFTER_END,
    )
    db.session.add(device)
    db.session.flush()
    record(
        actor if actor.id else Actor("device", device.id),
        "device.created",
        subject_kind="device",
        subject_id=device.id,
        scope_id=activity_id,
        kind=kind.value,
    )
    return IssuedDevice(DeviceRef(activity_id, device.id, kind), name, token, checkpoint_id)


@act
def own_device(*, activity_id: uuid.UUID, kind: DeviceKind, actor: Actor) -> DeviceRef:
    """The device that stands for the office, the posters or imports of an activity: one of each, made once."""
    held = own_id(activity_id, kind)
    found = db.session.execute(
        select(Device.id).where(Device.activity_id == activity_id, Device.id == held)
    ).scalar_one_or_none()
    if found is None:
        _create(activity_id, kind.value, kind, None, actor, now(), device_id=held)
    return DeviceRef(activity_id, held, kind)


@act
def revoke_device(*, activity_id: uuid.UUID, device_id: uuid.UUID, actor: Actor, at: datetime | None = None) -> None:
    """From now on what this device sends is quarantined; revoking twice changes nothing."""
    changed = db.session.execute(
        update(Device)
        .where(Device.activity_id == activity_id, Device.id == device_id, Device.revoked_at.is_(None))
        .values(revoked_at=at or now())
        .returning(Device.id)
    ).scalar_one_or_none()
    if changed is None:
        exists = db.session.execute(
            select(Device.id).where(Device.activity_id == activity_id, Device.id == device_id)
        ).scalar_one_or_none()
        if exists is None:
            raise NotFound("device_not_found", N_("没有找到这台设备。"))
        return
    record(actor, "device.revoked", subject_kind="device", subject_id=device_id, scope_id=activity_id)


@act
def rename_device(*, activity_id: uuid.UUID, device_id: uuid.UUID, name: str, actor: Actor) -> None:
    """Call a device by another name; the trail keeps that it was renamed, not how."""
    changed = db.session.execute(
        update(Device)
        .where(Device.activity_id == activity_id, Device.id == device_id)
        .values(name=clean_device_name(name))
        .returning(Device.id)
    ).scalar_one_or_none()
    if changed is None:
        raise NotFound("device_not_found", N_("没有找到这台设备。"))
    record(actor, "device.renamed", subject_kind="device", subject_id=device_id, scope_id=activity_id)
