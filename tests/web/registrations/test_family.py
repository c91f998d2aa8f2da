"""Several people in one sending: tapped from the list, or typed one after the other."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.core.clock import now
from app.core.db import db
from app.core.transactions import act
from app.people.constants import ProofLevel, Relation
from app.people.services.persons import link
from app.registrations.models import Registration
from tests.factories import people, registrations, sessions
from tests.web.registrations.conftest import page_one, rows, sign_up, typed

pytestmark = pytest.mark.usefixtures("clock")


@act
def tie(holder, person_id, *, proof=ProofLevel.CREATED, relation=Relation.OTHER) -> None:
    link(account_id=holder.id, person_id=person_id, relation=relation, proof=proof, at=now())


@pytest.fixture
def family(client, ctx):
    """A citizen with a grandfather and a child on the list."""
    holder = sessions.citizen(client)
    grandfather = people.raw_person(name="王德福", birth=date(1955, 3, 12))
    child = people.child(name="王一诺", birth=date(2018, 5, 1))
    ids = [people.person(grandfather), people.person(child)]
    for person_id, relation in zip(ids, (Relation.PARENT, Relation.CHILD), strict=True):
        tie(holder, person_id, relation=relation)
    return ids


def choose(client, station, ids, **more):
    client.get(f"/activities/{station.code}/register")
    sent = {"people": [str(one) for one in ids], "consent_notice": "y", "consent_document": "y"}
    return client.submit(sent | more, button="下一步")


def test_the_family_is_tapped_and_sent_in_one_go(client, family, open_station):
    station = open_station()
    page = choose(client, station, family)
    assert page.h1 == "确认报名"
    assert "王德福" in page.main
    assert page.soup.select_one("#p1-guardian_name")["value"] == "王建国"
    page = client.submit({"p1-guardian_consent": "y", "consent_terms": "y"})
    assert page.h1 == "2 人都报上了。"
    db.session.rollback()
    bibs = db.session.execute(select(Registration.bib).where(Registration.activity_id == station.id)).scalars()
    assert sorted(bibs) == ["A0001", "A0002"]


def test_each_can_go_another_way(client, family, open_station):
    station = open_station()
    choose(client, station, family)
    page = client.submit(
        {"p0-category": str(station.categories["TZ"]), "p1-guardian_consent": "y", "consent_terms": "y"}
    )
    assert page.h1 == "2 人都报上了。"
    assert "挑战组 18 km" in page.main
    assert "体验组 8 km" in page.main


def test_one_who_cannot_keeps_the_others_waiting(client, family, open_station):
    """All of them or nobody: half a family at the start is no use."""
    station = open_station()
    choose(client, station, family)
    hard = str(station.categories["TZ"])
    page = client.submit({"p1-category": hard, "p1-guardian_consent": "y", "consent_terms": "y"}, status=422)
    assert any("挑战组要满16岁。" in error for error in page.errors)
    assert page.soup.select_one("#p1-category option[selected]")["value"] == hard
    assert rows(station) == 0


def test_somebody_else_s_person_cannot_be_chosen(client, family, open_station):
    station = open_station()
    stranger = people.person()
    page = choose(client, station, [stranger])
    assert page.status == 422
    assert rows(station) == 0


def test_an_unproven_person_is_no_chip(client, family, open_station):
    holder = sessions.citizen(client)
    unproven = people.person(name="赵文静")
    tie(holder, unproven, proof=ProofLevel.TYPED)
    page = client.get(f"/activities/{open_station().code}/register")
    assert str(unproven) not in page.html
    assert "赵文静" not in page.html


def test_who_is_registered_already_is_no_chip_but_told(client, family, open_station):
    station = open_station()
    choose(client, station, family[:1])
    client.submit({"consent_terms": "y"})
    page = client.get(f"/activities/{station.code}/register")
    assert "王德福已经报过" in page.main
    assert [tag["value"] for tag in page.soup.select("input[name=people]")] == [str(family[1])]


def test_typed_one_after_the_other(visitor, open_station):
    station = open_station()
    visitor.get(f"/activities/{station.code}/register")
    first, second = people.raw_person(), people.raw_person()
    page = visitor.submit(typed(first), button="再加一位")
    assert page.flash == [f"已加上{first.name}，再填一位。"]
    assert page.soup.select_one("#name")["value"] == ""
    page = visitor.submit(typed(second, relation="spouse"), button="下一步")
    assert {first.name, second.name} <= {tag.get_text() for tag in page.soup.select("main h2")}
    assert visitor.submit({"consent_terms": "y"}).h1 == "2 人都报上了。"


def test_a_typed_person_can_be_dropped_again(visitor, open_station):
    station = open_station()
    visitor.get(f"/activities/{station.code}/register")
    first = people.raw_person()
    visitor.submit(typed(first), button="再加一位")
    page = visitor.submit({}, button=first.name)
    assert first.name not in page.main


def test_the_same_person_twice_is_refused(visitor, open_station):
    station = open_station()
    visitor.get(f"/activities/{station.code}/register")
    raw = people.raw_person()
    visitor.submit(typed(raw), button="再加一位")
    visitor.submit(typed(raw), button="下一步")
    page = visitor.submit({"consent_terms": "y"})
    assert f"{raw.name} 填了两次，请删去一行。" in page.main
    assert rows(station) == 0


def test_a_family_has_its_limit(visitor, open_station):
    station = open_station()
    for _ in range(8):
        visitor.get(f"/activities/{station.code}/register?more=1")
        visitor.submit(typed(people.raw_person()), button="再加一位")
    visitor.get(f"/activities/{station.code}/register?more=1")
    page = visitor.submit(typed(people.raw_person()), button="下一步", status=422)
    assert "一次最多报 8 位，人多请用团体报名。" in page.main


def test_part_of_a_family_waits_when_places_end(client, family, open_station):
    station = open_station(capacity=2)
    registrations.registered(station)
    choose(client, station, family)
    page = client.submit({"p1-guardian_consent": "y", "consent_terms": "y"})
    assert page.h1 == "2 人的报名收到了。"
    assert "已排候补第 1 位" in page.main


def test_the_statements_do_not_grow_with_the_family(client, family, open_station, statements):
    station = open_station()
    client.get(f"/activities/{station.code}/register")
    with statements() as few:
        client.get(f"/activities/{station.code}/register")
    holder = sessions.citizen(client)
    for _ in range(8):
        tie(holder, people.person())
    with statements() as many:
        client.get(f"/activities/{station.code}/register")
    assert len(many) <= len(few)


def test_a_first_sign_up_fills_the_list(visitor, open_station):
    sign_up(visitor, open_station())
    page = visitor.get("/my/family")
    assert "已验证" in page.main


def test_page_two_without_page_one_leads_back(visitor, open_station):
    station = open_station()
    page = visitor.get(f"/activities/{station.code}/register/confirm", status=302)
    assert page.location == f"/activities/{station.code}/register"
    page_one(visitor, station)
    assert visitor.get(f"/activities/{station.code}/register/confirm").h1 == "确认报名"
