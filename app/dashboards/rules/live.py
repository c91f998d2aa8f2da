"""What the clock says about an activity's counts."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.activities.constants import LIVE_STATUSES, ActivityStatus

AROUND = timedelta(hours=2)
"""Scans count from two hours before the first hours to two hours after the last ones."""
QUIET_AFTER = timedelta(minutes=10)
"""A phone that was silent for so long may hold scans; one in use is heard of within a minute."""
LATE = timedelta(hours=24)
"""Phones keep what they have for a day after the end."""


def is_live(status: ActivityStatus, gate_opens_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Whether people are coming in: the page renews itself."""
    return status in LIVE_STATUSES and gate_opens_at - AROUND <= now <= ends_at + AROUND


def may_grow(gate_opens_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Whether phones may still hold scans that nobody has counted."""
    return gate_opens_at <= now <= ends_at + LATE
