"""Showing what is masked: an act with a reason, in the trail; for minors with the name of who approved.

PIPL 51, 未成年人网络保护条例 36: masked by default; whoever sees more is noted with the reason, and
data of anyone under 18 only after the approval of another person in charge.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from app.audit.services import Actor, record
from app.core.clock import now
from app.core.db import db
from app.core.transactions import act
from app.people.constants import DocumentType
from app.people.models import Person
from app.people.rules.ages import MINOR_UNTIL
from app.people.services.disclosure import check_disclosure
from app.registrations.constants import RegistrationState
from app.registrations.models import Registration
from app.registrations.services.storing import not_found

CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Disclosed:
    """Everything about one person that the registration holds."""

    name: str
    document_type: DocumentType
    document_number: str | None
    sex: str | None
    birth_date: date | None
    phone: str | None
    guardian_name: str | None
    guardian_phone: str | None
    guardian_relation: str | None
    answers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Insured:
    """One row of the insurance list: 姓名, 证件类型, 证件号, 性别, 出生日期, 手机."""

    name: str
    document_type: DocumentType
    document_number: str | None
    sex: str | None
    birth_date: date | None
    phone: str | None


@act
def disclose(
    *,
    activity_id: uuid.UUID,
    registration_id: uuid.UUID,
    reason: str,
    approver_id: uuid.UUID | None,
    actor: Actor,
    at: datetime | None = None,
) -> Disclosed:
    """Show one registration unmasked and note who, why, and who approved.

    Raises NotFound, DomainError `reason_required`, `approval_required`, `approver_unknown`.
    """
    row = db.session.execute(
        select(Registration, Person)
        .join(Person, Person.id == Registration.person_id)
        .where(Registration.activity_id == activity_id, Registration.id == registration_id)
    ).one_or_none()
    if row is None:
        raise not_found()
    registration, person = row
    minor = registration.age is not None and registration.age < MINOR_UNTIL
    check_disclosure(reason=reason, approver_id=approver_id, actor=actor, minors=minor, at=at or now())
    record(
        actor,
        "registration.disclosed",
        subject_kind="registration",
        subject_id=registration_id,
        scope_id=activity_id,
        reason=reason,
        minor=minor,
        approver=str(approver_id) if minor else None,
    )
    return Disclosed(
        name=registration.name or person.name,
        document_type=DocumentType(person.document_type),
        document_number=person.document_number,
        sex=person.sex,
        birth_date=person.birth_date,
        phone=person.phone,
        guardian_name=person.guardian_name,
        guardian_phone=person.guardian_phone,
        guardian_relation=person.guardian_relation,
        answers=json.loads(registration.answers) if registration.answers else {},
    )


@act
def insurance_list(
    *,
    activity_id: uuid.UUID,
    minors: bool,
    approver_id: uuid.UUID | None,
    actor: Actor,
    at: datetime | None = None,
) -> list[Insured]:
    """Who has to be insured, unmasked: everybody with a place, by bib; `minors`: those under 18 too.

    Raises DomainError `approval_required`, `approver_unknown`.
    """
    check_disclosure(reason="insurance", approver_id=approver_id, actor=actor, minors=minors, at=at or now())
    found = list(_insured(activity_id, minors=minors))
    record(
        actor,
        "registration.insurance_listed",
        subject_kind="activity",
        subject_id=activity_id,
        scope_id=activity_id,
        count=len(found),
        minors=minors,
        approver=str(approver_id) if minors else None,
    )
    return found


def _insured(activity_id: uuid.UUID, *, minors: bool) -> Iterator[Insured]:
    statement = (
        select(
            Person.name,
            Person.document_type,
            Person.document_number,
            Person.sex,
            Person.birth_date,
            Person.phone,
            Person.guardian_phone,
        )
        .join(Registration, Registration.person_id == Person.id)
        .where(Registration.activity_id == activity_id, Registration.state == RegistrationState.CONFIRMED.value)
        .order_by(Registration.bib, Registration.id)
    )
    if not minors:
        statement = statement.where(func.coalesce(Registration.age, 0) >= MINOR_UNTIL)
    for part in db.session.execute(statement).partitions(CHUNK):
        for row in part:
            yield Insured(
                name=row.name,
                document_type=DocumentType(row.document_type),
                document_number=row.document_number,
                sex=row.sex,
                birth_date=row.birth_date,
                phone=row.phone or row.guardian_phone,
            )


@act
def note_export(*, activity_id: uuid.UUID, what: str, form: str, rows: int, actor: Actor) -> None:
    """Note that a list of registrations left as a file."""
    record(
        actor,
        "registration.exported",
        subject_kind="activity",
        subject_id=activity_id,
        scope_id=activity_id,
        what=what,
        form=form,
        count=rows,
    )
