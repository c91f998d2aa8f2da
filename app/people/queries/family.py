"""Who an account looks after. Data of an unproven person never leaves this module unmasked."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from app.accounts.models import Account
from app.accounts.queries import phones_of, shown_name
from app.core.clock import local, today
from app.core.db import db
from app.core.text import mask_document, mask_name, mask_phone
from app.people.constants import PROVEN, DocumentType, ProofLevel, Relation
from app.people.models import AccountPerson, Organisation, Person, PersonAlias
from app.people.rules.ages import MINOR_UNTIL, is_minor
from app.people.rules.intake import PersonInput


@dataclass(frozen=True, slots=True)
class Relative:
    """A person on an account's list, as its pages may show them.

    `name` is masked and `phone`, `document`, `birth_date` and `town` are empty while the link is
    unproven; phone and document are masked always. `grown_up`: was under 18 when this account began to
    look after them, is not any more, and has no account of their own yet; never told while unproven.
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
    grown_up: bool = False

    @property
    def proven(self) -> bool:
        """Whether data and code of this person may be shown to the account."""
        return self.proof in PROVEN


_proven = [proof.value for proof in PROVEN]
_own = aliased(AccountPerson)
#: whether an account of their own is proven for the person
_CLAIMED = exists().where(_own.person_id == Person.id, _own.relation == Relation.SELF.value, _own.proof.in_(_proven))
_OF_ACCOUNT = (
    select(
        Person,
        AccountPerson.relation,
        AccountPerson.proof,
        Organisation.name.label("town"),
        AccountPerson.created_at,
        _CLAIMED.label("claimed"),
    )
    .join(AccountPerson, AccountPerson.person_id == Person.id)
    .outerjoin(Organisation, Organisation.id == Person.town_id)
)


def is_claimed(person_id: uuid.UUID, *, besides: uuid.UUID) -> bool:
    """Whether an account other than `besides` is proven to be this person's own."""
    statement = select(
        exists().where(
            AccountPerson.person_id == person_id,
            AccountPerson.account_id != besides,
            AccountPerson.relation == Relation.SELF.value,
            AccountPerson.proof.in_(_proven),
        )
    )
    return bool(db.session.execute(statement).scalar_one())


def relatives(account_id: uuid.UUID) -> list[Relative]:
    """Everybody on an account's list: oneself first, then in the order of adding."""
    rows = db.session.execute(
        _OF_ACCOUNT.where(AccountPerson.account_id == account_id).order_by(
            AccountPerson.created_at, AccountPerson.person_id
        )
    ).all()
    found = [_relative(*row) for row in rows]
    return sorted(found, key=lambda one: one.relation is not Relation.SELF)


def may_claim(account_id: uuid.UUID) -> bool:
    """Whether somebody grown up has left the phone that this account signs in with, while the account
    looks after nobody as itself: then they are asked to enter themselves. Who it is stays unsaid.
    """
    day = today()
    adult = day.replace(year=day.year - MINOR_UNTIL, day=min(day.day, 28))
    mine = aliased(AccountPerson)
    statement = (
        select(Person.id)
        .join(Account, Account.phone_index == Person.phone_index)
        .outerjoin(PersonAlias, PersonAlias.person_id == Person.id)
        .where(
            Account.id == account_id,
            PersonAlias.canonical_id.is_(None),
            Person.birth_date <= adult,
            ~exists().where(mine.account_id == account_id, mine.relation == Relation.SELF.value),
            ~exists().where(mine.account_id == account_id, mine.person_id == Person.id),
        )
        .limit(1)
    )
    return db.session.execute(statement).first() is not None


@dataclass(frozen=True, slots=True)
class OtherKeeper:
    """Another account that looks after somebody."""

    account_id: uuid.UUID
    name: str
    proof: ProofLevel


def other_keepers(account_id: uuid.UUID, person_id: uuid.UUID) -> list[OtherKeeper]:
    """Who else looks after the person that is the account's own, proven; for anybody else nobody is told."""
    own = relative(account_id, person_id)
    if own is None or not own.proven or own.relation is not Relation.SELF:
        return []
    rows = db.session.execute(
        select(Account, AccountPerson.proof)
        .join(AccountPerson, AccountPerson.account_id == Account.id)
        .where(AccountPerson.person_id == person_id, AccountPerson.account_id != account_id)
        .order_by(AccountPerson.created_at, Account.id)
    )
    return [OtherKeeper(account.id, shown_name(account), ProofLevel(proof)) for account, proof in rows]


def relative(account_id: uuid.UUID, person_id: uuid.UUID) -> Relative | None:
    """One person of an account's list; None for anybody else, known or not."""
    row = db.session.execute(
        _OF_ACCOUNT.where(AccountPerson.account_id == account_id, AccountPerson.person_id == person_id)
    ).one_or_none()
    return _relative(*row) if row else None


def _relative(
    person: Person, relation: str, proof: str, town: str | None, since: datetime, claimed: object
) -> Relative:
    proven = proof in PROVEN
    grown_up = (
        proven
        and not claimed
        and relation != Relation.SELF
        and is_minor(person.birth_date, local(since).date())
        and not is_minor(person.birth_date, today())
    )
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
        grown_up=grown_up,
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
            AccountPerson.proof.in_(_proven),
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


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to tell of something about a person: `keepers` are accounts proven to look after them, with
    their phones; `phone` is the person's own.
    """

    name: str
    phone: str | None
    keepers: dict[uuid.UUID, str | None]


def contact_of(person_id: uuid.UUID) -> Contact | None:
    """Whom to tell about a person; None for nobody. For jobs only: nothing here is masked."""
    person = db.session.execute(select(Person.name, Person.phone).where(Person.id == person_id)).one_or_none()
    if person is None:
        return None
    accounts = db.session.execute(
        select(AccountPerson.account_id).where(
            AccountPerson.person_id == person_id, AccountPerson.proof.in_([proof.value for proof in PROVEN])
        )
    ).scalars()
    return Contact(person.name, person.phone, phones_of(list(accounts)))
