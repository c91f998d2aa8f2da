"""The office's page of what was told, and its text to everybody registered: shown, asked once more, sent once."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.queries import phone_index
from app.audit.services import SYSTEM
from app.core.clock import local, now
from app.core.db import db
from app.core.errors import Conflict
from app.core.ids import uuid7
from app.core.permissions import Role
from app.notices.models import NoticeText
from app.notices.queries import inbox
from app.notices.services.again import send_again, wipe_given_up
from app.notices.services.queue import limits, send_texts, use_limits
from app.registrations.queries.told import events_of, told_page
from app.registrations.services.telling import tell_registered
from tests.factories import accounts, activities, people, registrations, volunteers
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
    page = office.submit({"text": TEXT, "who": "waitlisted"}, button="下一步：核对", status=409)
    assert "这样选没有人可以通知" in page.text
    assert TEXT in page.soup.find("textarea").text
    office.get(address(station))
    page = office.submit({"text": TEXT, "who": "confirmed"}, button="下一步：核对")
    assert "已报上的" in page.text
    assert "已发出" in str(office.submit({}, button="发出").flash)


@pytest.mark.parametrize("sent", [{"who": "nobody"}, {"town": "no-town"}])
def test_an_audience_that_does_not_exist(office, station, somebody, sent):
    office.get(address(station))
    assert office.post(address(station) + "/tell", {"text": TEXT, **sent}, status=422).errors


# --------------------------------------------------------------------------- templates


class TestTemplates:
    """Words to begin with: filled with the activity's facts, edited like any other text."""

    def test_a_template_is_filled_in_and_may_be_edited(self, office, station, somebody):
        office.get(address(station))
        page = office.submit({"template": "rain", "text": ""}, button="填入模板")
        words = page.soup.find("textarea").text
        assert "徐庄镇文化广场" in words
        assert "{" not in words
        page = office.submit({"text": words.strip() + "带伞"}, button="下一步：核对")
        assert "带伞" in page.text

    def test_a_blank_that_was_left_is_asked_for(self, office, station, somebody):
        office.get(address(station))
        page = office.submit({"template": "later"}, button="填入模板")
        assert "{几点}" in page.soup.find("textarea").text
        page = office.submit({}, button="下一步：核对", status=422)
        assert "“{几点}”还没填" in page.text
        assert "{几点}" in page.soup.find("textarea").text, "what was typed stays"

    def test_none_chosen_keeps_the_words(self, office, station, somebody):
        office.get(address(station))
        page = office.submit({"text": TEXT}, button="填入模板", status=422)
        assert "请先选一个模板" in page.text
        assert TEXT in page.soup.find("textarea").text

    def test_one_that_does_not_exist(self, office, station, somebody):
        page = office.post(
            address(station) + "/tell", {"text": TEXT, "template": "../x", "step": "template"}, status=422
        )
        assert "请先选一个模板" in page.text


# --------------------------------------------------------------------------- night


@pytest.fixture
def quiet():
    """Quiet hours all around now, so that it is night."""
    before, here = limits(), local(now())
    begin, end = (here - timedelta(hours=1)).time(), (here + timedelta(hours=1)).time()
    use_limits(replace(before, quiet=(begin.replace(microsecond=0), time(end.hour, end.minute))))
    yield
    use_limits(before)


def test_at_night_the_page_says_when_the_texts_go(office, station, somebody, quiet):
    office.get(address(station))
    page = office.submit({"text": TEXT}, button="下一步：核对")
    assert "现在是夜里" in page.text
    office.get(address(station))
    page = office.submit({"text": TEXT, "urgent": "y"}, button="下一步：核对")
    assert "现在是夜里" not in page.text


def test_what_is_urgent_goes_at_night_and_nothing_else(office, station, somebody, quiet):
    for data, texts in (({}, 0), ({"urgent": "y"}, 1)):
        office.get(address(station))
        office.submit({"text": TEXT, **data}, button="下一步：核对")
        office.submit({}, button="发出")
        sender = Recording()
        with gateway(sender):
            drained()
            send_texts()
        assert len(sender.texts) == texts, data


def test_a_long_activity_name_is_counted_as_two_texts(office, somebody, station):
    office.get(address(station))
    page = office.submit({"text": "雨" * 70}, button="下一步：核对")
    assert "按 2 条计费" in page.text


# --------------------------------------------------------------------------- volunteers


def test_volunteers_are_an_audience_too(office, station, somebody):
    office.get(address(station))
    page = office.submit({"text": TEXT, "who": "volunteers"}, button="下一步：核对", status=409)
    assert "还没有安排好的志愿者" in page.text
    page = office.post(
        address(station) + "/tell", {"text": TEXT, "who": "volunteers", "town": str(people.organisation())}, status=409
    )
    assert "志愿者不分镇街" in page.text


