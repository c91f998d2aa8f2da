"""The directory of who is where."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import select

from app.core.db import db
from app.people.models import PersonActivity


def activities_of(person_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, frozenset[uuid.UUID]]:
    """Person → the activities they have ever registered for or walked into."""
    if not person_ids:
        return {}
    rows = db.session.execute(
        select(PersonActivity.person_id, PersonActivity.activity_id).where(
            PersonActivity.person_id.in_(list(person_ids))
        )
    )
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for row in rows:
        found[row.person_id].add(row.activity_id)
    return {person: frozenset(activities) for person, activities in found.items()}
