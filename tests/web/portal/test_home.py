"""The first page, the list, what they say of each activity."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest

from app.activities.services.life import pause
from app.audit.services import SYSTEM
from app.people.constants import ProofLevel
from tests.factories import activities, registrations, sessions
from tests.web.portal.conftest import enrolled, tie, walked

pytestmark = pytest.mark.usefixtures("clock", "notice")
DAY = timedelta(days=1)


def marks(page):
    return [" ".join(tag.get_text(" ").split()) for tag in page.soup.select(".x-cell__mark .x-badge")]


def test_without_anything_to_come_the_page_says_so(client):
    page = client.get("/")
    assert "最近没有活动" in page.main
    assert "/activities" in page.links


def test_the_next_station_is_the_largest_thing(client):
    station = activities.station()
    page = client.get("/")
    assert page.soup.select_one("#next").get_text() == page.soup.select_one(".x-section .x-cell__title").get_text()[:-4]
    assert "下一站，还有 2 天" in page.main
    assert "6月3日 星期一 8:00" in page.main
    assert "余 120 个名额" in page.main
    assert f"/activities/{station.code}/register" in page.links


@pytest.mark.parametrize(
    ("hours", "says"),
    [(30, "下一站，就在明天"), (5, "下一站，就在今天"), (-2, "正在进行")],
)
def test_how_long_until_then(client, clock, hours, says):
    activities.station(starts_at=clock.now + timedelta(hours=hours))
    assert says in client.get("/").main


def test_what_is_over_or_hidden_is_not_next(client, clock):
    activities.station(starts_at=clock.now - 2 * DAY, published=False)
    activities.station(published=False)
    assert "最近没有活动" in client.get("/").main


def test_each_activity_says_whether_one_can_sign_up(client, clock):
    activities.station()
    full = activities.station(capacity=1, hard_capacity=1)
    registrations.registered(full)
    registrations.registered(full, category="TZ")
    activities.station(window={"opens_at": clock.now + DAY, "closes_at": clock.now + 1.5 * DAY})
    activities.station(window={"opens_at": clock.now - 2 * DAY, "closes_at": clock.now - DAY})
    paused = activities.station()
    pause(activity_id=paused.id, version=None, actor=SYSTEM)
    found = marks(client.get("/activities"))
    assert sorted(found) == sorted(["余 120 个名额", "已满，可候补", "6月2日 8:00 开始报名", "报名已截止", "暂停报名"])


def test_one_s_own_state_stands_before_that(client):
    station = activities.station(capacity=1)
    holder = sessions.citizen(client)
    enrolled(holder, station)
    assert marks(client.get("/")) == ["已报名"]
    waiting = activities.station(capacity=1)
    registrations.registered(waiting)
    registrations.registered(waiting)
    enrolled(holder, waiting)
    assert "候补第 2 位" in marks(client.get("/"))


def test_a_family_is_counted(client):
    station = activities.station()
    holder = sessions.citizen(client)
    outcomes = [enrolled(holder, station) for _ in range(2)]
    assert marks(client.get("/")) == ["已报名 2 人"]
    assert f"/activities/{station.code}" in client.page.links
    assert outcomes[0].registration_id != outcomes[1].registration_id


def test_others_registrations_show_nowhere(client):
    station = activities.station()
    outcome = registrations.registered(station)
    holder = sessions.citizen(client)
    tie(holder, outcome.person_id, proof=ProofLevel.TYPED)
    assert marks(client.get("/")) == ["余 119 个名额"]


def test_a_finished_station_gives_its_seal(client, clock):
    season = activities.season()
    done = activities.station(starts_at=clock.now, season_id=season)
    activities.station(season_id=season)
    holder = sessions.citizen(client)
    outcome = enrolled(holder, done)
    page = client.get("/")
    assert "我的两站" in page.main
    assert not page.soup.select(".x-seal--earned")
    clock.shift(hours=2)
    walked(outcome, done, "S", "K4", "F")
    page = client.get("/")
    assert len(page.soup.select(".x-seal--earned")) == 1
    assert "已到 1 站" in page.main
    assert marks(page)[0] == "已完成"


def test_the_elder_s_page_is_ordered_by_use(client):
    season = activities.season()
    activities.station(season_id=season)
    activities.station(season_id=season)
    client.http.set_cookie("mode", "elder")
    page = client.get("/")
    order = [page.main.index(words) for words in ("出示我的码", "还有 120 个名额", "我报名的活动", "不会用？打电话")]
    assert order == sorted(order)
    assert "早上 8 点开始" in page.main
    assert not page.soup.select(".x-bar")
    assert "回到标准版" in page.text


def test_the_list_takes_the_same_statements_for_many(client, statements):
    holder = sessions.citizen(client)
    enrolled(holder, activities.station())
    client.get("/activities")
    with statements() as few:
        client.get("/activities")
    for _ in range(12):
        enrolled(holder, activities.station())
    with statements() as many:
        client.get("/activities")
    assert len(many) == len(few)


def test_past_activities_stand_below(client, clock):
    activities.station(starts_at=clock.now + timedelta(hours=1))
    clock.shift(days=2)
    page = client.get("/activities")
    assert "以前的活动" in page.main
    assert marks(page) == ["已结束"]


def test_a_citizen_s_page_is_light(client):
    """100 kB is for everything together; the build's style sheet and script have 60 of them."""
    season = activities.season()
    for _ in range(8):
        activities.station(season_id=season)
    for path in ("/", "/activities"):
        assert len(gzip.compress(client.get(path).data)) < 12_000


def test_english(client):
    activities.station()
    client.http.set_cookie("lang", "en")
    page = client.get("/")
    assert page.soup.html["lang"] == "en"
    assert "Mon" in page.main


def test_the_privacy_notice_and_the_telephone_are_public(client):
    assert "我们为组织活动收集" in client.get("/privacy").main
    assert any(link.startswith("tel:0632") for link in client.get("/help").links)


def test_the_bar_of_four_words(client):
    page = client.get("/activities")
    words = [tag.get_text() for tag in page.soup.select(".x-bottom li")]
    assert words == ["首页", "活动", "我的码", "我的"]
    assert page.soup.select_one(".x-bottom [aria-current=page]").get_text() == "活动"
