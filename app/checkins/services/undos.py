"""What an undo names. Undos may name undos, and may arrive before what they take back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.checkins.rules.reading import Item
from app.checkins.services.load import scans_named
from app.core.ids import parse_uuid
from app.people.queries.aliases import canonical_of


@dataclass(frozen=True, slots=True)
class Target:
    """What an undo names: who is behind it at the end of the chain. Whether it may, the judgement says."""

    person_id: uuid.UUID | None


def undo_targets(activity_id: uuid.UUID, undos: Sequence[Item]) -> dict[uuid.UUID, Target]:
    """Stored scans that the new undos name; an undo among them stands for the scan that it names itself."""
    wanted = {named for item in undos if (named := parse_uuid(item.value))}
    rows: dict[uuid.UUID, Any] = {}
    frontier = set(wanted)
    while frontier:
        found = {row.id: row for row in scans_named(activity_id, list(frontier)) if row.id in frontier}
        rows |= found
        frontier = {row.undoes for row in found.values() if row.person_id is None and row.undoes} - rows.keys()

    def person(row: Any) -> uuid.UUID | None:
        seen: set[uuid.UUID] = set()
        while row is not None and row.person_id is None and row.id not in seen:
            seen.add(row.id)
            row = rows.get(row.undoes)
        return row.person_id if row is not None else None

    owners = {one: person(rows[one]) for one in wanted if one in rows}
    merged = canonical_of({owner for owner in owners.values() if owner})
    return {one: Target(merged.get(owner, owner) if owner else None) for one, owner in owners.items()}
