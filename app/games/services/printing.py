"""What leaves as a file, noted in the trail."""

from __future__ import annotations

import uuid

from app.audit.services import Actor, record
from app.core.transactions import act


@act
def note_print(*, games_id: uuid.UUID, what: str, rows: int, actor: Actor) -> None:
    """Note that a list of names left as a file."""
    record(actor, "games.printed", subject_kind="games", subject_id=games_id, scope_id=games_id, what=what, count=rows)
