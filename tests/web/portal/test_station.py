"""The public page of one activity."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta

import pytest
from icalendar import Calendar

from app.activities.rules.route import route_of
from app.activities.services.life import cancel as call_off
from app.activities.services.life import finish, pause
from app.activities.services.routes_gpx import set_route
from app.audit.services import SYSTEM
from app.core.permissions import Role
from app.settings.constants import Key
from app.settings.services import save_settings
from tests.factories import accounts, activities, registrations, sessions
from tests.web.portal.conftest import enrolled

pytestmark = pytest.mark.usefixtures("clock", "notice")


def bar(page):
    return " ".join(page.soup.select_one(".x-act").get_text(" ").split()) if page.soup.select(".x-act") else ""


def gpx(points=400):
    """A winding way of some 20 km with heights."""
    rows = "".join(
        f'<trkpt lat="{35 + n * 0.00045:.6f}" lon="{117.3 + (n % 7) * 0.0004:.6f}"><ele>{100 + n % 50}</ele></trkpt>'
        for n in range(points)
    )
    return f'<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1"><trk><trkseg>{rows}</trkseg></trk></gpx>'.encode()


def draw(station):
    body = gpx()
    set_route(activity_id=station.id, version=None, gpx=body, route=route_of(body), actor=SYSTEM)


def test_when_where_groups_rules(client):
    station = activities.station(season_id=activities.season())
    page = client.get(f"/activities/{station.code}")
    for words in (
        "相约星期六·悦跑新山亭",
        "第 1 站",
        "6月3日 星期一 8:00",
        "7:00 开始签到，17:00 结束",
        "徐庄镇文化广场",
        "体验组 8 km",
        "余 100",
        "16—75 岁",
        "请按自己的身体情况选择组别",
    ):
        assert words in page.main
    assert bar(page).startswith("余 120")
    assert f"/activities/{station.code}/register" in page.links


def test_an_id_leads_there_too(client):
    station = activities.station()
    assert client.get(f"/activities/{station.id}").h1 == client.get(f"/activities/{station.code}").h1


def test_a_full_one_offers_the_queue(client):
    station = activities.station(capacity=1, hard_capacity=1)
    for category in ("TY", "TZ", "TY"):
        registrations.registered(station, category=category)
    page = client.get(f"/activities/{station.code}")
    assert bar(page).startswith("可候补")
    assert "现有 1 人候补" in page.main


@pytest.mark.parametrize(
    ("window", "says"),
    [
        ({"opens": 1}, "6月2日 8:00 开始报名 还没开始"),
        ({"closes": -1}, "可到现场服务台问一问 报名已截止"),
    ],
)
def test_the_bar_says_why_not(client, clock, window, says):
    station = activities.station(
        window={
            "opens_at": clock.now + timedelta(days=window.get("opens", -7)),
            "closes_at": clock.now + timedelta(days=window.get("closes", 1.5)),
        }
    )
    page = client.get(f"/activities/{station.code}")
    assert bar(page) == says
    assert page.soup.select_one(".x-act button").has_attr("disabled")


def test_paused(client):
    station = activities.station()
    pause(activity_id=station.id, version=None, actor=SYSTEM)
    assert "报名暂停" in bar(client.get(f"/activities/{station.code}"))


def test_over(client, clock):
    station = activities.station(starts_at=clock.now)
    clock.shift(hours=1)
    finish(activity_id=station.id, version=None, actor=SYSTEM)
    page = client.get(f"/activities/{station.code}")
    assert bar(page) == ""
    assert f"/activities/{station.code}/register" not in page.links


def test_my_state_stands_there(client):
    station = activities.station()
    outcome = enrolled(sessions.citizen(client), station)
    page = client.get(f"/activities/{station.code}")
    assert f"/my/registrations/{outcome.registration_id}" in page.links
    assert "体验组 A 0001" in page.main
    assert "再给家人报名" in bar(page)


def test_drafts_and_strangers_look_the_same(client):
    hidden = activities.station(published=False)
    here = client.get(f"/activities/{hidden.code}", status=404)
    nowhere = client.get("/activities/nowhere", status=404)
    assert here.main == nowhere.main
    client.get(f"/activities/{hidden.code}/calendar.ics", status=404)


def test_what_was_called_off_is_shown_to_those_registered_alone(client):
    station = activities.station()
    holder = sessions.citizen(client)
    enrolled(holder, station)
    call_off(activity_id=station.id, version=None, actor=SYSTEM)
    assert "这次活动已取消。" in client.get(f"/activities/{station.code}").main
    assert "STATUS:CANCELLED" in client.get(f"/activities/{station.code}/calendar.ics").data.decode()
    other = client.another()
    other.get(f"/activities/{station.code}", status=404)
    sessions.citizen(other)
    other.get(f"/activities/{station.code}", status=404)


def test_the_route_is_drawn_with_both_ways(client):
    station = activities.station()
    page = client.get(f"/activities/{station.code}")
    assert not page.soup.select(".x-route")
    draw(station)
    page = client.get(f"/activities/{station.code}")
    paths = [tag["d"] for tag in page.soup.select(".x-route__map path")]
    assert len(paths) == 2
    assert all(path.startswith("M") for path in paths)
    assert "体验组 8 km" in page.soup.select_one(".x-route figcaption").get_text()
    assert "挑战组再走 10 km" in page.main
    assert page.soup.select(".x-route__height .x-route__ridge, .x-route__height .x-route__line--thin")


def test_the_page_stays_light_with_a_route(client):
    station = activities.station()
    draw(station)
    assert len(gzip.compress(client.get(f"/activities/{station.code}").data)) < 16_000


def test_the_calendar_file(client):
    station = activities.station()
    answer = client.get(f"/activities/{station.code}/calendar.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = Calendar.from_ical(answer.data.decode()).walk("VEVENT")
    assert event["location"].startswith("徐庄镇文化广场")
    assert event["dtstart"].dt == station.starts_at
    assert event["url"].endswith(f"/activities/{station.code}")


def test_names_are_escaped(client):
    activities.station(basics={"name": "<b>站</b>", "place": "<script>alert(1)</script>"})
    page = client.get("/")
    assert "<script>alert" not in page.html
    assert "<b>站</b>" in page.main


class TestMap:
    def test_the_door_stands_below_the_drawing_and_leads_to_geojson(self, client):
        station = activities.station()
        draw(station)
        (door,) = client.get(f"/activities/{station.code}").soup.select("[data-map]")
        assert door.has_attr("hidden"), "without the script there is the drawing alone"
        answer = client.get(door["data-map"])
        assert answer.headers["Content-Type"] == "application/geo+json"
        found = json.loads(answer.data)["features"]
        assert found[0]["geometry"]["type"] == "LineString"
        assert found[0]["properties"]["name"].startswith("徐庄站")
        assert {"kind": "end", "label": "起", "name": "起点"} in [one["properties"] for one in found]

    def test_nothing_is_fetched_from_outside_unless_the_office_has_a_key_for_it(self, client, app):
        station = activities.station()
        draw(station)
        url = f"/activities/{station.code}"
        plain = client.get(url)
        assert plain.soup.select_one("[data-map]")["data-ground"] == ""
        assert "tianditu" not in plain.headers["Content-Security-Policy"]
        save_settings(values={Key.MAP_KEY: "0" * 32}, actor=SYSTEM)
        page = client.get(url)
        assert page.soup.select_one("[data-map]")["data-ground"] == "0" * 32
        assert "img-src 'self' https://*.tianditu.gov.cn data: blob:" in page.headers["Content-Security-Policy"]
        for other in ("/help", "/activities"):
            assert "tianditu" not in client.get(other).headers["Content-Security-Policy"], other

    def test_without_a_route_there_is_no_door_and_an_empty_map(self, client):
        station = activities.station()
        assert not client.get(f"/activities/{station.code}").soup.select("[data-map]")
        assert json.loads(client.get(f"/activities/{station.code}/route.geojson").data)["features"] == []

    def test_a_route_of_before_positions_were_kept_stays_a_drawing(self, client):
        station = activities.station()
        route = {key: value for key, value in route_of(gpx()).items() if key != "line"}
        set_route(activity_id=station.id, version=None, gpx=gpx(), route=route, actor=SYSTEM)
        page = client.get(f"/activities/{station.code}")
        assert page.soup.select(".x-route__map")
        assert not page.soup.select("[data-map]")

    def test_a_draft_s_way_is_for_the_office_alone(self, client):
        station = activities.station(published=False)
        draw(station)
        client.get(f"/activities/{station.code}/route.geojson", status=404)
        client.get("/activities/NOBODY/route.geojson", status=404)
        office = client.another().login_as(accounts.staff(Role.EVENT_MANAGER))
        (door,) = office.get(f"/office/activities/{station.code}").soup.select("[data-map]")
        assert json.loads(office.get(door["data-map"]).data)["features"]
