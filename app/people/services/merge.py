"""Two persons found to be one: who stays, and what of people's own rows follows.

The whole act stands where registrations and check-ins can be rebuilt in the same transaction:
`checkins.services.merge.merge_persons`.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from app.accounts.models import Account
from app.core.db import db, table
from app.core.errors import Conflict, DomainError, NotFound
from app.core.text import N_
from app.core.transactions import Again
from app.people.constants import ProofLevel, Relation
from app.people.models import AccountPerson, Consent, Person, PersonActivity, PersonAlias
from app.people.queries.aliases import canonical_of
from app.people.queries.directory import activities_of
from app.people.services.persons import note_presence


@dataclass(frozen=True, slots=True)
class Pair:
    """`gone` becomes an alias of `stays`; `activities`: every one that either has to do with."""

    gone: uuid.UUID
    stays: uuid.UUID
    activities: tuple[uuid.UUID, ...]


def unknown_person() -> NotFound:
    """The one answer for a person that is not there."""
    return NotFound("person_not_found", N_("没有找到这个人。"))


def settle_pair(*, gone: uuid.UUID, stays: uuid.UUID) -> Pair | None:
    """Who becomes whose alias, both locked until the act ends; None: they are one person already.

    Whoever stays may have been merged before: then the alias goes to that person. Raises NotFound,
    DomainError `same_person`, Conflict `already_merged` (the one who goes belongs to a third person).
    """
    if gone == stays:
        raise DomainError("same_person", N_("这是同一条登记，请选另一个人。"), field="other")
    known = canonical_of([gone, stays])
    _lock({gone, stays, *known.values()})
    if canonical_of([gone, stays]) != known:
        raise Again
    target = known.get(stays, stays)
    if known.get(gone, gone) == target:
        return None
    if gone in known:
        raise Conflict("already_merged", N_("这条登记已并入另一个人，请从那个人合并。"), field="other")
    found = activities_of([gone, target])
    return Pair(gone, target, tuple(sorted(frozenset[uuid.UUID]().union(*found.values()))))


def _lock(ids: Collection[uuid.UUID]) -> None:
    """Both rows in the order of their ids, so that two merges at once wait for each other."""
    rows = db.session.execute(
        select(Person.id).where(Person.id.in_(list(ids))).order_by(Person.id).with_for_update()
    ).scalars()
    if set(rows) != set(ids):
        raise unknown_person()


def make_alias(pair: Pair, *, at: datetime) -> None:
    """Add the alias and flatten what led to it; links, consents and the directory follow. Joins the open act."""
    alias, consent = table(PersonAlias), table(Consent)
    db.session.execute(update(alias).where(alias.c.canonical_id == pair.gone).values(canonical_id=pair.stays))
    db.session.execute(alias.insert().values(person_id=pair.gone, canonical_id=pair.stays, merged_at=at))
    db.session.execute(update(consent).where(consent.c.person_id == pair.gone).values(person_id=pair.stays))
    _move_links(pair)
    directory = table(PersonActivity)
    note_presence(
        [(pair.stays, activity) for activity in activities_of([pair.gone]).get(pair.gone, frozenset[uuid.UUID]())],
        at=at,
    )
    db.session.execute(delete(directory).where(directory.c.person_id == pair.gone))


def _move_links(pair: Pair) -> None:
    links = table(AccountPerson)
    rows = db.session.execute(
        select(links, Account.phone_index.label("own_phone"))
        .join_from(links, Account, Account.id == links.c.account_id)
        .where(links.c.person_id.in_([pair.gone, pair.stays]))
        .order_by(links.c.account_id)
    ).all()
    phones: dict[uuid.UUID, Any] = dict(
        db.session.execute(select(Person.id, Person.phone_index).where(Person.id.in_([pair.gone, pair.stays]))).all()
    )
    there = {row.account_id: row for row in rows if row.person_id == pair.stays}
    for row in (row for row in rows if row.person_id == pair.gone):
        old = there.get(row.account_id)
        proof = _carried(row, phones[pair.gone], phones[pair.stays])
        here = (links.c.account_id == row.account_id) & (links.c.person_id == pair.gone)
        if old is None:
            db.session.execute(update(links).where(here).values(person_id=pair.stays, proof=proof.value))
            continue
        db.session.execute(delete(links).where(here))
        relation = Relation.SELF if Relation.SELF in {row.relation, old.relation} else Relation(old.relation)
        db.session.execute(
            update(links)
            .where(links.c.account_id == row.account_id, links.c.person_id == pair.stays)
            .values(relation=relation.value, proof=_stronger([proof, ProofLevel(old.proof)]).value)
        )


def _carried(row: Any, gone_phone: bytes | None, stays_phone: bytes | None) -> ProofLevel:
    """What a link's proof is worth for the person who stays.

    A merge shows nobody more than was proven: whoever entered the one who goes has proven nothing
    of the other. A code to the very phone of the person who stays, and what the office has seen, hold.
    """
    proof = ProofLevel(row.proof)
    if proof is ProofLevel.OFFICE:
        return proof
    if stays_phone is not None and proof is not ProofLevel.TYPED:
        if row.own_phone == stays_phone:
            return ProofLevel.PHONE_CODE
        if proof is ProofLevel.PHONE_CODE and gone_phone == stays_phone:
            return proof
    return ProofLevel.TYPED


def _stronger(proofs: Iterable[ProofLevel]) -> ProofLevel:
    return max(proofs, key=list(ProofLevel).index)
