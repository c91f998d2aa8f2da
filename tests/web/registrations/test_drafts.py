"""What is typed stays: after a mistake, on another day, after the session has ended."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.accounts.services import raise_epoch
from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.registrations.models import Draft
from tests.factories import people, sessions
from tests.web.registrations.conftest import page_one, typed

pytestmark = pytest.mark.usefixtures("clock")
NUMBER = "370499198503120033"


def value(page, name):
    return page.soup.select_one(f"[name={name}]").get("value")


def kept(station):
    db.session.rollback()
    return db.session.execute(select(Draft.body).where(Draft.activity_id == station.id)).scalar_one_or_none()


def test_a_draft_comes_back_on_another_day(visitor, open_station, clock):
    station = open_station()
    page_one(visitor, station, name="王德福", document_number="37049919850312")
    clock.shift(hours=20)
    page = visitor.get(f"/activities/{station.code}/register")
    assert value(page, "name") == "王德福"
    assert value(page, "document_number") == "37049919850312"


def test_after_seven_days_it_is_forgotten(visitor, open_station, clock):
    station = open_station(starts_at=clock.now.replace(month=7))
    page_one(visitor, station, name="王德福", document_number="3704")
    clock.shift(days=7, seconds=1)
    assert value(visitor.get(f"/activities/{station.code}/register"), "name") in {"", None}


def test_it_is_sealed(visitor, open_station):
    station = open_station()
    page_one(visitor, station, name="王德福", document_number="3704")
    raw = db.session.connection().exec_driver_sql("SELECT body FROM registration_draft").scalar_one()
    assert "王德福".encode() not in bytes(raw)


def test_it_is_the_account_s_own(visitor, open_station, client):
    station = open_station()
    page_one(visitor, station, name="王德福", document_number="3704")
    other = client.another()
    sessions.citizen(other)
    assert "王德福" not in other.get(f"/activities/{station.code}/register").html


def test_nothing_about_a_person_is_kept_before_the_notice_is_accepted(visitor, open_station):
    station = open_station()
    page_one(visitor, station, name="王德福", consent_notice=None)
    assert "王德福" not in (kept(station) or "")


def test_no_document_number_is_kept_before_its_own_box_is_ticked(visitor, open_station):
    station = open_station()
    page_one(visitor, station, name="王德福", document_number=NUMBER, consent_document=None)
    assert "王德福" in kept(station)
    assert NUMBER not in kept(station)


def test_the_page_sends_its_draft_by_itself(visitor, open_station):
    station = open_station()
    visitor.get(f"/activities/{station.code}/register")
    url = str(visitor.page.form()["data-draft-url"])
    answer = visitor.post(url, typed(people.raw_person(name="王德福"), document_number="3704"))
    assert answer.status == 204
    assert value(visitor.get(f"/activities/{station.code}/register"), "name") == "王德福"


def test_page_two_keeps_its_draft_too(visitor, open_station):
    station = open_station()
    page_one(visitor, station, people.raw_person(birth=date(2020, 1, 1)))
    url = str(visitor.page.form()["data-draft-url"])
    assert visitor.post(url, {"p0-guardian_name": "王建国"}).status == 204
    page = visitor.get(f"/activities/{station.code}/register/confirm")
    assert value(page, "p0-guardian_name") == "王建国"


def test_a_draft_needs_an_account(client, open_station):
    station = open_station()
    page = client.post(f"/activities/{station.code}/register/draft", typed(people.raw_person()), follow=False)
    assert page.location == "/login"
    assert kept(station) is None


def test_what_is_sent_after_the_session_has_ended_comes_back_after_the_login(client, open_station):
    station = open_station()
    holder = sessions.citizen(client)
    client.get(f"/activities/{station.code}/register")
    sent = typed(people.raw_person(name="王德福"), document_number="3704")
    raise_epoch(actor=SYSTEM, at=now(), account_id=holder.id)
    page = client.submit(sent, button="下一步", follow=False)
    assert page.location == f"/login?next=/activities/{station.code}/register"
    cookie = next(one for one in page.cookies if one.startswith("typed="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "王德福" not in cookie
    db.session.rollback()
    db.session.refresh(db.session.merge(holder))
    sessions.sign_in(client, db.session.get(type(holder), holder.id))
    page = client.get(f"/activities/{station.code}/register")
    assert value(page, "name") == "王德福"
    assert value(page, "document_number") == "3704"
    assert any("typed=;" in one for one in page.cookies)


def test_a_cookie_of_somebody_s_making_is_no_draft(visitor, open_station):
    station = open_station()
    visitor.http.set_cookie("typed", "bm9uc2Vuc2U=", path=f"/activities/{station.code}/register")
    assert value(visitor.get(f"/activities/{station.code}/register"), "name") in {"", None}
