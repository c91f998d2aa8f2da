"""Persons as the office finds them. Numbers leave this module masked, and minors' names too."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, or_, select

from app.accounts.models import Account
from app.accounts.queries import shown_name
from app.core.crypto import blind_index
from app.core.db import db
from app.core.errors import DomainError
from app.core.text import mask_document, mask_name, mask_phone
from app.people.constants import DocumentType, ProofLevel, Relation, Sex
from app.people.models import AccountPerson, Organisation, Person, PersonAlias
from app.people.rules.ages import age_on, is_minor
from app.people.rules.documents import parse_document
from app.people.rules.names import same_name

LIMIT = 50
"""Rows of one answer; whoever has more than that shares one phone with a village."""


@dataclass(frozen=True, slots=True)
class OfficePerson:
    """A person as a list of the office may show them.

    `name` shows the surname alone while `minor`; `birth_date` is empty then. `document` and `phone`
    are masked always. `canonical_id` is as whom they count.
    """

    id: uuid.UUID
    canonical_id: uuid.UUID
    name: str
    minor: bool
    age: int | None
    sex: Sex | None
    birth_date: date | None
    document_type: DocumentType
    document: str
    phone: str
    town: str
    created_at: datetime

    @property
    def merged(self) -> bool:
        """Whether they count as another person."""
        return self.id != self.canonical_id


@dataclass(frozen=True, slots=True)
class Keeper:
    """An account that looks after a person."""

    account_id: uuid.UUID
    name: str
    relation: Relation
    proof: ProofLevel
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be the same person, and what both have in common beside the name."""

    person: OfficePerson
    same_birth: bool
    same_phone: bool


_PERSONS = (
    select(Person, PersonAlias.canonical_id, Organisation.name.label("town"))
    .outerjoin(PersonAlias, PersonAlias.person_id == Person.id)
    .outerjoin(Organisation, Organisation.id == Person.town_id)
)


def _shown(row: Any, today: date) -> OfficePerson:
    person, canonical, town = row
    minor = is_minor(person.birth_date, today)
    return OfficePerson(
        id=person.id,
        canonical_id=canonical or person.id,
        name=mask_name(person.name) if minor else person.name,
        minor=minor,
        age=age_on(person.birth_date, today) if person.birth_date else None,
        sex=Sex(person.sex) if person.sex else None,
        birth_date=None if minor else person.birth_date,
        document_type=DocumentType(person.document_type),
        document=mask_document(person.document_number) if person.document_number else "",
        phone=mask_phone(person.phone) if person.phone else "",
        town=town or "",
        created_at=person.created_at,
    )


def office_person(person_id: uuid.UUID, today: date) -> OfficePerson | None:
    """One person."""
    row = db.session.execute(_PERSONS.where(Person.id == person_id)).one_or_none()
    return _shown(row, today) if row else None


def persons(ids: Collection[uuid.UUID], today: date) -> list[OfficePerson]:
    """These persons, who was there first first."""
    if not ids:
        return []
    rows = db.session.execute(
        _PERSONS.where(Person.id.in_(list(ids))).order_by(Person.created_at, Person.id).limit(LIMIT)
    )
    return [_shown(row, today) for row in rows]


def by_document(number: str, today: date) -> list[OfficePerson]:
    """Whoever has exactly this document number, whichever kind of document it can be."""
    exactly = []
    for kind in DocumentType:
        if kind is DocumentType.NONE:
            continue
        try:
            parsed = parse_document(kind, number, today)
        except DomainError:
            continue
        index = blind_index(f"{kind.value}:{parsed.number}", "person.document")
        exactly.append(and_(Person.document_type == kind.value, Person.document_index == index))
    if not exactly:
        return []
    return [_shown(row, today) for row in db.session.execute(_PERSONS.where(or_(*exactly)).limit(LIMIT))]


def by_phone(phone: str, today: date) -> list[OfficePerson]:
    """Whoever left exactly this phone (E.164), and whom the account that signs in with it looks after."""
    index = blind_index(phone, "phone")
    looked_after = (
        select(AccountPerson.person_id)
        .join(Account, Account.id == AccountPerson.account_id)
        .where(Account.phone_index == index)
    )
    rows = db.session.execute(
        _PERSONS.where(or_(Person.phone_index == index, Person.id.in_(looked_after)))
        .order_by(Person.created_at, Person.id)
        .limit(LIMIT)
    )
    return [_shown(row, today) for row in rows]


def keepers(person_id: uuid.UUID) -> list[Keeper]:
    """The accounts that look after a person, the oldest link first."""
    rows = db.session.execute(
        select(Account, AccountPerson.relation, AccountPerson.proof, AccountPerson.created_at)
        .join(AccountPerson, AccountPerson.account_id == Account.id)
        .where(AccountPerson.person_id == person_id)
        .order_by(AccountPerson.created_at, Account.id)
    )
    return [
        Keeper(account.id, shown_name(account), Relation(relation), ProofLevel(proof), since)
        for account, relation, proof, since in rows
    ]


def merged_into(person_id: uuid.UUID, today: date) -> list[OfficePerson]:
    """Everybody who counts as this person."""
    rows = db.session.execute(_PERSONS.where(PersonAlias.canonical_id == person_id).order_by(PersonAlias.merged_at))
    return [_shown(row, today) for row in rows]


def candidates(person_id: uuid.UUID, today: date) -> list[Candidate]:
    """Who may be the same: the same name with the same birth date, or with the same phone."""
    one = db.session.get(Person, person_id)
    if one is None:
        return []
    alike = []
    if one.birth_date is not None:
        alike.append(Person.birth_date == one.birth_date)
    if one.phone_index is not None:
        alike.append(Person.phone_index == one.phone_index)
    if not alike:
        return []
    rows = db.session.execute(
        _PERSONS.where(or_(*alike), Person.id != person_id, PersonAlias.canonical_id.is_(None)).order_by(
            Person.created_at
        )
    )
    return [
        Candidate(
            person=_shown(row, today),
            same_birth=one.birth_date is not None and row[0].birth_date == one.birth_date,
            same_phone=one.phone_index is not None and row[0].phone_index == one.phone_index,
        )
        for row in rows
        if same_name(row[0].name, one.name)
    ][:LIMIT]
