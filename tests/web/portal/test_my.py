"""What is mine: registrations, history, stamps, cancelling."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.core.db import db
from app.people.constants import ProofLevel
from app.registrations.models import Registration
from tests.factories import activities, people, registrations, sessions
from tests.web.portal.conftest import enrolled, tie, walked

pytestmark = pytest.mark.usefixtures("clock", "notice")


def states(station):
    db.session.rollback()
    rows = select(Registration.id, Registration.state).where(Registration.activity_id == station.id)
    return dict(db.session.execute(rows).all())


def test_an_empty_list_shows_the_way(client):
    sessions.citizen(client)
    page = client.get("/my")
    assert "还没有报名的活动" in page.main
    assert "/activities" in page.links


def test_without_a_sign_in_it_asks_for_one(client):
    assert client.get("/my", status=302).location == "/login?next=/my"


def test_registrations_to_come_and_history(client, clock):
    past = activities.station(starts_at=clock.now)
    coming = activities.station()
    holder = sessions.citizen(client)
    done, ahead = enrolled(holder, past), enrolled(holder, coming)
    clock.shift(hours=3)
    walked(done, past, "S", "K4", "F")
    clock.shift(hours=20)
    page = client.get("/my")
    order = [page.links.index(f"/my/registrations/{one.registration_id}") for one in (ahead, done)]
    assert order == sorted(order)
    assert "参加过的活动" in page.main
    assert "已完成" in page.main


def test_the_page_of_one_registration(client, clock):
    station = activities.station(starts_at=clock.now)
    outcome = enrolled(sessions.citizen(client), station, raw=people.raw_person(name="王德福"))
    address = f"/my/registrations/{outcome.registration_id}"
    page = client.get(address)
    for words in ("王德福", "A 0001", "体验组", "已报名", "取消报名"):
        assert words in page.main
    clock.shift(hours=1)
    walked(outcome, station, "S")
    page = client.get(address)
    assert "已签到" in page.main
    assert "取消报名" not in page.main


def test_somebody_else_s_is_not_there(client):
    station = activities.station()
    outcome = registrations.registered(station)
    sessions.citizen(client)
    theirs = client.get(f"/my/registrations/{outcome.registration_id}", status=404)
    nobody_s = client.get("/my/registrations/00000000-0000-0000-0000-000000000001", status=404)
    assert theirs.main == nobody_s.main
    client.post(f"/my/registrations/{outcome.registration_id}/cancel", status=404)
    assert set(states(station).values()) == {"confirmed"}


def test_an_unproven_person_s_registration_by_others_is_not_there(client):
    station = activities.station()
    outcome = registrations.registered(station)
    tie(sessions.citizen(client), outcome.person_id, proof=ProofLevel.TYPED)
    client.get(f"/my/registrations/{outcome.registration_id}", status=404)


def test_one_s_own_sending_for_an_unproven_person_shows_no_number(client):
    station = activities.station()
    holder = sessions.citizen(client)
    raw = people.raw_person(name="王德福")
    people.person(raw)
    outcome = registrations.registered(station, raw, account_id=holder.id)
    page = client.get(f"/my/registrations/{outcome.registration_id}")
    assert "A 0001" not in page.main
    assert "王德福" not in page.html
    assert "验证手机后看码和号码" in page.main


def test_cancelling_asks_once_and_gives_the_place_on(client):
    station = activities.station(capacity=1)
    outcome = enrolled(sessions.citizen(client), station, raw=people.raw_person(name="王德福"))
    waiting = registrations.registered(station)
    page = client.get(f"/my/registrations/{outcome.registration_id}/cancel")
    assert page.h1 == "取消王德福的报名？"
    assert "名额会让给候补。" in page.main
    assert states(station)[outcome.registration_id] == "confirmed"
    page = client.submit({})
    assert page.flash == ["已取消王德福的报名。"]
    assert "已取消" in page.main
    assert states(station) == {outcome.registration_id: "cancelled", waiting.registration_id: "confirmed"}
    assert client.get(f"/my/registrations/{outcome.registration_id}/cancel", status=302).location == (
        f"/my/registrations/{outcome.registration_id}"
    )


def test_who_has_checked_in_cannot_cancel(client, clock):
    station = activities.station(starts_at=clock.now)
    outcome = enrolled(sessions.citizen(client), station)
    clock.shift(hours=1)
    walked(outcome, station, "S")
    page = client.post(f"/my/registrations/{outcome.registration_id}/cancel")
    assert page.flash == ["已经签到，不能取消，请到服务台说明。"]
    assert states(station)[outcome.registration_id] == "confirmed"


def test_after_a_cancellation_one_can_sign_up_again(client):
    station = activities.station()
    holder = sessions.citizen(client)
    outcome = enrolled(holder, station)
    client.post(f"/my/registrations/{outcome.registration_id}/cancel")
    page = client.get(f"/activities/{station.code}/register")
    assert str(outcome.person_id) in page.html


def test_history_takes_the_same_statements_for_many(client, clock, statements):
    season = activities.season()
    holder = sessions.citizen(client)
    first = activities.station(season_id=season)
    outcome = enrolled(holder, first)
    activities.station(season_id=season)
    client.get("/my")
    with statements() as few:
        client.get("/my")
    for _ in range(10):
        station = activities.station(season_id=season)
        tie(holder, registrations.registered(station).person_id)
    with statements() as many:
        client.get("/my")
    assert len(many) == len(few)
    assert outcome.bib == "A0001"
