"""A person's corrected identity in what a registration keeps of them."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select, update

from app.activities.models import Activity
from app.core.clock import local
from app.core.db import db, table
from app.core.text import pinyin_initials
from app.people.rules.ages import age_on
from app.registrations.constants import RegistrationState
from app.registrations.models import Registration
from app.registrations.services.storing import name_index
from app.registrations.services.tallies import count_states


def not_over(activity_ids: Collection[uuid.UUID], at: datetime) -> list[uuid.UUID]:
    """Those of these activities that have not ended: what they count may still be put right."""
    rows = db.session.execute(
        select(Activity.id).where(Activity.id.in_(list(activity_ids)), Activity.ends_at > at).order_by(Activity.id)
    )
    return list(rows.scalars())


def rename(*, activity_id: uuid.UUID, person_id: uuid.UUID, name: str) -> None:
    """Put the name right that the gate searches and papers show; one that retention has wiped stays wiped."""
    rows = table(Registration)
    db.session.execute(
        update(rows)
        .where(rows.c.activity_id == activity_id, rows.c.person_id == person_id, rows.c.name.is_not(None))
        .values(name=name, name_index=name_index(name), initials=pinyin_initials(name)[:40])
    )


def recount_as(*, activity_id: uuid.UUID, person_id: uuid.UUID, sex: str | None, birth_date: date | None) -> None:
    """Put sex and age right, in the counts too. Check-ins were cleared before. Joins the open act."""
    row = db.session.execute(
        select(Registration)
        .where(Registration.activity_id == activity_id, Registration.person_id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if row is None:
        return
    starts_at = db.session.execute(select(Activity.starts_at).where(Activity.id == activity_id)).scalar_one()
    state = RegistrationState(row.state)
    count_states(activity_id, [(state, row.walk_in, row.category_id, (row.town_id, row.age, row.sex))], sign=-1)
    row.sex = sex
    row.birth_year = birth_date.year if birth_date else None
    row.age = age_on(birth_date, local(starts_at).date()) if birth_date else None
    db.session.flush()
    count_states(activity_id, [(state, row.walk_in, row.category_id, (row.town_id, row.age, row.sex))], sign=1)
