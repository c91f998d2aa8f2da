"""A merge shows nobody more than was proven: what a link is worth for the person who stays."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select

from app.audit.services import SYSTEM
from app.checkins.services.merge import merge_persons
from app.core.clock import now
from app.core.db import db
from app.core.errors import DomainError, NotFound
from app.core.transactions import act
from app.people.constants import ProofLevel, Relation
from app.people.models import AccountPerson, Consent
from app.people.queries.family import relatives
from app.people.services.office import grant_proof
from app.people.services.persons import link, phone_index
from tests.factories import accounts, people
from tests.factories.notices import accept_notice

pytestmark = pytest.mark.usefixtures("ctx", "clock")
REAL, OTHER = "13800001111", "13900002222"


@act
def tie(account_id: uuid.UUID, person_id: uuid.UUID, proof: ProofLevel, relation: Relation = Relation.OTHER) -> None:
    link(account_id=account_id, person_id=person_id, relation=relation, proof=proof, at=now())


def merge(gone: uuid.UUID, stays: uuid.UUID) -> None:
    merge_persons(gone=gone, stays=stays, reason="document_seen", actor=SYSTEM, at=now())


def link_of(account_id: uuid.UUID) -> tuple[uuid.UUID, str, str]:
    row = db.session.execute(select(AccountPerson).where(AccountPerson.account_id == account_id)).scalar_one()
    return row.person_id, row.relation, row.proof


def holder(phone: str) -> uuid.UUID:
    return accounts.account(phone=f"+86{phone}", phone_index=phone_index(f"+86{phone}")).id


def two(gone_phone: str = OTHER) -> tuple[uuid.UUID, uuid.UUID]:
    """Who goes (no document, some phone) and who stays (a document, the real phone)."""
    stays = people.person(people.raw_person(name="王德福", phone=REAL))
    return people.person(people.without_document(name="王德福", phone=gone_phone)), stays


@pytest.mark.parametrize(
    ("signs_in_with", "gone_phone", "proof", "worth"),
    [
        (OTHER, OTHER, ProofLevel.CREATED, ProofLevel.TYPED),
        (OTHER, OTHER, ProofLevel.PHONE_CODE, ProofLevel.TYPED),
        (OTHER, OTHER, ProofLevel.OFFICE, ProofLevel.OFFICE),
        (REAL, OTHER, ProofLevel.CREATED, ProofLevel.PHONE_CODE),
        (REAL, OTHER, ProofLevel.TYPED, ProofLevel.TYPED),
        (OTHER, REAL, ProofLevel.PHONE_CODE, ProofLevel.PHONE_CODE),
        (OTHER, REAL, ProofLevel.CREATED, ProofLevel.TYPED),
    ],
)
def test_what_was_proven_of_another_row_is_worth_nothing(signs_in_with, gone_phone, proof, worth):
    gone, stays = two(gone_phone)
    account_id = holder(signs_in_with)
    tie(account_id, gone, proof)
    merge(gone, stays)
    assert link_of(account_id) == (stays, "other", worth)


def test_whoever_made_up_a_person_sees_nothing_of_the_real_one():
    gone, stays = two()
    stranger = holder(OTHER)
    tie(stranger, gone, ProofLevel.CREATED)
    merge(gone, stays)
    (seen,) = relatives(stranger)
    assert (seen.id, seen.name, seen.document, seen.phone, seen.proven) == (stays, "王**", "", "", False)


def test_an_account_of_both_keeps_one_link_with_the_better_proof_and_itself():
    gone, stays = two()
    account_id = holder(OTHER)
    tie(account_id, gone, ProofLevel.CREATED, Relation.SELF)
    tie(account_id, stays, ProofLevel.OFFICE, Relation.OTHER)
    merge(gone, stays)
    assert link_of(account_id) == (stays, "self", "office")


def test_consents_follow():
    gone, stays = two()
    accept_notice(gone)
    merge(gone, stays)
    assert db.session.execute(select(Consent.person_id)).scalars().all() == [stays]


def test_the_office_proves_only_links_that_are_there_and_says_what_it_saw():
    _, stays = two()
    account_id = holder(OTHER)
    with pytest.raises(NotFound):
        grant_proof(account_id=account_id, person_id=stays, reason="own_document", actor=SYSTEM)
    tie(account_id, stays, ProofLevel.TYPED)
    with pytest.raises(DomainError) as silent:
        grant_proof(account_id=account_id, person_id=stays, reason="", actor=SYSTEM)
    assert silent.value.code == "reason_required"
    assert link_of(account_id)[2] == "typed"
    grant_proof(account_id=account_id, person_id=stays, reason="letter", actor=SYSTEM)
    grant_proof(account_id=account_id, person_id=stays, reason="letter", actor=SYSTEM)
    assert link_of(account_id)[2] == "office"
