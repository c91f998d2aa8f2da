"""The persons behind a list, for whoever may see them whole."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import select

from app.core.db import db
from app.people.models import Person


def persons_of(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Person]:
    """Id → person."""
    if not ids:
        return {}
    rows = db.session.execute(select(Person).where(Person.id.in_(set(ids)))).scalars()
    return {one.id: one for one in rows}
