"""What this room writes: that somebody took people's data out of the house, or asked whom a breach has reached."""

from __future__ import annotations

import uuid

from app.audit.services import Actor, record
from app.core.ids import NIL
from app.core.transactions import act


@act
def note_export(
    *,
    actor: Actor,
    subject_kind: str,
    subject_id: uuid.UUID,
    what: str,
    rows: int,
    sha256: str,
    file: str,
    scope_id: uuid.UUID = NIL,
    **narrowed: str,
) -> None:
    """Record an export before it leaves: what it holds (a list's name), how many rows, the file's digest.

    `narrowed`: the codes by which the list was narrowed; never a name or a number of a person.
    """
    record(
        actor,
        "attendance.exported",
        subject_kind=subject_kind,
        subject_id=subject_id,
        scope_id=scope_id,
        what=what,
        rows=rows,
        sha256=sha256,
        file=file,
        **narrowed,
    )


@act
def note_breach(
    *, actor: Actor, of: uuid.UUID, kind: str, since: str, until: str, persons: int, file: str = ""
) -> None:
    """Note that somebody asked whom a login has reached, how many that were, and whether a list left (`file`)."""
    record(
        actor,
        "breach.listed" if file else "breach.looked_up",
        subject_kind=kind,
        subject_id=of,
        since=since,
        until=until,
        persons=persons,
        file=file,
    )
