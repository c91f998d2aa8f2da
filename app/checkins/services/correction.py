"""A person's identity put right: the whole act, so that no count says anything else than the person's row."""

from __future__ import annotations

import uuid
from datetime import datetime

from app.activities.queries.plans import checkin_plan
from app.audit.services import Actor, record
from app.checkins.services.load import load
from app.checkins.services.settle import clear, settle
from app.core.db import db
from app.core.transactions import act
from app.people.models import Person
from app.people.queries.directory import activities_of
from app.people.rules.intake import PersonInput
from app.people.rules.reasons import CORRECTION, check_reason
from app.people.services.office import change_identity
from app.registrations.services.correction import not_over, recount_as, rename
from app.registrations.services.merge import lock_places

COUNTED = frozenset({"sex", "birth_date"})


@act
def correct_identity(*, person_id: uuid.UUID, given: PersonInput, reason: str, actor: Actor, at: datetime) -> list[str]:
    """Correct name, document, sex and birth date as the document has them; returns the fields that changed.

    The name follows into every registration that still has one; sex and age into the activities that
    are not over: the figures of past days were reported and stay. Raises NotFound, DomainError
    `reason_required`, `phone_required`, Conflict `document_taken`.
    """
    check_reason(reason, CORRECTION)
    changed = change_identity(person_id=person_id, given=given)
    if not changed:
        return []
    person = db.session.get_one(Person, person_id)
    activities = sorted(activities_of([person_id]).get(person_id, frozenset[uuid.UUID]()))
    if "name" in changed:
        for activity_id in activities:
            rename(activity_id=activity_id, person_id=person_id, name=person.name)
    if COUNTED & set(changed):
        for activity_id in not_over(activities, at):
            plan = checkin_plan(activity_id)
            lock_places(activity_id, person_id)
            clear(plan, load(activity_id, [person_id]))
            recount_as(activity_id=activity_id, person_id=person_id, sex=person.sex, birth_date=person.birth_date)
            settle(plan, load(activity_id, [person_id]), at=at)
    record(
        actor,
        "person.identity_corrected",
        subject_kind="person",
        subject_id=person_id,
        fields=changed,
        reason=reason,
    )
    return changed
