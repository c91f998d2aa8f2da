"""One Person per document, found or made; and the links of accounts to persons.

Nothing here tells a caller whether a person was known: an unproven link shows
nothing, and a wrong name for a known document is refused in the same words as
any other mismatch.
"""

from __future__ import annotations

import uuid
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from app.audit.services import Actor, record
from app.core.crypto import blind_index
from app.core.db import db, table
from app.core.errors import DomainError, NotFound
from app.core.ids import NIL, uuid7
from app.core.keyed import InsertNew, Keyed
from app.core.outbox import send
from app.core.text import N_
from app.core.transactions import act
from app.people.constants import PROVEN, DocumentType, ProofLevel, Relation
from app.people.models import AccountPerson, Person, PersonActivity, PersonAlias
from app.people.rules.intake import PersonInput

LINKED = "person_linked"
"""The message that an account has put a person known already on its list."""


@dataclass(frozen=True, slots=True)
class Found:
    """The person behind an input. `error` instead of an id: the input contradicts what is known."""

    person_id: uuid.UUID | None
    created: bool = False
    error: DomainError | None = None


def document_index(document_type: str, number: str) -> bytes:
    """The keyed index under which a document is unique."""
    return blind_index(f"{document_type}:{number}", "person.document")


def phone_index(phone: str) -> bytes:
    """The keyed index of a phone in E.164, the same for accounts and persons."""
    return blind_index(phone, "phone")


def no_document_key(name: str, birth_date: date, phone: str) -> bytes:
    """What identifies somebody without a document."""
    return blind_index(f"{name}|{birth_date.isoformat()}|{phone}", "person.no_document")


def _key(given: PersonInput) -> tuple[str, bytes]:
    if given.document_type is not DocumentType.NONE and given.document_number:
        return given.document_type.value, document_index(given.document_type.value, given.document_number)
    if given.birth_date is None or given.phone is None:
        raise DomainError("birth_date_required", N_("没有证件时，需要填出生日期和手机。"), field="birth_date")
    return "", no_document_key(given.name, given.birth_date, given.phone)


_p, _a = table(Person).c, table(PersonAlias).c
#: as whom somebody counts: who was merged is found by the old document too
_CANONICAL = func.coalesce(_a.canonical_id, _p.id).label("id")
_FROM = table(Person).outerjoin(table(PersonAlias), _a.person_id == _p.id)
_BY_DOCUMENT = Keyed(
    lambda match: (
        select(_CANONICAL, _p.name, _p.document_type, _p.document_index)
        .select_from(_FROM)
        .where(_p.document_type == bindparam("kind"), match(_p.document_index))
    )
)
_BY_KEY = Keyed(
    lambda match: select(_CANONICAL, _p.name, _p.no_document_key).select_from(_FROM).where(match(_p.no_document_key))
)


def ensure_persons(given: Sequence[PersonInput], *, at: datetime) -> list[Found]:
    """Find or make the person of each input, in order. Joins the open act.

    Two inputs with one key give one person; who was merged is the person who stayed. What is known
    is not overwritten.
    """
    keys: list[tuple[str, bytes] | DomainError] = []
    for one in given:
        try:
            keys.append(_key(one))
        except DomainError as error:
            keys.append(error)
    known = _known({key for key in keys if isinstance(key, tuple)})
    fresh: dict[tuple[str, bytes], dict[str, Any]] = {}
    for one, key in zip(given, keys, strict=True):
        if isinstance(key, tuple) and key not in known and key not in fresh:
            fresh[key] = _row(one, key, at)
    made = _insert(list(fresh.values()))
    if len(made) < len(fresh):  # another transaction was quicker
        known |= _known(set(fresh))
    for key, row in fresh.items():
        if row["id"] in made:
            known[key] = (row["id"], row["name"])
    return [_found(one, key, known, made) for one, key in zip(given, keys, strict=True)]


def look_up_persons(given: Sequence[PersonInput]) -> list[tuple[Hashable, Found]]:
    """For a preview: what identifies each input, and whom it names by now, in order. Nothing is written.

    `Found.person_id` None without an error: nobody is known under that key yet.
    """
    keys: list[tuple[str, bytes] | DomainError] = []
    for one in given:
        try:
            keys.append(_key(one))
        except DomainError as error:
            keys.append(error)
    known = _known({key for key in keys if isinstance(key, tuple)})
    return [
        (key, _found(one, key, known, set()) if key in known or isinstance(key, DomainError) else Found(None))
        for one, key in zip(given, keys, strict=True)
    ]


def _found(
    one: PersonInput,
    key: tuple[str, bytes] | DomainError,
    known: dict[tuple[str, bytes], tuple[uuid.UUID, str]],
    made: set[uuid.UUID],
) -> Found:
    if isinstance(key, DomainError):
        return Found(None, error=key)
    person_id, name = known[key]
    if name != one.name:
        return Found(None, error=DomainError("person_mismatch", N_("姓名和证件对不上，请核对。"), field="name"))
    return Found(person_id, created=person_id in made)


def _known(keys: set[tuple[str, bytes]]) -> dict[tuple[str, bytes], tuple[uuid.UUID, str]]:
    found: dict[tuple[str, bytes], tuple[uuid.UUID, str]] = {}
    documents: dict[str, list[bytes]] = {}
    for kind, digest in keys:
        if kind:
            documents.setdefault(kind, []).append(digest)
    others = [digest for kind, digest in keys if not kind]
    for kind, digests in documents.items():  # the index begins with the kind
        for row in _BY_DOCUMENT.run(digests, kind=kind):
            found[row.document_type, row.document_index] = (row.id, row.name)
    if others:
        for other in _BY_KEY.run(others):
            found["", other.no_document_key] = (other.id, other.name)
    return found


