"""Guessing document numbers: the answer to a wrong name tells that the number is known, so it is told a few times only."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.accounts.services.keys import issue_account_token
from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.people.models import AccountPerson
from app.people.services import guessing
from app.registrations.models import TeamUpload
from tests.factories import accounts, people, sessions
from tests.web.registrations.conftest import open_station, page_one, typed
from tests.web.registrations.test_api import body
from tests.web.registrations.test_team_pages import send, sheet

__all__ = ["open_station"]
pytestmark = pytest.mark.usefixtures("clock")
TOO_MANY = "姓名和证件对不上的太多，请 60 分钟后再试，或带证件到服务台办理。"


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Three an hour, so that a test says what thirty do."""
    monkeypatch.setattr(guessing, "MOST", 3)


@pytest.fixture
def victim():
    raw = people.raw_person(name="王德福")
    people.person(raw)
    return raw


def by_family(client, raw, name="李秀英"):
    client.get("/my/family/add")
    return client.submit(typed(raw, name=name))


def by_form(client, station, raw, name="李秀英"):
    page_one(client, station, raw, name=name)
    return client.submit({"consent_terms": "y"})


def links() -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(AccountPerson)).scalar_one()


def test_one_has_to_have_signed_in_with_a_phone(client, open_station):
    station = open_station()
    for url in ("/my/family/add", f"/activities/{station.code}/register", f"/activities/{station.code}/team"):
        assert client.get(url, status=302).location.startswith("/login")


def test_a_known_and_an_unknown_number_get_one_answer_to_a_right_name(client, open_station, victim):
    open_station()
    sessions.citizen(client)
    known, unknown = by_family(client, victim, victim.name), by_family(client, fresh := people.raw_person(), fresh.name)
    assert (known.status, unknown.status) == (200, 200)
    assert links() == 2


def test_wrong_names_are_told_so_a_few_times_and_then_nothing_is(client, open_station, victim):
    station = open_station()
    sessions.citizen(client)
    told = [by_family(client, victim), by_form(client, station, victim), by_family(client, victim)]
    assert all("姓名和证件对不上，请核对。" in page.main for page in told)
    for page in (by_family(client, victim), by_form(client, station, victim)):
        assert page.status == 429
        assert TOO_MANY in page.main
        assert "对不上，请核对" not in page.main


def test_from_then_on_a_right_name_and_an_unknown_number_are_told_nothing_either(client, open_station, victim):
    open_station()
    sessions.citizen(client)
    for _ in range(3):
        by_family(client, victim)
    answers = [by_family(client, victim, victim.name), by_family(client, people.raw_person())]
    assert [TOO_MANY in page.main for page in answers] == [True, True]
    assert links() == 0


def test_an_hour_later_one_may_try_again_and_others_could_all_the_time(client, open_station, victim, clock):
    open_station()
    sessions.citizen(client)
    for _ in range(4):
        by_family(client, victim)
    other = client.another()
    sessions.citizen(other)
    assert by_family(other, victim, victim.name).status == 200
    clock.shift(minutes=61)
    assert by_family(client, victim, victim.name).status == 200


def test_what_was_typed_stays(client, open_station, victim):
    open_station()
    sessions.citizen(client)
    for _ in range(4):
        page = by_family(client, victim)
    assert page.soup.select_one("main [name=name]")["value"] == "李秀英"


def test_a_list_of_numbers_tells_no_more_than_that(client, open_station, victim):
    """A preview names each row whose name is not the document's: a sheet of two thousand guesses is refused whole."""
    station = open_station()
    known = [people.raw_person() for _ in range(4)]
    for raw in known:
        people.person(raw)
    sessions.citizen(client)
    rows = [("李秀英", raw.document_number, "体验组") for raw in known]
    page = send(client, station, sheet(*rows))
    assert page.status == 429
    assert "对不上的太多" in page.main
    assert "对不上，请核对" not in page.main
    assert db.session.execute(select(func.count()).select_from(TeamUpload)).scalar_one() == 0
    page = send(client, station, sheet(*rows[:2]))
    assert page.main.count("姓名和证件对不上，请核对。") == 2
    page = send(client, station, sheet(*rows[:2]))
    assert page.status == 429, "two more would be four within the hour"


def test_a_citizen_s_program_is_counted_with_its_owner(client, open_station, victim):
    station = open_station()
    holder = accounts.account()
    token = issue_account_token(actor=SYSTEM, at=now(), account_id=holder.id, label="小程序").token
    sent = body(station, victim)
    sent["person"]["name"] = "李秀英"
    answers = [client.api("POST", "/api/v1/registrations", sent, token=token) for _ in range(4)]
    assert [(page.status, page.json["code"]) for page in answers] == [(422, "person_mismatch")] * 3 + [
        (429, "too_many_mismatches")
    ]
    assert answers[-1].headers["Retry-After"] == "3600"
