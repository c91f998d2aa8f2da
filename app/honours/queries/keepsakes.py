"""The keepsake of a season: who has earned it, who has it."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from app.core.db import db
from app.honours.models import Keepsake


def handed(season_id: uuid.UUID, person_ids: Collection[uuid.UUID] | None = None) -> dict[uuid.UUID, datetime]:
    """Person → when they were handed it; of these alone, if given."""
    query = select(Keepsake.person_id, Keepsake.handed_at).where(Keepsake.season_id == season_id)
    if person_ids is not None:
        query = query.where(Keepsake.person_id.in_(list(person_ids)))
    return {row.person_id: row.handed_at for row in db.session.execute(query)}
