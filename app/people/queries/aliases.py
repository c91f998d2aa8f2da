"""Who was found to be whom. An alias names its canonical person directly: chains are flattened when merging."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import select

from app.core.db import table
from app.core.keyed import Keyed
from app.people.models import PersonAlias

_a = table(PersonAlias).c
_OF_ALIAS = Keyed(lambda match: select(_a.person_id, _a.canonical_id).where(match(_a.person_id)))
_OF_CANONICAL = Keyed(lambda match: select(_a.person_id, _a.canonical_id).where(match(_a.canonical_id)))


def canonical_of(person_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Alias → canonical person, of those among these persons who were merged into another."""
    return {row.person_id: row.canonical_id for row in _OF_ALIAS.run(person_ids)} if person_ids else {}


def aliases_of(person_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Alias → canonical person, of everybody who was merged into one of these persons."""
    return {row.person_id: row.canonical_id for row in _OF_CANONICAL.run(person_ids)} if person_ids else {}


def canonical_id(person_id: uuid.UUID) -> uuid.UUID:
    """The person as whom `person_id` counts: itself, unless it was merged."""
    return canonical_of([person_id]).get(person_id, person_id)
