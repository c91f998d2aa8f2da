"""PIPL 14, 16, 17, 29 to 31: nothing is kept before it was agreed to, and each agreement can be shown later."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from app.accounts import services
from app.accounts.constants import TokenScope
from app.activities.constants import AskField
from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.crypto import sha256
from app.core.db import db
from app.core.permissions import Role, Scope, ScopeKind
from app.people.models import Consent, Person
from app.registrations.models import Registration
from tests.factories import people, sessions
from tests.web.registrations.conftest import page_one, rows, typed
from tests.web.registrations.test_api import body
from tests.web.registrations.test_team_pages import BOXES, line, send, sheet

pytestmark = pytest.mark.usefixtures("clock")
OLD, NEW = "第一版：收集姓名。", "第二版：收集姓名和手机。"
GUARDIAN = {"p0-guardian_name": "王建国", "p0-guardian_phone": "13800005678"}


def count(model) -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def consents() -> dict[str, Consent]:
    db.session.rollback()
    return {one.kind: one for one in db.session.execute(select(Consent)).scalars()}


# --------------------------------------------------------------------------- the entrances, without the notice


def by_form(client, station):
    sessions.citizen(client)
    return page_one(client, station, consent_notice=None)


def by_family(client, station):
    sessions.citizen(client)
    client.get("/my/family/add")
    sent = typed(people.raw_person(), consent_notice=None)
    return client.submit(sent)


def by_team(client, station):
    sessions.citizen(client)
    send(client, station, sheet(line(people.number())))
    return client.submit({**BOXES, "notice": None})


def at_the_gate(client, station):
    sessions.official(client, Role.VOLUNTEER, scope=Scope(ScopeKind.ACTIVITY, station.id))
    client.get(f"/office/activities/{station.code}/walk-in")
    return client.submit(typed(people.raw_person(), consent_terms="y", consent_notice=None))


def by_program(client, station):
    key = services.issue_key(actor=SYSTEM, at=now(), scope=TokenScope.REGISTRATIONS, label="小程序").token
    sent = body(station, consents={"document_number": True, "terms": 1})
    return client.api("POST", "/api/v1/registrations", sent, token=key)


ENTRANCES = (by_form, by_family, by_team, at_the_gate, by_program)


@pytest.mark.parametrize("enter", ENTRANCES)
def test_without_the_notice_no_entrance_keeps_anybody(client, open_station, enter):
    station = open_station()
    page = enter(client, station)
    assert page.status == 422
    assert "隐私告知" in (page.json["detail"] if enter is by_program else page.main)
    assert [count(model) for model in (Person, Consent, Registration)] == [0, 0, 0]


def test_what_was_agreed_to_is_kept_with_version_digest_time_and_who(client, open_station, clock):
    people.notice(OLD)
    version = people.notice(NEW)
    station = open_station()
    holder = sessions.citizen(client)
    page_one(client, station)
    clock.shift(minutes=3)
    client.submit({"consent_terms": "y"})
    kept = consents()["privacy"]
    assert (kept.version, kept.sha256, kept.given_at, kept.given_by) == (version, sha256(NEW), now(), holder.id)
    assert kept.withdrawn_at is None


def test_a_notice_that_changes_between_the_pages_is_asked_for_anew(visitor, open_station):
    """Who agreed to the old text has not agreed to the new one."""
    station = open_station()
    page_one(visitor, station)
    people.notice(NEW)
    page = visitor.submit({"consent_terms": "y"})
    assert "隐私告知" in page.main
    assert [count(model) for model in (Person, Consent, Registration)] == [0, 0, 0]


# --------------------------------------------------------------------------- boxes and empty fields


def test_no_box_is_ticked_beforehand(client, open_station):
    """Agreement is an act of one's own (PIPL 14): the page never does it."""
    asks = (AskField.HEALTH, AskField.SHIRT, AskField.EMERGENCY)
    station = open_station(window={"asks": asks})
    sessions.citizen(client)
    pages = [client.get("/my/family/add"), client.get(f"/activities/{station.code}/register")]
    pages.append(page_one(client, station, people.raw_person(birth=date(2020, 1, 1), phone=None)))
    send(client, station, sheet(line(people.number())))
    pages.append(client.page)
    sessions.official(client, Role.VOLUNTEER, scope=Scope(ScopeKind.ACTIVITY, station.id))
    pages.append(client.get(f"/office/activities/{station.code}/walk-in"))
    boxes = [box for page in pages for box in page.soup.select("main input[type=checkbox]")]
    assert len(boxes) > 8
    assert [str(box) for box in boxes if box.has_attr("checked")] == []


def test_what_is_optional_blocks_nothing_when_it_is_empty(visitor, open_station):
    """PIPL 16: no service is refused for data that it does not need."""
    station = open_station(window={"asks": (AskField.SHIRT, AskField.HEALTH, AskField.ORGANISATION)})
    page_one(visitor, station, people.without_document(), consent_document=None)
    page = visitor.submit({"consent_terms": "y"})
    assert page.h1 == "报上了。", page.errors
    assert set(consents()) == {"privacy", "terms"}, "what was not given was not agreed to either"


