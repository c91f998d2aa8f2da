"""The code on a hall's screen: it changes every 30 seconds, and leads through sign-in."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from app.activities.models import Checkpoint
from app.checkins.models import CheckIn
from app.checkins.rules.screen import is_shown, screen_code, seen_at, was_seen
from app.core.clock import now
from app.core.db import db
from app.core.ids import uuid7
from app.core.permissions import Role
from app.core.transactions import act
from app.people.constants import ProofLevel, Relation
from app.people.services.persons import link
from app.registrations.constants import Source
from tests.factories.accounts import account, staff
from tests.factories.activities import HOUR, Station, station
from tests.factories.registrations import registered

pytestmark = pytest.mark.usefixtures("ctx", "clock")


@pytest.fixture
def walk() -> Station:
    """Its paper posters are off: the screen works all the same."""
    return station(starts_at=now() + HOUR / 2)


@act
def enrol(walk: Station, account_id):
    found = registered(walk, source=Source.OFFICE)
    link(
        account_id=account_id,
        person_id=found.person_id,
        relation=Relation.SELF,
        proof=ProofLevel.PHONE_CODE,
        at=now(),
    )
    return found


def code_of(walk: Station) -> str:
    return db.session.execute(
        select(Checkpoint.poster_code).where(Checkpoint.activity_id == walk.id, Checkpoint.id == walk.start)
    ).scalar_one()


def address(walk: Station) -> str:
    return f"/c/{code_of(walk)}/{screen_code(walk.start, now())}"


def count(walk: Station) -> int:
    db.session.rollback()
    return db.session.execute(
        select(func.count()).select_from(CheckIn).where(CheckIn.activity_id == walk.id)
    ).scalar_one()


def test_a_code_is_good_for_its_half_minute_and_the_next(clock):
    point, code = uuid7(), screen_code(uuid7(), now())
    code = screen_code(point, now())
    assert is_shown(point, code, now())
    clock.shift(seconds=30)
    assert screen_code(point, now()) != code
    assert is_shown(point, code, now())
    clock.shift(seconds=30)
    assert not is_shown(point, code, now())
    assert not is_shown(uuid7(), screen_code(point, now()), now())


def test_the_word_that_one_stood_there_lasts_ten_minutes(clock):
    point = uuid7()
    word = seen_at(point, now())
    assert was_seen(point, word, now())
    assert not was_seen(uuid7(), word, now())
    assert not was_seen(point, word[:-4] + "AAAA", now())
    assert not was_seen(point, "nonsense", now())
    assert not was_seen(point, "签", now())
    clock.shift(minutes=11)
    assert not was_seen(point, word, now())


def test_whoever_reads_the_screen_checks_in_though_paper_is_off(client, walk):
    mine = account()
    client.login_as(mine)
    enrol(walk, mine.id)
    page = client.get(address(walk), follow=True)
    assert page.h1 == "起点"
    assert client.submit(button="签到", status=200).h1 == "通过"
    assert count(walk) == 1


def test_a_stranger_keeps_the_word_through_sign_in(client, walk):
    page = client.get(address(walk), status=302)
    assert "seen=" in page.location
    page = client.get(page.location, status=302)
    assert re.match(r"/login\?next=.*seen", page.location)


def test_a_photograph_of_yesterday_leads_nowhere(client, walk, clock):
    old = address(walk)
    clock.shift(minutes=2)
    page = client.get(old, status=410)
    assert page.h1 == "这个码已经换了"


def test_without_the_screen_s_word_nothing_is_recorded(client, walk):
    mine = account()
    client.login_as(mine)
    found = enrol(walk, mine.id)
    assert client.get(f"/c/{code_of(walk)}").h1 == "这里没有开放自助签到。"
    client.post(f"/c/{code_of(walk)}", {"registration": str(found.registration_id), "seen": "x"}, status=409)
    assert count(walk) == 0


def test_the_page_for_the_screen_renews_itself_and_asks_nobody_else(client, walk):
    client.login_as(staff(Role.VOLUNTEER_COORDINATOR))
    page = client.get(f"/office/activities/{walk.code}/screen/S")
    assert page.soup.select_one("#screen")["hx-trigger"] == "every 10s"
    assert page.soup.select_one("#screen svg path")["d"]
    client.get(f"/office/activities/{walk.code}/screen/NOWHERE", status=404)
