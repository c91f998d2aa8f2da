"""Bodies of background jobs about codes. Each is safe to repeat."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from app.core.clock import now
from app.passes.services import tell_reissued


def on_reissued(_scope_id: uuid.UUID, payload: Mapping[str, Any]) -> None:
    """Somebody's code is a new one."""
    by = payload["by"]
    tell_reissued(
        person_id=uuid.UUID(payload["person_id"]),
        generation=payload["generation"],
        by=uuid.UUID(by) if by else None,
        at=now(),
    )
