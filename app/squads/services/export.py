"""Leaving a trace of what was handed out."""

from __future__ import annotations

import uuid

from app.audit.services import Actor, record
from app.core.transactions import act


@act
def note_export(*, squad_id: uuid.UUID, rows: int, actor: Actor) -> None:
    """Note that a list with whole names and documents was made."""
    record(actor, "squads.exported", subject_kind="squad", subject_id=squad_id, rows=rows)
