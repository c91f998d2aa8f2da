"""The people whom an account looks after: added, proven, corrected, taken off; nobody else's."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core.db import db
from app.people.constants import ProofLevel
from app.people.models import AccountPerson, Consent, Person
from tests.factories import people, sessions
from tests.web.people.conftest import tie

pytestmark = pytest.mark.usefixtures("clock", "notice")


def add(client, raw=None, **more):
    raw = raw or people.raw_person()
    client.get("/my/family/add")
    sent = {
        "name": raw.name,
        "document_type": raw.document_type,
        "document_number": raw.document_number or "",
        "birth_date": str(raw.birth_date or ""),
        "phone": raw.phone or "",
        "consent_notice": "y",
        "consent_document": "y",
    }
    return client.submit(sent | more)


def proofs():
    db.session.rollback()
    return db.session.execute(select(AccountPerson.proof)).scalars().all()


# --------------------------------------------------------------------------- adding


def test_an_old_card_of_a_foreigner_asks_for_the_birth_date(client):
    sessions.citizen(client)
    page = client.get("/my/family/add")
    shown = page.soup.find("input", {"name": "birth_date"}).find_parent(attrs={"data-show-when": True})
    assert "permanent_residence" in shown["data-show-when"], "its number tells no birth date"
    old_card = {"document_type": "permanent_residence", "document_number": "USA110081080301"}
    page = add(client, **old_card)
    assert any("请填出生日期" in error for error in page.errors)
    page = add(client, people.raw_person(name="安娜"), **old_card, birth_date="1981-08-03", sex="female")
    assert page.h1 == "安娜"
    assert "1981-08-03" in page.main


def test_somebody_new_is_proven_by_being_the_first(client):
    sessions.citizen(client)
    page = add(client, people.raw_person(name="王德福", phone="13800005678"), relation="parent")
    assert page.h1 == "王德福"
    assert "138****5678" in page.main
    assert "父母" in page.main
    assert proofs() == ["created"]


def test_each_box_leaves_its_consent(client):
    sessions.citizen(client)
    add(client)
    db.session.rollback()
    assert sorted(db.session.execute(select(Consent.kind)).scalars()) == ["document_number", "privacy"]


def test_somebody_known_shows_nothing(client):
    raw = people.raw_person(name="王德福", phone="13800005678")
    people.person(raw)
    sessions.citizen(client)
    page = add(client, raw)
    assert page.h1 == "王**"
    for secret in ("王德福", raw.document_number, "5678", "1985"):
        assert secret not in page.html
    assert "王**" in client.get("/my/family").main
    assert proofs() == ["typed"]


def test_a_wrong_name_for_a_known_document_is_refused_neutrally(client):
    raw = people.raw_person(name="王德福")
    people.person(raw)
    sessions.citizen(client)
    page = add(client, raw, name="李秀英")
    assert page.status == 422
    assert any("姓名和证件对不上，请核对。" in error for error in page.errors)
    assert "王德福" not in page.html
    assert proofs() == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"consent_notice": None}, "请先阅读并同意隐私告知。"),
        ({"consent_document": None}, "请勾选同意使用证件号，或选择没有证件。"),
        ({"document_number": "370499198503120019"}, "最后一位对不上"),
        ({"name": ""}, "请填姓名。"),
        ({"document_type": "none", "document_number": ""}, "没有证件时，需要填出生日期。"),
    ],
)
def test_nothing_is_stored_with_a_mistake(client, change, says):
    sessions.citizen(client)
    page = add(client, **change)
    assert page.status == 422
    assert any(says in error for error in page.errors)
    db.session.rollback()
    assert db.session.execute(select(Person)).first() is None


def test_without_a_document(client):
    sessions.citizen(client)
    page = add(
        client,
        people.without_document(birth=date(2018, 1, 1)),
        document_type="none",
        document_number="",
        consent_document=None,
        relation="child",
        guardian_consent="y",
    )
    assert "没有证件" in page.main


def test_whoever_adds_oneself_is_asked_for_the_family_next(client):
    sessions.citizen(client)
    page = client.get("/my/family/add")
    assert page.soup.select_one("[name=relation][checked]")["value"] == "self"
    add(client)
    page = client.get("/my/family/add")
    assert page.soup.select_one("[name=relation][checked]")["value"] == "parent"


def test_a_relation_of_one_s_own_making_is_other(client):
    sessions.citizen(client)
    add(client, relation="emperor")
    db.session.rollback()
    assert db.session.execute(select(AccountPerson.relation)).scalar_one() == "other"


# --------------------------------------------------------------------------- proving


@pytest.fixture
def unproven(client):
    """Somebody known whom the account has typed; the phone is not the account's."""
    holder = sessions.citizen(client)
    person_id = people.person(name="王德福", phone="13800005678")
    tie(holder.id, person_id)
    return f"/my/family/{person_id}"


def test_a_code_to_that_person_s_phone_proves_it(client, unproven, texts):
    client.get(f"{unproven}/prove")
    page = client.submit({})
    assert texts.sent[0][0] == "+8613800005678"
    assert texts.code not in page.html
    page = client.submit({"code": texts.code})
    assert page.h1 == "王德福"
    assert proofs() == ["phone_code"]
    db.session.rollback()
    assert db.session.execute(select(AuditEntry).where(AuditEntry.action == "person.link_proven")).scalar_one()


