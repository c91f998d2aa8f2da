"""Who was looked after as a child and is 18: asked to claim themselves, on the guardian's list and their own phone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Account
from app.core.clock import now
from app.core.db import db
from app.core.ids import parse_uuid
from app.core.transactions import act
from app.people.constants import ProofLevel, Relation
from app.people.models import AccountPerson, Person
from app.people.queries.family import may_claim
from app.people.services.persons import link, phone_index
from tests.factories import accounts, people, sessions

pytestmark = pytest.mark.usefixtures("clock", "notice")
HINT = "满 18 岁了，请本人来认领"
OWN = "这个手机号登记过"
BORN = date(2012, 6, 1)
"""18 years before the day at which the tests' clock stands."""


@act
def tie(account_id, person_id, relation=Relation.CHILD, *, proof=ProofLevel.CREATED, years=5) -> None:
    link(
        account_id=account_id,
        person_id=person_id,
        relation=relation,
        proof=proof,
        at=now() - timedelta(days=365 * years),
    )


@act
def leave_phone(person_id, phone: str) -> None:
    row = db.session.get_one(Person, person_id)
    row.phone, row.phone_index = f"+86{phone}", phone_index(f"+86{phone}")


def links(person_id):
    db.session.rollback()
    rows = db.session.execute(
        select(AccountPerson.account_id, AccountPerson.relation, AccountPerson.proof).where(
            AccountPerson.person_id == person_id
        )
    ).all()
    return {(row.account_id, row.relation, row.proof) for row in rows}


# --------------------------------------------------------------------------- the guardian


@pytest.mark.parametrize(
    ("born", "years", "told"),
    [(BORN, 5, True), (BORN + timedelta(days=1), 5, False), (date(1985, 3, 12), 5, False), (BORN, 0, False)],
    ids=["18 today", "18 tomorrow", "grown up when added", "added on the birthday"],
)
def test_the_guardian_is_told_from_the_birthday_on(client, born, years, told):
    guardian = sessions.citizen(client)
    tie(guardian.id, people.person(people.raw_person(name="张一诺", birth=born)), years=years)
    page = client.get("/my/family")
    assert (HINT in page.main) is told


def test_the_way_is_shown_on_the_page_of_the_one_who_grew_up(client):
    guardian = sessions.citizen(client)
    grown = people.person(people.raw_person(name="张一诺", birth=BORN))
    tie(guardian.id, grown)
    page = client.get(f"/my/family/{grown}")
    assert "满 18 岁了，请本人认领" in page.main
    assert f"/my/family/{grown}/contact" in page.links


def test_an_unproven_link_tells_no_age(client):
    guardian = sessions.citizen(client)
    tie(guardian.id, people.person(people.raw_person(birth=BORN)), proof=ProofLevel.TYPED)
    assert HINT not in client.get("/my/family").main


def test_who_has_claimed_themselves_is_not_asked_for_again(client):
    guardian = sessions.citizen(client)
    grown = people.person(people.raw_person(birth=BORN))
    tie(guardian.id, grown)
    tie(accounts.account().id, grown, Relation.SELF, proof=ProofLevel.PHONE_CODE)
    assert HINT not in client.get("/my/family").main


# --------------------------------------------------------------------------- oneself


def test_from_the_own_phone_to_the_own_code(client):
    raw = people.raw_person(name="张一诺", birth=BORN)
    grown, guardian = people.person(raw), accounts.account()
    tie(guardian.id, grown)
    leave_phone(grown, "13800005678")
    own = sessions.citizen(client, phone="13800005678")
    page = client.get("/my")
    assert OWN in page.main
    assert "张" not in page.main, "who it is stays unsaid"
    client.get("/my/family/add")
    client.submit(
        {"relation": "self", "name": raw.name, "document_type": "resident_id", "document_number": raw.document_number,
         "consent_notice": "y", "consent_document": "y"}
    )  # fmt: skip
    assert OWN not in client.get("/my").main
    client.get(f"/my/family/{grown}/prove")
    client.submit({})
    assert (own.id, "self", "phone_code") in links(grown)
    page = client.get(f"/my/family/{grown}")
    assert "还有谁能看到" in page.main
    client.get(f"/my/family/{grown}/keepers/{guardian.id}/remove")
    assert "看不到您的码和报名了" in client.submit({}, button="不再让看").flash[0]
    assert {account for account, _, _ in links(grown)} == {own.id}


@pytest.mark.parametrize("case", ["another phone", "a child", "already oneself", "already on the list"])
def test_nobody_else_is_asked(client, case):
    own = sessions.citizen(client, phone="13800005678")
    born = BORN + timedelta(days=1) if case == "a child" else BORN
    one = people.person(people.raw_person(birth=born))
    leave_phone(one, "13900000000" if case == "another phone" else "13800005678")
    if case == "already oneself":
        tie(own.id, people.person(), Relation.SELF)
    if case == "already on the list":
        tie(own.id, one)
    assert OWN not in client.get("/my").main
    assert not may_claim(own.id)


def test_only_oneself_proven_ends_it_and_everything_else_is_not_found(client):
    grown, guardian = people.person(people.raw_person(birth=BORN)), accounts.account()
    tie(guardian.id, grown)
    own = sessions.citizen(client)
    address = f"/my/family/{grown}/keepers/{guardian.id}/remove"
    bodies = {client.get(address, status=404).main}
    tie(own.id, grown, Relation.SELF, proof=ProofLevel.TYPED)
    bodies.add(client.get(address, status=404).main)
    bodies.add(client.post(address, {}, status=404).main)
    bodies.add(client.get(f"/my/family/{grown}/keepers/{parse_uuid('0' * 32)}/remove", status=404).main)
    assert len(bodies) == 1
    assert len(links(grown)) == 2
    assert db.session.execute(select(Account.id).where(Account.id == guardian.id)).first()
