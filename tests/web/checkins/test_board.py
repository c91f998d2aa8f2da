"""The day's board, and closing while phones still hold scans."""

from __future__ import annotations

import pytest

from app.activities.queries import activity_by_ref
from app.audit.services import SYSTEM
from app.checkins.queries.board import forget_boards
from app.checkins.rules.state import DeviceState
from app.checkins.services.devices import revoke_device
from app.checkins.services.record import record_scans
from app.checkins.services.states import report_state
from app.core.clock import now
from app.core.db import db
from app.core.ids import uuid7
from app.core.permissions import Role
from tests.factories import accounts, activities, devices, registrations

pytestmark = pytest.mark.usefixtures("ctx", "clock")


@pytest.fixture
def walk(ctx, clock):
    return activities.station(starts_at=now() + activities.HOUR / 2)


@pytest.fixture
def office(client):
    return client.login_as(accounts.staff(Role.EVENT_MANAGER))


def say(phone, **word):
    report_state(device=phone.ref, state=DeviceState(**word), at=now())


def board(office, walk, part=""):
    forget_boards()
    return office.get(f"/office/activities/{walk.code}/board{part}")


def status(walk):
    db.session.rollback()
    return activity_by_ref(walk.code).status


def test_an_empty_day_says_what_comes_next(office, walk):
    page = board(office, walk)
    assert "还没有手机加入" in page.main
    assert "最近 15 分钟没有扫码。" in page.main


def test_it_shows_people_pace_and_who_holds_what(office, walk, clock):
    phone, full = devices.device(walk, "张敏"), devices.device(walk, "刘洋")
    for _ in range(3):
        one = registrations.registered(walk)
        item = {"id": str(uuid7()), "bib": one.bib, "checkpoint": "S", "scanned_at": now().isoformat()}
        record_scans(device=phone.ref, items=[item])
        clock.shift(minutes=2)
    say(full, queue=23, oldest=now())
    for part in ("", "/live"):
        page = board(office, walk, part)
        assert "说还有 23 条未传" in page.text
        assert "1 台手机还有 23 条没传" in page.text
        assert "最近 15 分钟共 3 次" in page.text
        assert page.text.index("刘洋") < page.text.index("张敏"), "who holds something stands first"
    assert page.soup.select_one("#board")["hx-trigger"] == "every 10s"


def test_a_phone_that_fell_silent_is_marked_in_words(office, walk, clock):
    say(devices.device(walk, "张敏"), queue=0)
    assert "没联系" not in board(office, walk).soup.select_one("#board table:last-of-type").text
    clock.shift(minutes=6)
    assert "超过 5 分钟没联系" in board(office, walk).main


def test_the_board_takes_as_many_statements_for_many_phones_as_for_few(office, walk, statements):
    counted = []
    for many in (1, 30):
        for n in range(many):
            say(devices.device(walk, f"手机 {n}"), queue=n)
        board(office, walk)
        with statements() as seen:
            board(office, walk)
        counted.append(len(seen))
    assert counted[0] == counted[1]


def test_without_unsent_scans_closing_asks_once(office, walk, clock):
    say(devices.device(walk), queue=0)
    clock.shift(hours=3)
    office.login_as(accounts.staff(Role.EVENT_MANAGER))
    office.get(f"/office/activities/{walk.code}/steps/finish", follow=True)
    page = office.submit(form="form[action$='/closing']")
    assert "活动已结束。" in page.flash
    assert status(walk) == "finished"


def test_with_unsent_scans_it_asks_twice_and_names_them(office, walk, clock):
    phone = devices.device(walk, "张敏")
    clock.shift(hours=3)
    office.login_as(accounts.staff(Role.EVENT_MANAGER))
    say(phone, queue=23)
    page = office.get(f"/office/activities/{walk.code}/closing")
    assert "张敏" in page.main
    page = office.submit(form="form[action$='/closing']", status=409)
    assert "再问一次" in page.main
    assert status(walk) == "published"
    page = office.submit(form="form[action$='/closing']", button="仍然结束")
    assert "活动已结束。" in page.flash
    assert status(walk) == "finished"


def test_a_phone_that_fills_between_the_questions_is_asked_about(office, walk, clock):
    first, second = devices.device(walk, "张敏"), devices.device(walk, "刘洋")
    clock.shift(hours=3)
    office.login_as(accounts.staff(Role.EVENT_MANAGER))
    say(first, queue=2)
    office.get(f"/office/activities/{walk.code}/closing")
    office.submit(form="form[action$='/closing']", status=409)
    say(second, queue=5)
    page = office.submit(form="form[action$='/closing']", status=409)
    assert "刘洋" in page.main
    assert status(walk) == "published"


def test_a_revoked_phone_that_holds_scans_is_named_too(office, walk, clock):
    phone = devices.device(walk, "张敏")
    say(phone, queue=2)
    revoke_device(activity_id=walk.id, device_id=phone.ref.id, actor=SYSTEM)
    assert "张敏" in office.get(f"/office/activities/{walk.code}/closing").main


def test_scans_that_come_after_the_closing_are_taken(office, walk, clock):
    phone, one = devices.device(walk), registrations.registered(walk)
    at = now()
    clock.shift(hours=3)
    office.login_as(accounts.staff(Role.EVENT_MANAGER))
    office.get(f"/office/activities/{walk.code}/closing")
    office.submit(form="form[action$='/closing']")
    item = {"id": str(uuid7()), "bib": one.bib, "checkpoint": "S", "scanned_at": at.isoformat()}
    assert record_scans(device=phone.ref, items=[item])[0].verdict == "accepted"


def test_somebody_else_changed_the_activity_meanwhile(office, walk, clock):
    clock.shift(hours=3)
    office.login_as(accounts.staff(Role.EVENT_MANAGER))
    office.get(f"/office/activities/{walk.code}/closing")
    page = office.submit({"version": "1"}, form="form[action$='/closing']")
    assert "刚被别人改过" in page.flash[0]
    assert status(walk) == "published"


def test_the_coordinator_watches_but_does_not_close(client, walk):
    client.login_as(accounts.staff(Role.VOLUNTEER_COORDINATOR))
    page = board(client, walk)
    assert "结束活动" not in page.main
    client.get(f"/office/activities/{walk.code}/closing", status=403)
