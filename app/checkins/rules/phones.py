"""What the last word of a phone means to whoever watches over the day."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

SILENT_AFTER = timedelta(minutes=5)
"""A phone in use is heard of within a minute."""
OFF_BY_MS = 120_000
"""A clock that is further off is told to the coordinator."""
LOW_BATTERY = 20
READERS = frozenset({"phone", "gun"})
"""Kinds of devices that somebody holds in the hand, and that may hold scans back."""


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device as the office lists it; `scans` and `recent` (of the last 15 minutes) may be left out."""

    id: uuid.UUID
    kind: str
    name: str
    checkpoint_id: uuid.UUID | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_seen_at: datetime | None
    account_id: uuid.UUID | None = None
    join_id: uuid.UUID | None = None
    state_at: datetime | None = None
    queue: int | None = None
    queue_oldest_at: datetime | None = None
    battery: int | None = None
    charging: bool | None = None
    bundle: int | None = None
    app_release: str | None = None
    chosen_id: uuid.UUID | None = None
    clock_offset_ms: int | None = None
    scans: int = 0
    recent: int = 0
    waiting: int = 0

    @property
    def is_reader(self) -> bool:
        """Whether it may hold scans that the server has not seen."""
        return self.kind in READERS

    @property
    def holds(self) -> int:
        """Scans that it had not sent when it last spoke."""
        return (self.queue or 0) if self.is_reader else 0

    @property
    def where_id(self) -> uuid.UUID | None:
        """The checkpoint that the phone has chosen, else the one it was made for."""
        return self.chosen_id or self.checkpoint_id

    @property
    def clock_is_off(self) -> bool:
        """Whether its clock is more than two minutes off."""
        return self.clock_offset_ms is not None and abs(self.clock_offset_ms) > OFF_BY_MS

    @property
    def battery_is_low(self) -> bool:
        """Whether it soon goes dark."""
        return self.battery is not None and self.battery <= LOW_BATTERY and not self.charging

    def is_silent(self, at: datetime) -> bool:
        """In use, but not heard of for five minutes."""
        if not self.is_reader or self.revoked_at is not None or self.last_seen_at is None:
            return False
        return at - self.last_seen_at > SILENT_AFTER


def holding(devices: Iterable[DeviceRow]) -> list[DeviceRow]:
    """Devices whose last word was that they hold scans, the fullest first; revoked ones too."""
    return sorted((one for one in devices if one.holds), key=lambda one: (-one.holds, one.name, one.id))
