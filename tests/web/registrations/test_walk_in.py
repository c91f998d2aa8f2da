"""Somebody at the gate who has not registered."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.core.db import db
from app.core.permissions import Role, Scope, ScopeKind
from app.registrations.models import Registration
from tests.factories import people, registrations, sessions
from tests.web.registrations.conftest import rows, typed

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def gate(client, open_station):
    """A volunteer of one station, at its gate."""
    station = open_station()
    sessions.official(client, Role.VOLUNTEER, scope=Scope(ScopeKind.ACTIVITY, station.id))
    return station


def walk(client, station, raw=None, **more):
    client.get(f"/office/activities/{station.code}/walk-in")
    sent = typed(raw or people.raw_person(), consent_terms="y")
    return client.submit(sent | more)


def test_a_volunteer_finds_the_gate_from_the_menu(client, gate):
    page = client.get("/office/walk-ins")
    assert f"/office/activities/{gate.code}/walk-in" in page.links


def test_the_number_stands_there_at_once(client, gate):
    raw = people.raw_person()
    page = walk(client, gate, raw)
    assert f"{raw.name}报上了" in page.main
    assert "A 0001" in page.main
    assert "现场名额余 9" in page.main
    db.session.rollback()
    row = db.session.execute(select(Registration).where(Registration.activity_id == gate.id)).scalar_one()
    assert (row.source, row.walk_in, row.state) == ("walk_in", True, "confirmed")


def test_the_slip_has_number_code_and_name(client, gate):
    page = walk(client, gate)
    slip = client.get(next(link for link in page.links if "/walk-in/" in link))
    assert "A 0001" in slip.main
    assert slip.soup.select_one("main svg path")["d"].startswith("M4 4h7")


def test_a_slip_is_for_walk_ins_only(client, gate):
    outcome = registrations.registered(gate)
    client.get(f"/office/activities/{gate.code}/walk-in/{outcome.registration_id}", status=404)
    page = client.get(f"/office/activities/{gate.code}/walk-in?done={outcome.registration_id}")
    assert "报上了" not in page.main


def test_who_is_registered_already_is_told_so(client, gate):
    raw = people.raw_person()
    registrations.registered(gate, raw)
    page = walk(client, gate, raw)
    assert page.status == 409
    assert f"{raw.name} 已经报过" in page.main
    assert rows(gate) == 1


def test_the_gate_has_places_of_its_own(client, open_station):
    station = open_station(window={"walkin_capacity": 1})
    sessions.official(client, Role.VOLUNTEER, scope=Scope(ScopeKind.ACTIVITY, station.id))
    walk(client, station)
    page = walk(client, station)
    assert page.status == 409
    assert "现场名额已满，请到服务台问一问。" in page.main


def test_a_child_comes_with_a_guardian(client, gate):
    child = people.raw_person(birth=date(2020, 1, 1), phone=None)
    page = walk(client, gate, child)
    assert page.status == 422
    assert any("未满14岁，请填监护人姓名和手机。" in error for error in page.errors)
    guardian = {"guardian_name": "王建国", "guardian_phone": "13800005678", "consent_guardian": "y"}
    page = walk(client, gate, child, **guardian)
    assert f"{child.name[0]}**"[:2] in page.main
    assert child.name not in page.main
    assert rows(gate) == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"document_number": "370499198503120019"}, "最后一位对不上"),
        ({"consent_notice": None}, "请先阅读并同意隐私告知。"),
        ({"consent_document": None}, "请勾选同意使用证件号"),
        ({"consent_terms": None}, "请先阅读并同意参加须知。"),
    ],
)
def test_mistakes_are_told_and_nothing_is_stored(client, gate, change, says):
    page = walk(client, gate, **change)
    assert page.status == 422
    assert any(says in error for error in page.errors)
    assert rows(gate) == 0


def test_a_volunteer_of_another_activity_is_refused(client, gate, open_station):
    elsewhere = open_station()
    client.open(f"/office/activities/{elsewhere.code}/walk-in", method="GET", status=404)
    assert f"/office/activities/{elsewhere.code}/walk-in" not in client.get("/office/walk-ins").links


def test_a_volunteer_does_not_see_the_list(client, gate):
    page = client.open(f"/office/activities/{gate.code}/registrations", method="GET")
    assert page.status in {403, 404}
