"""Showing a person unmasked: an act with a reason, in the trail; for minors with the name of who approved.

PIPL 51, 未成年人网络保护条例 36: masked by default; whoever sees more is noted with the reason, and
data of anyone under 18 only after the approval of another person in charge.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from app.accounts.queries import may
from app.audit.services import Actor, record
from app.core.clock import local, now
from app.core.db import db
from app.core.errors import DomainError
from app.core.permissions import Permission
from app.core.text import N_
from app.core.transactions import act
from app.people.constants import DocumentType
from app.people.models import Person
from app.people.rules.ages import is_minor
from app.people.rules.reasons import DISCLOSURE
from app.people.services.merge import unknown_person


@dataclass(frozen=True, slots=True)
class ShownPerson:
    """Everything that is known of a person by their own row."""

    name: str
    document_type: DocumentType
    document_number: str | None
    sex: str | None
    birth_date: date | None
    phone: str | None
    guardian_name: str | None
    guardian_phone: str | None
    guardian_relation: str | None


def check_disclosure(*, reason: str, approver_id: uuid.UUID | None, actor: Actor, minors: bool, at: datetime) -> None:
    """Refuse without a reason, and minors' data without the approval of another who may approve.

    Raises DomainError `reason_required`, `approval_required`, `approver_unknown`.
    """
    if reason not in DISCLOSURE:
        raise DomainError("reason_required", N_("请选择要看的原因。"), field="reason")
    if not minors:
        return
    if approver_id is None or approver_id == actor.id:
        raise DomainError("approval_required", N_("有未成年人，请选批准的负责人，不能是自己。"), field="approver")
    if not may(approver_id, Permission.PERSON_UNMASK, at=at):
        raise DomainError("approver_unknown", N_("这位没有批准的权限，请重新选。"), field="approver")


@act
def disclose_person(
    *,
    person_id: uuid.UUID,
    reason: str,
    approver_id: uuid.UUID | None,
    actor: Actor,
    at: datetime | None = None,
) -> ShownPerson:
    """Show one person unmasked and note who, why, and who approved. Raises NotFound and as `check_disclosure`."""
    at = at or now()
    person = db.session.get(Person, person_id)
    if person is None:
        raise unknown_person()
    minor = is_minor(person.birth_date, local(at).date())
    check_disclosure(reason=reason, approver_id=approver_id, actor=actor, minors=minor, at=at)
    record(
        actor,
        "person.disclosed",
        subject_kind="person",
        subject_id=person_id,
        reason=reason,
        minor=minor,
        approver=str(approver_id) if minor else None,
    )
    return ShownPerson(
        name=person.name,
        document_type=DocumentType(person.document_type),
        document_number=person.document_number,
        sex=person.sex,
        birth_date=person.birth_date,
        phone=person.phone,
        guardian_name=person.guardian_name,
        guardian_phone=person.guardian_phone,
        guardian_relation=person.guardian_relation,
    )


@act
def note_search(*, by: str, found: int, actor: Actor) -> None:
    """Note that somebody of the office looked for a person: by what, and how many there were."""
    record(actor, "person.searched", subject_kind="person", subject_id=None, by=by, found=found)
