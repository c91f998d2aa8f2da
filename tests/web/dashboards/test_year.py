"""The year's calendar: what the office holds, month by month, in the caller's scopes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.activities.services.life import cancel
from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.permissions import Role, Scope, ScopeKind
from app.games.constants import GamesStatus
from tests.factories import activities, games, walks

pytestmark = pytest.mark.usefixtures("ctx", "clock")


def months(page):
    return {
        section["aria-labelledby"].removeprefix("m-"): [
            one.get_text(strip=True) for one in section.select(".x-cell__title")
        ]
        for section in page.soup.select('section[aria-labelledby^="m-"]')
    }


def test_activities_and_games_stand_in_their_month(manager):
    activities.station(starts_at=now() + timedelta(days=9), basics={"name": "水泉站"})
    games.make_games(
        name="第十二届", starts_on=date(2030, 9, 20), ends_on=date(2030, 9, 23), status=GamesStatus.ENTRIES
    )
    games.make_games(name="去年的", starts_on=date(2029, 9, 20), ends_on=date(2029, 9, 23))
    page = manager.get("/office/year")
    assert months(page) == {"6": ["水泉站"], "9": ["第十二届"]}
    assert "到 9月23日" in page.main
    assert months(manager.get("/office/year/2029")) == {"9": ["去年的"]}


def test_each_leads_to_its_page(manager):
    activities.station(starts_at=now() + timedelta(days=9))
    games.make_games(starts_on=date(2030, 9, 20), ends_on=date(2030, 9, 23))
    page = manager.get("/office/year")
    hrefs = [cell["href"] for cell in page.soup.select(".x-cell")]
    assert len(hrefs) == 2
    for href in hrefs:
        manager.get(href)


def test_what_was_called_off_is_left_out(manager):
    gone = activities.station(starts_at=now() + timedelta(days=9))
    cancel(activity_id=gone.id, version=None, actor=SYSTEM)
    page = manager.get("/office/year")
    assert months(page) == {}
    assert "这一年还没有安排" in page.main


def test_what_is_over_under_way_and_to_come_is_counted(manager, clock):
    for days in (-20, 0, 20):
        walks.make_walk(starts_at=now() + timedelta(days=days))
    figures = [one.get_text(strip=True) for one in manager.get("/office/year").soup.select(".x-figure__value b")]
    assert figures == ["1", "1", "1"]


def test_a_grant_for_one_activity_shows_that_one(as_role):
    mine = activities.station(basics={"name": "我的站"})
    activities.station(basics={"name": "别的站"})
    games.make_games(name="运动会", starts_on=date(2030, 9, 20), ends_on=date(2030, 9, 23))
    page = as_role(Role.VOLUNTEER_COORDINATOR, Scope(ScopeKind.ACTIVITY, mine.id)).get("/office/year")
    assert [one for some in months(page).values() for one in some] == ["我的站"]


@pytest.mark.parametrize("year", [1999, 2101])
def test_a_year_that_is_none(manager, year):
    manager.get(f"/office/year/{year}", status=404)