def test_who_is_on_a_shift_is_counted_told_and_listed(office, station):
    shift = volunteers.add_shift(station)
    account_id, _person = volunteers.assigned(station, shift)
    volunteers.offered(station, shift)
    office.get(address(station))
    registrations.registered(station)
    office.get(address(station))
    page = office.submit({"text": TEXT, "who": "volunteers"}, button="下一步：核对")
    assert "发给 1 处？" in page.text
    office.submit({}, button="发出")
    drained()
    assert TEXT in str([one.params for one in inbox(account_id).letters])
    office.get(address(station))
    page = follow(office, "谁收到了")
    assert "未读" in page.text


# --------------------------------------------------------------------------- what became of it


def gave_up(station) -> None:
    """The office's text went out to nobody: the gateway refused it to the end."""
    tell_registered(activity_id=station.id, text=TEXT, token=uuid7(), actor=SYSTEM)
    sender, before = Recording(), limits()
    sender.fails = 99
    use_limits(replace(before, tries=1))
    with gateway(sender):
        drained()
        send_texts()
    use_limits(before)


def follow(client, words: str):
    """Go where a link of the page that is open leads."""
    link = next(one for one in client.page.soup.find_all("a") if words in one.text)
    return client.get(link["href"])


class TestRecipients:
    """One event for each whom it was told; what was given up goes once more."""

    def test_each_stands_there_masked(self, office, station, somebody):
        gave_up(station)
        office.get(address(station))
        page = follow(office, "谁收到了")
        assert "138****5678" in page.text
        assert "13812345678" not in page.text
        assert "没发成" in page.text
        assert "未读" in page.text

    def test_what_was_given_up_is_sent_again_once(self, office, station, somebody):
        gave_up(station)
        office.get(address(station))
        follow(office, "谁收到了")
        page = office.submit({}, button="重发 1 条没发成的")
        assert "1 条短信已重新排队" in str(page.flash)
        sender = Recording()
        with gateway(sender):
            send_texts()
        assert [phone for phone, _text in sender.texts] == ["+8613812345678"]
        page = office.get(address(station))
        page = follow(office, "谁收到了")
        assert "重发" not in page.text.replace("不能重发", "")
        event = page.url.split("event=")[1].replace("%3A", ":")
        page = office.post(address(station) + "/again", {"event": event})
        assert "没有可以重发的短信" in page.text
        db_left = db.session.execute(select(func.count()).where(NoticeText.state == "waiting")).scalar_one()
        assert db_left == 0, "asked twice, sent once"

    def test_what_is_of_no_use_any_more_is_wiped_and_not_sent(self, office, station, somebody, clock):
        gave_up(station)
        clock.shift(days=4)
        assert wipe_given_up(at=now()) == 1
        assert wipe_given_up(at=now()) == 0
        row = db.session.execute(select(NoticeText.phone, NoticeText.body)).one()
        assert (row.phone, row.body) == (None, None)
        with pytest.raises(Conflict) as refused:
            send_again(scope_id=station.id, key=db.session.execute(select(NoticeText.key)).scalar_one(), actor=SYSTEM)
        assert refused.value.code == "nothing_to_send"

    def test_only_what_failed(self, office, station, somebody):
        tell_registered(activity_id=station.id, text=TEXT, token=uuid7(), actor=SYSTEM)
        drained()
        office.get(address(station))
        follow(office, "谁收到了")
        page = follow(office, "只看没发成的")
        assert "没有没发成的" in page.text
        assert "138****5678" in follow(office, "看全部").text

    def test_who_has_a_phone_and_no_account(self, office, station):
        registrations.registered(station)
        tell_registered(activity_id=station.id, text=TEXT, token=uuid7(), actor=SYSTEM)
        drained()
        office.get(address(station))
        page = follow(office, "谁收到了")
        assert "没有账号" in page.text
        assert "待发" in page.text

    @pytest.mark.parametrize("event", ["nothing", "x" * 5000, "office:%00"])
    def test_an_event_that_never_was(self, office, station, event):
        office.get(f"{address(station)}/recipients?event={event}", status=404)
        office.post(address(station) + "/again", {"event": event}, status=404)

    def test_of_another_activity(self, office, station, somebody):
        gave_up(station)
        key = db.session.execute(select(NoticeText.key)).scalar_one()
        office.get(f"{address(activities.station())}/recipients?event={key}", status=404)

    def test_it_is_not_for_everybody(self, client, station, somebody):
        client.login_as(accounts.staff(Role.VOLUNTEER_COORDINATOR))
        client.get(address(station) + "/recipients?event=x", status=403)
        client.post(address(station) + "/again", {"event": "x"}, status=403)

    def test_it_costs_the_same_for_many(self, office, station, statements):
        counts = []
        for _ in range(2):
            for _n in range(5):
                registrations.registered(station)
            tell_registered(activity_id=station.id, text=TEXT, token=uuid7(), actor=SYSTEM)
            drained()
            key = events_of(station.id)[0].key
            with statements() as seen:
                told_page(station.id, key)
            counts.append(len(seen))
        assert counts[0] == counts[1]
