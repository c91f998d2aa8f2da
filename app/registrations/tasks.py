"""Bodies of background jobs: telling people. Each is safe to repeat."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from app.activities.constants import ActivityStatus
from app.core.clock import local, now
from app.notices.constants import NoticeKind
from app.notices.queries import begun
from app.registrations.queries.addressees import about, starting
from app.registrations.services.telling import compose, tell_everybody


class _Held:
    remind_at: int | None = 18


def use_reminders(hour: int | None) -> None:
    """Remind the day before from this hour of the office's day on; None: never (once, at start-up)."""
    _Held.remind_at = hour


def on_told(activity_id: uuid.UUID, payload: Mapping[str, Any]) -> None:
    """People are to be told what became of their registrations."""
    compose(activity_id=activity_id, payload=payload, at=now())


def on_activity_changed(activity_id: uuid.UUID, payload: Mapping[str, Any]) -> None:
    """Another time or place, or no activity at all: everybody registered is told."""
    parts, at = set(payload["parts"]), now()
    if "status" in parts and payload["status"] == ActivityStatus.CANCELLED:
        tell_everybody(activity_id=activity_id, kind=NoticeKind.CALLED_OFF, key="called_off", at=at)
    moved = parts & {"time", "place"}
    found = about(activity_id) if moved else None
    if found is not None and found.ends_at > at:
        key = f"moved:{payload['version']}"
        tell_everybody(activity_id=activity_id, kind=NoticeKind.MOVED, key=key, at=at, parts=moved)


def day_to_remind_of(at: datetime) -> datetime | None:
    """When tomorrow begins in the office's zone; None while it is too early for reminders, or there are none."""
    if _Held.remind_at is None or local(at).hour < _Held.remind_at:
        return None
    return local(at).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def remind() -> int:
    """Tell those who have a place, the day before: each once for each day it is set for. Returns how many
    activities were begun.
    """
    at = now()
    first = day_to_remind_of(at)
    if first is None:
        return 0
    ids = starting(first, first + timedelta(days=1))
    key = f"reminder:{first.date().isoformat()}"
    left = [one for one in ids if one not in begun(ids, key)] if ids else []
    return sum(tell_everybody(activity_id=one, kind=NoticeKind.REMINDER, key=key, at=at) for one in left)
