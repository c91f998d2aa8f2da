"""Bodies of background jobs about volunteers. Each is safe to repeat."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from app.core.clock import now
from app.volunteers.services.telling import Told, tell_services


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
