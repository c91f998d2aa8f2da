"""Bodies of background jobs about volunteers. Each is safe to repeat."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from app.activities.constants import ActivityStatus
from app.audit.services import SYSTEM
from app.core.clock import now
from app.notices.queries import begun
from app.registrations.tasks import day_to_remind_of
from app.volunteers.queries.times import waiting_for
from app.volunteers.services.shifts import copy_shifts
from app.volunteers.services.telling import Told, remind_shifts, tell_called_off, tell_services


def on_told(scope_id: uuid.UUID, payload: Mapping[str, Any]) -> None:
    """Something happened to services of an activity."""
    tell_services(
        activity_id=scope_id,
        what=Told(payload["what"]),
        service_ids=[uuid.UUID(one) for one in payload["services"]],
        key=payload["key"],
        at=now(),
        urgent=bool(payload.get("urgent")),
    )


def on_activity_copied(scope_id: uuid.UUID, payload: Mapping[str, Any]) -> None:
    """A station was copied: its shifts go along."""
    copy_shifts(source_id=uuid.UUID(payload["source"]), activity_id=scope_id, actor=SYSTEM)


def on_activity_changed(scope_id: uuid.UUID, payload: Mapping[str, Any]) -> None:
    """An activity was called off: who was to serve there need not come."""
    if "status" in payload["parts"] and payload["status"] == ActivityStatus.CANCELLED:
        tell_called_off(activity_id=scope_id, at=now())


def remind() -> int:
    """Tell those on a shift, the day before, at the hour of all reminders; returns how many people."""
    at = now()
    first = day_to_remind_of(at)
    if first is None:
        return 0
    ids = waiting_for(first)
    told = begun(ids, f"volunteers:{first.date().isoformat()}") if ids else set[uuid.UUID]()
    return sum(remind_shifts(activity_id=one, first=first, at=at) for one in sorted(ids - told))
