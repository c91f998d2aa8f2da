"""A bare pass walks in: somebody with a code but without a registration, where the activity admits it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from app.activities.queries.plans import CheckinPlan
from app.audit.services import Actor
from app.core.clock import today
from app.core.db import db
from app.core.errors import DomainError
from app.people.constants import ConsentKind, DocumentType
from app.people.models import Consent, Person
from app.people.rules.ages import CHILD_UNTIL, age_on
from app.people.rules.intake import PersonInput
from app.registrations.constants import Source
from app.registrations.rules.admission import Entry
from app.registrations.services.register import register_many

_PERSONS = select(Person).where(Person.id.in_(bindparam("ids", expanding=True)))
_CONSENTED = (
    select(Consent.person_id)
    .where(
        Consent.person_id.in_(bindparam("ids", expanding=True)),
        Consent.kind == ConsentKind.PRIVACY.value,
        Consent.withdrawn_at.is_(None),
    )
    .distinct()
)


def walk_in_by_scan(plan: CheckinPlan, person_ids: Sequence[uuid.UUID], *, device_id: uuid.UUID, at: datetime) -> int:
    """Register those who may walk in; returns how many. The others stay not_registered, for the office:
    without a privacy notice accepted before, or under 14 without a guardian. Joins the open act.
    """
    if plan.walkin_category_id is None:
        return 0
    consented = set(db.session.execute(_CONSENTED, {"ids": list(person_ids)}).scalars())
    entries = []
    for person in db.session.execute(_PERSONS, {"ids": list(person_ids)}).scalars():
        child = person.birth_date is not None and age_on(person.birth_date, today()) < CHILD_UNTIL
        if person.id in consented and person.birth_date is not None and not (child and not person.guardian_phone):
            entries.append(Entry(person=_input(person), category_id=plan.walkin_category_id))
    if not entries:
        return 0
    try:
        outcomes = register_many(
            activity_id=plan.activity_id,
            entries=entries,
            source=Source.SCAN,
            actor=Actor("device", device_id),
            at=at,
        )
    except DomainError:  # the activity takes nobody any more: the scan is kept as it is
        return 0
    return sum(outcome.error is None for outcome in outcomes)


def _input(person: Person) -> PersonInput:
    return PersonInput(
        name=person.name,
        document_type=DocumentType(person.document_type),
        document_number=person.document_number,
        sex=person.sex,
        birth_date=person.birth_date,
        phone=person.phone,
        town_id=person.town_id,
        organisation_id=person.organisation_id,
        guardian_name=person.guardian_name,
        guardian_phone=person.guardian_phone,
        guardian_relation=person.guardian_relation,
    )
