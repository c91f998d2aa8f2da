"""A device that calls: known by the bearer token on its phone, good for one activity."""

from __future__ import annotations

import time
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask import request

from app.audit.services import Actor
from app.checkins.constants import DeviceKind
from app.checkins.queries.devices import by_token
from app.checkins.rules.answers import DeviceRef
from app.checkins.services.devices import PREFIX, activity_of_token
from app.core.clock import now
from app.core.crypto import sha256
from app.core.errors import Unauthenticated
from app.core.permissions import Permission, Scope, ScopeKind
from app.core.text import N_
from app.web.access import Caller, caller

KEPT_SECONDS = 10.0
KEPT = 4096
ALLOWED = frozenset({Permission.SCAN, Permission.CHECKIN_VIEW})
_known: dict[bytes, tuple[float, DevicePrincipal]] = {}


@dataclass(frozen=True, slots=True)
class DevicePrincipal:
    """One device. Whether it is revoked is asked again inside each act; here it only hides lists."""

    ref: DeviceRef
    name: str
    checkpoint_id: uuid.UUID | None
    ended_at: datetime

    @property
    def actor(self) -> Actor:
        """Whom the audit names."""
        return Actor("device", self.ref.id)

    @property
    def account_id(self) -> uuid.UUID | None:
        """A device is no account."""
        return None

    @property
    def is_staff(self) -> bool:
        """A device sees no office page."""
        return False

    @property
    def key_scope(self) -> str | None:
        """A device is no key."""
        return None

    def can(self, permission: Permission, scopes: Collection[Scope]) -> bool:
        """Scanning, and seeing what the volunteer's page shows, within its own activity."""
        if permission is Permission.SCAN and not scopes:
            return True
        return permission in ALLOWED and Scope(ScopeKind.ACTIVITY, self.ref.activity_id) in scopes

    def can_somewhere(self, permission: Permission) -> bool:
        """As `can`, in its own activity."""
        return permission in ALLOWED

    def scopes_with(self, permission: Permission) -> Collection[Scope] | None:
        """Its own activity."""
        return [Scope(ScopeKind.ACTIVITY, self.ref.activity_id)] if permission in ALLOWED else []


def from_device_token() -> Caller | None:
    """The device of the bearer token, looked up at most every ten seconds a process."""
    header = request.headers.get("Authorization", "")
    if not request.path.startswith("/api/") or not header.startswith("Bearer " + PREFIX):
        return None
    token = header.removeprefix("Bearer ").strip()
    digest = sha256(token)
    kept = _known.get(digest)
    if kept is not None and time.monotonic() < kept[0]:
        return kept[1]
    activity_id = activity_of_token(token)
    row = by_token(activity_id, digest) if activity_id else None
    if row is None or activity_id is None:
        return None
    principal = DevicePrincipal(
        ref=DeviceRef(activity_id, row.id, DeviceKind(row.kind)),
        name=row.name,
        checkpoint_id=row.checkpoint_id,
        ended_at=min(row.revoked_at or row.expires_at, row.expires_at),
    )
    if len(_known) >= KEPT:
        _known.clear()
    _known[digest] = (time.monotonic() + KEPT_SECONDS, principal)
    return principal


def the_device(*, live: bool) -> DevicePrincipal:
    """The device that calls. `live`: refuse one that is revoked or over; what it still holds is
    taken all the same by `record_scans`, which puts it in quarantine.
    """
    found = caller()
    if not isinstance(found, DevicePrincipal):
        raise Unauthenticated("device_required", N_("请用登记过的设备。"))
    if live and found.ended_at <= now():
        raise Unauthenticated("device_ended", N_("这台设备已停用，请联系协调员。"))
    return found


def forget_devices() -> None:
    """Empty the cache (tests)."""
    _known.clear()
