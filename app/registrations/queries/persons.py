"""The registrations of one person over all activities, and persons by their name in one activity."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.core.crypto import blind_index
from app.core.db import db
from app.registrations.constants import RegistrationState
from app.registrations.models import Registration


@dataclass(frozen=True, slots=True)
class PersonRegistration:
    """One registration of a person, as a list over activities shows it."""

    activity_id: uuid.UUID
    id: uuid.UUID
    person_id: uuid.UUID
    state: RegistrationState
    reason: str | None
    bib: str | None
    walk_in: bool
    created_at: datetime


def persons_named(activity_id: uuid.UUID, name: str) -> set[uuid.UUID]:
    """Persons who registered for an activity under exactly this name (as `clean_name` writes it)."""
    rows = db.session.execute(
        select(Registration.person_id).where(
            Registration.activity_id == activity_id,
            Registration.name_index == blind_index(name, "registration.name"),
        )
    )
    return set(rows.scalars())


def registrations_of(
    person_ids: Collection[uuid.UUID], activity_ids: Collection[uuid.UUID]
) -> list[PersonRegistration]:
    """The registrations of these persons in these activities, the newest first."""
    if not person_ids or not activity_ids:
        return []
    rows = db.session.execute(
        select(Registration)
        .where(Registration.activity_id.in_(list(activity_ids)), Registration.person_id.in_(list(person_ids)))
        .order_by(Registration.created_at.desc(), Registration.id)
    ).scalars()
    return [
        PersonRegistration(
            activity_id=row.activity_id,
            id=row.id,
            person_id=row.person_id,
            state=RegistrationState(row.state),
            reason=row.reason,
            bib=row.bib,
            walk_in=row.walk_in,
            created_at=row.created_at,
        )
        for row in rows
    ]
