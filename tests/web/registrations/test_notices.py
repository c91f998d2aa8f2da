"""The office's page of what was told, and its text to everybody registered: shown, asked once more, sent once."""

from __future__ import annotations

import pytest

from app.accounts.queries import phone_index
from app.core.permissions import Role
from app.notices.services.queue import send_texts
from tests.factories import accounts, activities, people, registrations
from tests.factories.texts import Recording, drained, gateway

pytestmark = pytest.mark.usefixtures("ctx")
TEXT = "早上有雨，请带伞"


@pytest.fixture
def station():
    people.notice()
    return activities.station()


@pytest.fixture
def somebody(station):
    found = accounts.account(phone="+8613812345678", phone_index=phone_index("+8613812345678"))
    registrations.registered(station, account_id=found.id)
    return found


def address(station) -> str:
    return f"/office/activities/{station.code}/notices"


@pytest.fixture
def office(client):
    client.login_as(accounts.staff(Role.EVENT_MANAGER))
    return client


def test_an_activity_without_people_says_so(office, station):
    page = office.get(address(station))
    assert "还没有通知过" in page.text
    assert "没有人可以通知" in page.text
    assert "下一步" not in page.text


def test_the_text_is_shown_with_its_reach_and_goes_out_after_a_second_yes(office, station, somebody):
    office.get(address(station))
    page = office.submit({"text": TEXT}, button="下一步：核对")
    assert "发给 1 处？" in page.text
    assert TEXT in page.text
    sender = Recording()
    with gateway(sender):
        drained()
        assert send_texts() == 0, "nothing before the second yes"
        office.get(address(station))
        office.submit({"text": TEXT}, button="下一步：核对")
        page = office.submit({}, button="发出")
        drained()
        assert send_texts() == 1
    assert "已发出" in str(page.flash)
    page = office.get(address(station))
    assert TEXT in page.text
    assert "13812345678" not in page.text
    assert "138****5678" not in page.text


def test_the_same_confirmation_sent_twice_tells_once(office, station, somebody):
    office.get(address(station))
    page = office.submit({"text": TEXT}, button="下一步：核对")
    token = page.soup.find("input", {"name": "token"})["value"]
    data = {"text": TEXT, "token": token, "step": "send"}
    office.post(address(station) + "/tell", data)
    page = office.post(address(station) + "/tell", data, status=409)
    assert "这条通知已经发出" in page.text


def test_what_is_too_long_keeps_what_was_typed(office, station, somebody):
    office.get(address(station))
    page = office.submit({"text": "雨" * 71}, button="下一步：核对", status=422)
    assert "一条短信最多 70 个字，现在 71 个" in page.text
    assert "雨" * 71 in page.text


def test_nothing_typed_asks_for_it(office, station, somebody):
    office.get(address(station))
    page = office.submit({"text": ""}, button="下一步：核对", status=422)
    assert "请填要通知的话" in page.text


def test_one_may_change_the_text_before_it_goes(office, station, somebody):
    office.get(address(station))
    office.submit({"text": TEXT}, button="下一步：核对")
    page = office.submit({}, button="改一改")
    assert TEXT in page.soup.find("textarea").text


def test_a_send_without_its_confirmation_only_shows_it_again(office, station, somebody):
    page = office.post(address(station) + "/tell", {"text": TEXT, "step": "send", "token": "x"}, status=200)
    assert "发给 1 处？" in page.text


def test_markup_in_a_text_is_text(office, station, somebody):
    office.get(address(station))
    page = office.submit({"text": "<script>x</script>"}, button="下一步：核对")
    assert "<script>x</script>" in page.text


def test_who_may_not_register_may_not_tell(client, station, somebody):
    client.login_as(accounts.staff(Role.VOLUNTEER_COORDINATOR))
    client.get(address(station), status=403)
    client.post(address(station) + "/tell", {"text": TEXT}, status=403)


def test_a_part_of_the_registered_is_named_before_it_is_told(office, station, somebody):
    office.get(address(station))
    page = office.submit({"text": TEXT, "who": "waitlisted"}, button="下一步：核对")
    assert "发给 0 处？" in page.text
    page = office.submit({}, button="发出", status=409)
    assert "没有人可以通知" in page.text
    office.get(address(station))
    page = office.submit({"text": TEXT, "who": "confirmed"}, button="下一步：核对")
    assert "已报上的" in page.text
    assert "已发出" in str(office.submit({}, button="发出").flash)


@pytest.mark.parametrize("sent", [{"who": "nobody"}, {"town": "no-town"}])
def test_an_audience_that_does_not_exist(office, station, somebody, sent):
    office.get(address(station))
    assert office.post(address(station) + "/tell", {"text": TEXT, **sent}, status=422).errors
