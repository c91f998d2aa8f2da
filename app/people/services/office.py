"""What the office does to a person after seeing a document: a link is proven, identity is corrected."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.audit.services import Actor, record
from app.core.db import db, table
from app.core.errors import Conflict, DomainError
from app.core.text import N_
from app.core.transactions import Again, act
from app.people.constants import DocumentType, ProofLevel
from app.people.models import AccountPerson, Person
from app.people.queries.aliases import aliases_of, canonical_of
from app.people.rules.intake import PersonInput
from app.people.rules.reasons import PROOF, check_reason
from app.people.services.merge import unknown_person
from app.people.services.persons import document_index, no_document_key


@act
def grant_proof(*, account_id: uuid.UUID, person_id: uuid.UUID, reason: str, actor: Actor) -> None:
    """Let an account act for a person, after a document was seen at the desk.

    Raises DomainError `reason_required`, NotFound without such a link.
    """
    check_reason(reason, PROOF)
    links = table(AccountPerson)
    changed = db.session.execute(
        update(links)
        .where(links.c.account_id == account_id, links.c.person_id == person_id)
        .values(proof=ProofLevel.OFFICE.value)
        .returning(links.c.person_id)
    ).scalar_one_or_none()
    if changed is None:
        raise unknown_person()
    record(
        actor,
        "person.link_proven",
        subject_kind="person",
        subject_id=person_id,
        proof=ProofLevel.OFFICE.value,
        account=str(account_id),
        reason=reason,
    )


def change_identity(*, person_id: uuid.UUID, given: PersonInput) -> list[str]:
    """Write name, document, sex and birth date as the document has them; the fields that changed.

    Joins the open act. Raises NotFound, Conflict `document_taken` (`other` names who has it),
    DomainError `phone_required` (no document and no phone).
    """
    person = db.session.execute(
        select(Person).where(Person.id == person_id).with_for_update().execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if person is None or person_id in canonical_of([person_id]):
        raise unknown_person()
    values = _identity(person, given)
    _take_key(person_id, values)
    changed = sorted(name for name, value in values.items() if getattr(person, name) != value)
    for name in changed:
        setattr(person, name, values[name])
    try:
        db.session.flush()
    except IntegrityError as error:  # somebody has registered with that document just now
        raise Again from error
    return [name for name in changed if name not in {"document_index", "no_document_key"}]


def _identity(person: Person, given: PersonInput) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": given.name,
        "document_type": given.document_type.value,
        "document_number": given.document_number,
        "document_index": None,
        "no_document_key": None,
        "sex": given.sex or person.sex,
        "birth_date": given.birth_date,
    }
    if given.document_type is not DocumentType.NONE and given.document_number:
        values["document_index"] = document_index(given.document_type.value, given.document_number)
        return values
    if person.phone is None or given.birth_date is None:
        raise DomainError("phone_required", N_("没有证件也没有手机，认不出是谁。"), field="document_type")
    values["no_document_key"] = no_document_key(given.name, given.birth_date, person.phone)
    return values


def _take_key(person_id: uuid.UUID, values: dict[str, Any]) -> None:
    """The key must be free. One that an alias of this person holds is handed over: they are one person."""
    if values["document_index"] is not None:
        mine = (Person.document_type == values["document_type"]) & (Person.document_index == values["document_index"])
    else:
        mine = Person.no_document_key == values["no_document_key"]
    other = db.session.execute(select(Person.id).where(mine, Person.id != person_id)).scalar_one_or_none()
    if other is None:
        return
    if aliases_of([person_id]).get(other) != person_id:
        raise Conflict(
            "document_taken",
            N_("这个证件登记在另一条上，可以合并两条。"),
            field="document_number",
            other=str(canonical_of([other]).get(other, other)),
        )
    rows = table(Person)
    db.session.execute(
        update(rows)
        .where(rows.c.id == other)
        .values(
            document_type=DocumentType.NONE.value,
            document_number=None,
            document_index=None,
            no_document_key=secrets.token_bytes(16),
        )
    )
