"""How many volunteers of an activity a notice reaches."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select

from app.core.db import db
from app.people.models import Person
from app.registrations.queries.addressees import Reach
from app.volunteers.constants import ServiceState
from app.volunteers.models import Service, Shift


def reach_of_volunteers(activity_id: uuid.UUID) -> Reach:
    """Those who are on a shift that stands: people, accounts, phones without an account. One statement."""
    bare = Service.account_id.is_(None)
    row = db.session.execute(
        select(
            func.count(func.distinct(Service.person_id)).label("people"),
            func.count(func.distinct(Service.account_id)).label("accounts"),
            func.count(func.distinct(Person.phone_index)).filter(bare).label("phones"),
        )
        .select_from(Service)
        .join(Shift, Shift.id == Service.shift_id)
        .join(Person, Person.id == Service.person_id)
        .where(
            Shift.activity_id == activity_id,
            Shift.cancelled_at.is_(None),
            Service.state == ServiceState.ASSIGNED.value,
        )
    ).one()
    return Reach(row.people, row.accounts, row.phones)
