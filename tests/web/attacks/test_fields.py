"""Fields that no form has: whoever sends them all the same changes nothing by them (ASVS 5, field-level access)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.accounts.constants import TokenScope
from app.accounts.models import Account
from app.accounts.services import issue_key
from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.permissions import Role
from app.people.models import AccountPerson, Person
from app.registrations.models import Registration
from tests.factories import accounts, people, sessions
from tests.support.pages import fields_of
from tests.web.registrations.conftest import open_station, page_one
from tests.web.registrations.test_api import body

__all__ = ["open_station"]
pytestmark = pytest.mark.usefixtures("clock")
OWN_GOOD = {
    "state": "confirmed", "p0-state": "confirmed", "bib": "A0007", "p0-bib": "A0007", "source": "office", "walk_in": "y",
    "queue_no": "0", "proof": "office", "kind": "staff", "role": "event_manager", "is_admin": "1", "person_id": "1",
}  # fmt: skip


def stored(model):
    db.session.rollback()
    return db.session.execute(select(model)).scalars().one()


def test_a_citizen_s_form_decides_no_state_no_number_and_no_source(client, open_station):
    station = open_station(window={"needs_review": True})
    sessions.citizen(client)
    page = page_one(client, station)
    sent = fields_of(page.form()) | {"consent_terms": "y"} | OWN_GOOD
    assert client.post(str(page.form()["action"]), sent).h1 == "已提交，等待审核。"
    row = stored(Registration)
    assert (row.state, row.bib, row.source, row.walk_in, row.queue_no) == ("submitted", None, "web", False, None)


def test_a_program_s_body_decides_none_either(client, open_station):
    station = open_station(window={"needs_review": True})
    token = issue_key(actor=SYSTEM, at=now(), scope=TokenScope.REGISTRATIONS, label="小程序").token
    sent = body(station) | {"state": "confirmed", "bib": "A0007", "source": "office", "queue_no": 1, "id": "1"}
    told = client.api("POST", "/api/v1/registrations", sent, token=token, status=201).json
    assert (told["state"], told["bib"]) == ("submitted", None)


def test_who_may_correct_a_phone_corrects_no_name_number_or_proof(client, open_station):
    station = open_station()
    holder = sessions.citizen(client)
    raw = people.raw_person()
    page_one(client, station, raw)
    client.submit({"consent_terms": "y"})
    person = stored(Person)
    before = (person.id, person.name, person.document_number, person.birth_date, person.sex)
    client.get(f"/my/family/{person.id}/contact")
    harm = {"name": "李换名", "document_number": people.document(n=77), "birth_date": "1950-01-01", "sex": "female"}
    client.post(f"/my/family/{person.id}/contact", {"phone": "13900001111"} | harm | OWN_GOOD)
    person = stored(Person)
    assert person.phone == "+8613900001111"
    assert (person.id, person.name, person.document_number, person.birth_date, person.sex) == before
    assert db.session.get(Account, holder.id).kind == "citizen"
    assert stored(AccountPerson).proof == "created"


def test_who_makes_accounts_gives_no_role_by_the_way(client, ctx):
    sessions.official(client, Role.SYSTEM_ADMIN)
    client.get("/office/accounts/new")
    facts = {"login_name": "zhangmin", "display_name": "张敏"}
    client.post("/office/accounts/new", facts | OWN_GOOD | {"roles": "security_admin", "state": "active"})
    made = db.session.execute(select(Account).where(Account.login_name == "zhangmin")).scalar_one()
    client.login_as(made).get("/office/activities", status=302)  # a first password, and nothing behind it


def test_a_role_of_one_s_own_choosing_is_refused(client, ctx):
    other = accounts.staff()
    sessions.official(client, Role.SECURITY_ADMIN)
    client.get(f"/office/roles/{other.id}")
    page = client.post(f"/office/roles/{other.id}", {"role": "god", "scope": "office"}, follow=False)
    assert page.status == 422
