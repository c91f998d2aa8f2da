"""The main pages of citizens in English: no Chinese but the names that people have given."""

from __future__ import annotations

import re

import pytest

from tests.factories import activities, sessions
from tests.support.english import chinese_on
from tests.web.portal.conftest import enrolled, walked

NAMES = (
    "徐庄镇文化广场",
    "徐庄站",
    "徐庄",
    "徐",
    "庄",
    "体验组",
    "挑战组",
    "4 km 签到点",
    "12 km 签到点",
    "起点",
    "终点",
    "相约星期六·悦跑新山亭",
    "赛季",
)


@pytest.fixture
def english(client, clock, notice):
    client.http.set_cookie("lang", "en")
    return client


def own_names(client) -> tuple[str, ...]:
    return (*NAMES, client.app.config["OFFICE_NAME"])


@pytest.mark.parametrize("url", ["/", "/activities", "/login", "/office/login", "/privacy", "/help", "/nowhere"])
def test_what_anybody_sees(english, url):
    activities.station(season_id=activities.season())
    assert chinese_on(english.open(url), *own_names(english)) == []


def test_a_station_and_its_day(english):
    station = activities.station()
    page = english.get(f"/activities/{station.code}")
    names = (*own_names(english), *terms_of(page))
    assert chinese_on(page, *names) == []
    assert "Mon 3 Jun" in page.main
    assert "Categories and places" in page.main


def terms_of(page) -> list[str]:
    """The office's own words: introduction and terms."""
    return [tag.get_text() for tag in page.soup.select("#terms p, .x-prose p, #terms li")]


def test_my_own_pages(english):
    account = sessions.citizen(english)
    station = activities.station(season_id=activities.season())
    outcome = enrolled(account, station)
    (name,) = re.findall(r"Code of (\w+)", english.get("/my/code").html)[:1]
    names = (*own_names(english), name)
    for url in ("/", "/my", "/my/code", "/my/family", "/my/family/add", "/my/security"):
        page = english.get(url)
        assert chinese_on(page, *names) == [], url
    page = english.get(f"/my/registrations/{outcome.registration_id}")
    assert "Mon 3 Jun, 8:00" in page.main
    walked(outcome, station, "S")
    assert "Checked in" in english.get("/my").main