# --------------------------------------------------------------------------- one consent for each sensitive purpose


def test_the_number_of_a_document_needs_its_own_box(visitor, open_station):
    page = page_one(visitor, open_station(), consent_document=None)
    assert any("请勾选同意使用证件号" in error for error in page.errors)
    assert [count(model) for model in (Person, Consent)] == [0, 0]


def test_a_statement_of_health_needs_its_own_box(visitor, open_station):
    station = open_station(window={"asks": (AskField.HEALTH,)})
    page_one(visitor, station)
    page = visitor.submit({"p0-health": "高血压", "consent_terms": "y"}, status=422)
    assert any("请勾选同意使用健康声明" in error for error in page.errors)
    assert rows(station) == 0
    page = visitor.submit({"p0-health": "", "p0-consent_health": "y", "consent_terms": "y"})
    assert page.h1 == "报上了。"
    assert "health" not in consents(), "a box without a statement is no consent to keep one"


def test_each_purpose_leaves_a_row_of_its_own(visitor, open_station):
    station = open_station(window={"asks": (AskField.HEALTH,)})
    page_one(visitor, station, people.raw_person(birth=date(2020, 1, 1), phone=None))
    boxes = {"p0-consent_health": "y", "p0-guardian_consent": "y", "consent_terms": "y"}
    page = visitor.submit({**GUARDIAN, "p0-health": "花粉过敏", **boxes})
    assert page.h1 == "报上了。", page.errors
    assert set(consents()) == {"privacy", "document_number", "health", "guardian", "terms"}


# --------------------------------------------------------------------------- under fourteen


TURNS_14 = date(2016, 6, 3)
"""Fourteen on the first day of the station of these tests."""


def test_the_day_before_the_fourteenth_birthday_needs_the_guardian_s_consent(visitor, open_station):
    station = open_station()
    page_one(visitor, station, people.raw_person(birth=TURNS_14.replace(day=4), phone=None))
    page = visitor.submit({**GUARDIAN, "consent_terms": "y"}, status=422)
    assert any("请监护人勾选同意" in error for error in page.errors)
    assert [count(model) for model in (Person, Consent, Registration)] == [0, 0, 0]


def test_on_the_fourteenth_birthday_the_declaration_of_a_minor_s_guardian_is_enough(visitor, open_station):
    station = open_station(window={"guardian_to_18": False})
    page_one(visitor, station, people.raw_person(birth=TURNS_14, phone=None))
    page = visitor.submit({"consent_terms": "y"})
    assert page.h1 == "报上了。", page.errors
    assert "guardian" not in consents()


def test_the_age_follows_from_the_document_whatever_is_typed_beside_it(visitor, open_station):
    station = open_station()
    child = people.raw_person(birth=date(2020, 1, 1), phone=None)
    page = page_one(visitor, station, child, birth_date="1985-03-12")
    page = visitor.submit({"consent_terms": "y"}, status=422) if page.h1 == "确认报名" else page
    assert page.status == 422
    assert rows(station) == 0


def test_a_team_s_leader_declares_for_the_guardians_or_the_child_is_not_taken(client, open_station):
    station = open_station()
    sessions.citizen(client)
    child = people.raw_person(birth=date(2020, 1, 1))
    page = send(client, station, sheet((child.name, child.document_number, "体验组"), line(people.number())))
    assert "监护人" in page.main
    client.submit(BOXES)
    assert rows(station) == 1, "the grown-up of the same file alone"


CHILD_OF_12, OF_14 = date(2018, 1, 1), date(2016, 6, 1)
"""On the list: the age counts on the day on which the child is put there, 2030-06-01."""


def put_on_the_list(client, birth, **more):
    client.get("/my/family/add")
    return client.submit(typed(people.raw_person(birth=birth, phone=None), **more))


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"relation": "child"}, "未满14岁，请监护人勾选同意。"),
        ({"relation": "other"}, "未满14岁，请监护人勾选同意。"),
        ({"relation": "self", "guardian_consent": "y"}, "未满14岁，请由监护人来登记。"),
        ({"relation": "spouse", "guardian_consent": "y"}, "未满14岁，请由监护人来登记。"),
    ],
)
def test_a_child_is_on_no_list_without_its_guardian(visitor, open_station, more, says):
    open_station()
    page = put_on_the_list(visitor, CHILD_OF_12, **more)
    assert page.status == 422
    assert any(says in error for error in page.errors), page.errors
    assert [count(model) for model in (Person, Consent)] == [0, 0]


def test_the_guardian_s_consent_to_a_child_on_the_list_is_kept(visitor, open_station):
    open_station()
    assert put_on_the_list(visitor, CHILD_OF_12, relation="child", guardian_consent="y").status == 200
    assert set(consents()) == {"privacy", "document_number", "guardian"}


def test_from_fourteen_on_nobody_is_asked_for_it(visitor, open_station):
    open_station()
    assert put_on_the_list(visitor, OF_14, relation="self").status == 200
    assert set(consents()) == {"privacy", "document_number"}
