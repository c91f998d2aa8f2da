"""What the poster's page shows: which of the family are registered here, and who is checked in."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.checkins.models import CheckIn
from app.core.db import db
from app.people.queries.family import relatives
from app.registrations.constants import ACTIVE_STATES
from app.registrations.queries.mine import MyRegistration, my_registrations


@dataclass(frozen=True, slots=True)
class AtPoster:
    """One of the family at a checkpoint. `checked_in_at`: when they were read there, by whatever means."""

    name: str
    registration: MyRegistration
    checked_in_at: datetime | None


def family_at(account_id: uuid.UUID, activity_id: uuid.UUID, checkpoint_id: uuid.UUID) -> list[AtPoster]:
    """The account's proven people who are registered in the activity, oneself first."""
    rows = {
        row.person_id: row
        for row in my_registrations(account_id, [activity_id])
        if row.proven and row.state in ACTIVE_STATES
    }
    if not rows:
        return []
    there = _checked_in(activity_id, checkpoint_id, rows.keys())
    return [
        AtPoster(one.name, rows[one.id], there.get(one.id))
        for one in relatives(account_id)
        if one.proven and one.id in rows
    ]


def _checked_in(
    activity_id: uuid.UUID, checkpoint_id: uuid.UUID, person_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, datetime]:
    return dict(
        db.session.execute(
            select(CheckIn.person_id, CheckIn.effective_at).where(
                CheckIn.activity_id == activity_id,
                CheckIn.checkpoint_id == checkpoint_id,
                CheckIn.person_id.in_(list(person_ids)),
            )
        ).all()
    )
