"""Bodies of background jobs about persons. Each is safe to repeat."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from app.core.clock import now
from app.people.services.telling import tell_linked


def on_linked(_scope_id: uuid.UUID, payload: Mapping[str, Any]) -> None:
    """An account has put somebody known already on its list."""
    tell_linked(person_id=uuid.UUID(payload["person_id"]), account_id=uuid.UUID(payload["account_id"]), at=now())
