"""Nobody is put on a list, or given a new code, behind their back."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.accounts.models import Account
from app.accounts.queries import phone_index
from app.audit.services import SYSTEM, Actor
from app.core.clock import now
from app.core.db import db
from app.core.outbox import Outbox
from app.core.transactions import act
from app.notices.constants import NoticeKind
from app.notices.models import Notice, NoticeText
from app.passes.services import issue, reissue
from app.people.constants import ProofLevel, Relation
from app.people.models import Person
from app.people.services.persons import LINKED, link
from app.people.tasks import on_linked
from tests.factories import accounts, people
from tests.factories.texts import drained

pytestmark = pytest.mark.usefixtures("ctx", "clock")
_phones = iter(range(10**8))


def citizen() -> Account:
    phone = f"+86152{next(_phones):08}"
    return accounts.account(phone=phone, phone_index=phone_index(phone))


@act
def tie(account: Account, person_id, proof: ProofLevel, relation: Relation = Relation.SELF) -> None:
    link(account_id=account.id, person_id=person_id, relation=relation, proof=proof, at=now())


def told() -> list[tuple]:
    return [tuple(row) for row in db.session.execute(select(Notice.account_id, Notice.kind))]


def texts() -> list[str]:
    fresh = {"populate_existing": True}
    return [row.phone or "" for row in db.session.execute(select(NoticeText), execution_options=fresh).scalars()]


def test_who_looks_after_a_person_hears_that_another_account_has_added_them():
    person_id, mine, stranger = people.person(), citizen(), citizen()
    tie(mine, person_id, ProofLevel.PHONE_CODE)
    tie(stranger, person_id, ProofLevel.TYPED)
    drained()
    assert told() == [(mine.id, NoticeKind.LINKED)]
    assert texts() == [mine.phone]


def test_adding_again_or_hearing_twice_tells_once():
    person_id, mine, stranger = people.person(), citizen(), citizen()
    tie(mine, person_id, ProofLevel.PHONE_CODE)
    tie(stranger, person_id, ProofLevel.TYPED)
    payload = db.session.execute(select(Outbox.payload).where(Outbox.job == LINKED)).scalar_one()
    tie(stranger, person_id, ProofLevel.TYPED)
    drained()
    on_linked(mine.id, payload)
    assert len(told()) == len(texts()) == 1


def test_without_an_account_the_person_s_own_phone_hears_it():
    person_id, stranger = people.person(), citizen()
    phone = db.session.get_one(Person, person_id).phone
    tie(stranger, person_id, ProofLevel.TYPED)
    drained()
    assert told() == []
    assert texts() == [phone]


def test_who_adds_oneself_by_one_s_own_phone_is_not_told():
    person_id = people.person()
    phone = db.session.get_one(Person, person_id).phone
    tie(accounts.account(phone=phone, phone_index=phone_index(phone)), person_id, ProofLevel.TYPED)
    drained()
    assert told() == []
    assert texts() == []


def test_somebody_new_is_nobody_s_news():
    tie(citizen(), people.person(), ProofLevel.CREATED)
    drained()
    assert texts() == []


def test_a_new_code_is_told_to_all_and_texted_to_those_who_did_not_ask_for_it():
    person_id, asks, other = people.person(), citizen(), citizen()
    tie(asks, person_id, ProofLevel.PHONE_CODE)
    tie(other, person_id, ProofLevel.PHONE_CODE)
    issue(person_id=person_id, actor=SYSTEM, at=now())
    reissue(person_id=person_id, live_activities=[], actor=Actor("account", asks.id), at=now())
    drained()
    assert sorted(told()) == sorted([(asks.id, NoticeKind.REISSUED), (other.id, NoticeKind.REISSUED)])
    assert texts() == [other.phone]


def test_each_new_code_is_told():
    person_id, mine = people.person(), citizen()
    tie(mine, person_id, ProofLevel.PHONE_CODE)
    issue(person_id=person_id, actor=SYSTEM, at=now())
    for _ in range(2):
        reissue(person_id=person_id, live_activities=[], actor=SYSTEM, at=now())
    drained()
    assert len(told()) == 2
