"""Leaving a trace of what was looked for and handed out."""

from __future__ import annotations

import uuid

from app.audit.services import Actor, record
from app.core.transactions import act


@act
def note_export(*, year: int, rows: int, actor: Actor) -> None:
    """Note that a list of service hours left as a file."""
    record(actor, "volunteers.exported", subject_kind="year", subject_id=None, year=year, rows=rows)


@act
def note_activity_export(*, activity_id: uuid.UUID, form: str, rows: int, actor: Actor) -> None:
    """Note that the list of an activity's volunteers left as a file."""
    record(
        actor,
        "volunteers.listed",
        subject_kind="activity",
        subject_id=activity_id,
        scope_id=activity_id,
        form=form,
        rows=rows,
    )


@act
def note_search(*, activity_id: uuid.UUID, found: int, actor: Actor) -> None:
    """Note that somebody was looked for by name; what was typed is not kept."""
    record(
        actor,
        "volunteers.searched",
        subject_kind="activity",
        subject_id=activity_id,
        scope_id=activity_id,
        found=found,
    )