def test_a_wrong_code_proves_nothing(client, unproven, texts):
    client.get(f"{unproven}/prove")
    client.submit({})
    wrong = "000000" if texts.code != "000000" else "111111"
    page = client.submit({"code": wrong}, status=422)
    assert any("验证码不对" in error for error in page.errors)
    assert proofs() == ["typed"]


def test_a_code_for_signing_in_proves_nothing(client, unproven, texts, app):
    other = client.another()
    other.get("/login")
    other.submit({"phone": "13800005678"})
    page = client.post(f"{unproven}/prove/code", {"code": texts.code}, status=422)
    assert proofs() == ["typed"]
    assert page.errors


def test_codes_are_not_sent_by_the_dozen(client, unproven, texts):
    client.post(f"{unproven}/prove")
    page = client.post(f"{unproven}/prove", status=429)
    assert "刚发过一条" in page.main
    assert len(texts.sent) == 1


def test_without_a_phone_the_page_is_the_same_and_nothing_is_sent(client, texts, clock):
    holder = sessions.citizen(client)
    known = people.person(name="王德福", phone="13800005678")
    phoneless = people.person(name="王秀英", phone=None)
    for person_id in (known, phoneless):
        tie(holder.id, person_id)
    with_phone = client.post(f"/my/family/{known}/prove")
    without = client.post(f"/my/family/{phoneless}/prove")
    assert with_phone.main == without.main
    assert len(texts.sent) == 1
    page = client.post(f"/my/family/{phoneless}/prove/code", {"code": "123456"}, status=422)
    assert any("验证码已过期" in error for error in page.errors)


def test_who_signed_in_with_that_phone_needs_no_code(client, texts):
    holder = sessions.citizen(client, phone="13800005678")
    person_id = people.person(name="王德福", phone="13800005678")
    tie(holder.id, person_id)
    page = client.post(f"/my/family/{person_id}/prove")
    assert page.flash == ["已验证：登记的就是您登录用的手机。"]
    assert texts.sent == []
    assert proofs() == ["phone_code"]


def test_an_expired_code_is_none(client, unproven, texts, clock):
    client.post(f"{unproven}/prove")
    clock.shift(minutes=6)
    page = client.post(f"{unproven}/prove/code", {"code": texts.code}, status=422)
    assert any("验证码已过期" in error for error in page.errors)


# --------------------------------------------------------------------------- correcting, taking off


def test_phone_and_town_are_corrected(client):
    holder = sessions.citizen(client)
    person_id = people.person(name="王德福", phone="13800005678")
    tie(holder.id, person_id, ProofLevel.CREATED)
    town = str(people.organisation())
    client.get(f"/my/family/{person_id}/contact")
    page = client.submit({"phone": "139 0000 1234", "town": town})
    assert page.flash == ["已保存"]
    assert "139****1234" in page.main
    assert "徐庄镇" in page.main


@pytest.mark.parametrize("phone", ["123", "abc"])
def test_a_phone_that_is_none_is_refused(client, phone):
    holder = sessions.citizen(client)
    person_id = people.person(phone="13800005678")
    tie(holder.id, person_id, ProofLevel.CREATED)
    client.get(f"/my/family/{person_id}/contact")
    page = client.submit({"phone": phone}, status=422)
    assert page.errors
    db.session.rollback()
    assert db.session.get(Person, person_id).phone == "+8613800005678"


def test_the_unproven_cannot_be_corrected(client, unproven):
    client.get(f"{unproven}/contact", status=404)
    client.post(f"{unproven}/contact", {"phone": "13900001234"}, status=404)


def test_taking_off_asks_once(client, unproven):
    page = client.get(f"{unproven}/remove")
    assert page.h1 == "从名单移除王**？"
    assert proofs() == ["typed"]
    page = client.submit({})
    assert page.flash == ["已从名单移除，报名都还在。"]
    assert proofs() == []
    client.get(unproven, status=404)


# --------------------------------------------------------------------------- others'


@pytest.mark.parametrize("path", ["", "/contact", "/prove", "/remove"])
def test_somebody_else_s_person_is_like_nobody(client, path):
    person_id = people.person()
    sessions.citizen(client)
    theirs = client.get(f"/my/family/{person_id}{path}", status=404)
    nobody = client.get(f"/my/family/00000000-0000-0000-0000-000000000001{path}", status=404)
    assert theirs.main == nobody.main


@pytest.mark.parametrize("path", ["/contact", "/prove", "/prove/code", "/remove"])
def test_nor_can_it_be_changed(client, path, texts):
    owner = sessions.citizen(client)
    person_id = people.person(phone="13800005678")
    tie(owner.id, person_id, ProofLevel.CREATED)
    sessions.citizen(client)
    client.post(f"/my/family/{person_id}{path}", {"phone": "13900001234", "code": "123456"}, status=404)
    assert proofs() == ["created"]
    assert texts.sent == []


@pytest.mark.parametrize("path", ["/my/family", "/my/family/add"])
def test_without_a_sign_in_there_is_no_list(client, path):
    assert client.get(path, status=302).location == f"/login?next={path}"


def test_the_list_takes_the_same_statements_for_many(client, statements):
    holder = sessions.citizen(client)
    tie(holder.id, people.person())
    client.get("/my/family")
    with statements() as few:
        client.get("/my/family")
    for _ in range(10):
        tie(holder.id, people.person())
    with statements() as many:
        client.get("/my/family")
    assert len(many) == len(few)
