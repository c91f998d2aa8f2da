"""Leaving a trace of what was handed out."""

from __future__ import annotations

from app.audit.services import Actor, record
from app.core.transactions import act


@act
def note_export(*, year: int, rows: int, actor: Actor) -> None:
    """Note that a list of service hours left as a file."""
    record(actor, "volunteers.exported", subject_kind="year", subject_id=None, year=year, rows=rows)