def _row(one: PersonInput, key: tuple[str, bytes], at: datetime) -> dict[str, Any]:
    kind, digest = key
    return {
        "id": uuid7(),
        "name": one.name,
        "document_type": kind or DocumentType.NONE.value,
        "document_number": one.document_number if kind else None,
        "document_index": digest if kind else None,
        "no_document_key": None if kind else digest,
        "sex": one.sex,
        "birth_date": one.birth_date,
        "phone": one.phone,
        "phone_index": phone_index(one.phone) if one.phone else None,
        "town_id": one.town_id,
        "organisation_id": one.organisation_id,
        "guardian_name": one.guardian_name,
        "guardian_phone": one.guardian_phone,
        "guardian_relation": one.guardian_relation,
        "created_at": at,
    }


_NEW_PERSON = InsertNew(Person, "id")
_NEW_LINK = InsertNew(AccountPerson, "person_id")
_NEW_PRESENCE = InsertNew(PersonActivity)


def _insert(rows: list[dict[str, Any]]) -> set[uuid.UUID]:
    return set(_NEW_PERSON.run(rows).scalars()) if rows else set()


def link(*, account_id: uuid.UUID, person_id: uuid.UUID, relation: Relation, proof: ProofLevel, at: datetime) -> None:
    """Tie an account to a person; a link that is there stays as it is. Joins the open act."""
    row = {
        "account_id": account_id,
        "person_id": person_id,
        "relation": relation.value,
        "proof": proof.value,
        "created_at": at,
    }
    new = _NEW_LINK.run([row]).first() is not None
    if new and proof is ProofLevel.TYPED:  # somebody known already: they hear of it
        send(NIL, LINKED, person_id=str(person_id), account_id=str(account_id))


def note_presence(pairs: Sequence[tuple[uuid.UUID, uuid.UUID]], *, at: datetime) -> None:
    """Enter (person, activity) pairs into the directory of who is where. Joins the open act."""
    if pairs:
        _NEW_PRESENCE.run(
            [{"person_id": person, "activity_id": activity, "created_at": at} for person, activity in pairs]
        )


@act
def prove_link(*, account_id: uuid.UUID, person_id: uuid.UUID, proof: ProofLevel, actor: Actor) -> None:
    """Raise a link's proof, after a code that was sent to that person's phone, or by the office."""
    changed = db.session.execute(
        update(AccountPerson)
        .where(AccountPerson.account_id == account_id, AccountPerson.person_id == person_id)
        .values(proof=proof.value)
        .returning(AccountPerson.person_id)
    ).scalar_one_or_none()
    if changed is None:
        raise NotFound("person_not_found", N_("没有找到这位家人。"))
    record(actor, "person.link_proven", subject_kind="person", subject_id=person_id, proof=proof.value)


@act
def unlink(*, account_id: uuid.UUID, person_id: uuid.UUID, actor: Actor) -> None:
    """Take a person off an account's list; their registrations stay theirs."""
    from_list = db.session.execute(
        select(AccountPerson).where(AccountPerson.account_id == account_id, AccountPerson.person_id == person_id)
    ).scalar_one_or_none()
    if from_list is None:
        raise NotFound("person_not_found", N_("没有找到这位家人。"))
    db.session.delete(from_list)
    record(actor, "person.unlinked", subject_kind="person", subject_id=person_id)


@act
def dismiss_keeper(*, account_id: uuid.UUID, person_id: uuid.UUID, keeper_id: uuid.UUID, actor: Actor) -> None:
    """Somebody with an account of their own ends that another one looks after them. Raises NotFound."""
    links = table(AccountPerson)
    own = db.session.execute(
        select(links.c.proof).where(
            links.c.account_id == account_id,
            links.c.person_id == person_id,
            links.c.relation == Relation.SELF.value,
            links.c.proof.in_([proof.value for proof in PROVEN]),
        )
    ).first()
    if own is None or keeper_id == account_id:
        raise NotFound("person_not_found", N_("没有找到这位家人。"))
    gone = db.session.execute(
        delete(links)
        .where(links.c.account_id == keeper_id, links.c.person_id == person_id)
        .returning(links.c.account_id)
    ).first()
    if gone is None:
        raise NotFound("person_not_found", N_("没有找到这位家人。"))
    record(actor, "person.unlinked", subject_kind="person", subject_id=person_id, account=str(keeper_id))


@act
def change_contact(
    *,
    person_id: uuid.UUID,
    phone: str | None,
    town_id: uuid.UUID | None,
    organisation_id: uuid.UUID | None,
    actor: Actor,
) -> None:
    """Correct what a person may correct alone: phone, 镇街, unit. Identity goes through the office."""
    values: dict[str, Any] = {"town_id": town_id, "organisation_id": organisation_id}
    if phone is not None:
        values |= {"phone": phone, "phone_index": phone_index(phone)}
    changed = db.session.execute(
        update(Person).where(Person.id == person_id).values(**values).returning(Person.id)
    ).scalar_one_or_none()
    if changed is None:
        raise NotFound("person_not_found", N_("没有找到这位家人。"))
    record(actor, "person.changed", subject_kind="person", subject_id=person_id, fields=sorted(values))
