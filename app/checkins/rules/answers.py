"""Who sends scans, and what each scan is answered."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.checkins.constants import DeviceKind, Verdict


@dataclass(frozen=True, slots=True)
class DeviceRef:
    """A device as its token, its poster or the office names it."""

    activity_id: uuid.UUID
    id: uuid.UUID
    kind: DeviceKind


@dataclass(frozen=True, slots=True)
class ScanResult:
    """The answer to one item, in the order of the request.

    `person_id` and `first_at` serve the camera page; the latter is when this
    person's check-in at that checkpoint was.
    """

    index: int
    id: uuid.UUID | None
    verdict: Verdict
    first_verdict: Verdict
    checkin: bool
    replay: bool = False
    reason: str = ""
    person_id: uuid.UUID | None = None
    team_id: uuid.UUID | None = None
    first_at: datetime | None = None
    registration: Any = None
