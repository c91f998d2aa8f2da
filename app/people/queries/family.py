"""Who an account looks after. Data of an unproven person never leaves this module unmasked."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.core.db import db
from app.core.text import mask_document, mask_name, mask_phone
from app.people.constants import PROVEN, DocumentType, ProofLevel, Relation
from app.people.models import AccountPerson, Organisation, Person
from app.people.rules.intake import PersonInput


@dataclass(frozen=True, slots=True)
class Relative:
    """A person on an account's list, as its pages may show them.

    `name` is masked and `phone`, `document`, `birth_date` and `town` are empty while the link is
    unproven; phone and document are masked always.
    """

    id: uuid.UUID
    name: str
    relation: Relation
    proof: ProofLevel
    document_type: DocumentType
    document: str
    phone: str
    birth_date: date | None
    town: str
    town_id: uuid.UUID | None
    organisation_id: uuid.UUID | None

    @property
    def proven(self) -> bool:
        """Whether data and code of this person may be shown to the account."""
        return self.proof in PROVEN


_OF_ACCOUNT = (
    select(Person, AccountPerson.relation, AccountPerson.proof, Organisation.name.label("town"))
    .join(AccountPerson, AccountPerson.person_id == Person.id)
    .outerjoin(Organisation, Organisation.id == Person.town_id)
)


def relatives(account_id: uuid.UUID) -> list[Relative]:
    """Everybody on an account's list: oneself first, then in the order of adding."""
    rows = db.session.execute(
        _OF_ACCOUNT.where(AccountPerson.account_id == account_id).order_by(
            AccountPerson.created_at, AccountPerson.person_id
        )
    ).all()
    found = [_relative(person, relation, proof, town) for person, relation, proof, town in rows]
    return sorted(found, key=lambda one: one.relation is not Relation.SELF)


def relative(account_id: uuid.UUID, person_id: uuid.UUID) -> Relative | None:
    """One person of an account's list; None for anybody else, known or not."""
    row = db.session.execute(
        _OF_ACCOUNT.where(AccountPerson.account_id == account_id, AccountPerson.person_id == person_id)
    ).one_or_none()
    return _relative(*row) if row else None


def _relative(person: Person, relation: str, proof: str, town: str | None) -> Relative:
    proven = proof in PROVEN
    return Relative(
        id=person.id,
        name=person.name if proven else mask_name(person.name),
        relation=Relation(relation),
        proof=ProofLevel(proof),
        document_type=DocumentType(person.document_type),
        document=mask_document(person.document_number) if proven and person.document_number else "",
        phone=mask_phone(person.phone) if proven and person.phone else "",
        birth_date=person.birth_date if proven else None,
        town=(town or "") if proven else "",
        town_id=person.town_id if proven else None,
        organisation_id=person.organisation_id if proven else None,
    )


def inputs_of(
    account_id: uuid.UUID, person_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, tuple[PersonInput, Relation]]:
    """What registering needs of people on an account's list, by id; the unproven are left out."""
    rows = db.session.execute(
        select(Person, AccountPerson.relation)
        .join(AccountPerson, AccountPerson.person_id == Person.id)
        .where(
            AccountPerson.account_id == account_id,
            AccountPerson.proof.in_([proof.value for proof in PROVEN]),
            Person.id.in_(list(person_ids)),
        )
    ).all()
    return {
        person.id: (
            PersonInput(
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
            ),
            Relation(relation),
        )
        for person, relation in rows
    }
