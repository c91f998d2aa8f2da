"""The office's first page: everybody lands on something they may open."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.audit.services import SYSTEM
from app.checkins.queries.conflicts import forget_counts
from app.checkins.services.rejudge import judge_pending
from app.core.clock import now
from app.core.db import db
from app.core.ids import uuid7
from app.core.permissions import Role, Scope, ScopeKind
from app.core.transactions import act
from app.facilities.constants import ReportKind
from app.facilities.services.equipment import report_set
from app.notices.constants import NoticeKind, TextState
from app.notices.models import NoticeText
from app.squads.constants import MemberState
from tests.factories import accounts, activities, facilities, people, registrations, squads, volunteers, walks
from tests.factories.saturdays import make_saturday
from tests.unit.squads.test_selection import choose

pytestmark = pytest.mark.usefixtures("ctx", "clock")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CITIZEN])
def test_every_role_lands_on_a_page_whose_links_open(as_role, role):
    make_saturday()
    browser = as_role(role)
    page = browser.get("/office")
    inside = [link for link in dict.fromkeys(page.links) if link.startswith("/office")]
    assert inside
    for link in inside:
        browser.get(link)


def test_what_is_live_shows_how_many_came(day, manager):
    page = manager.get("/office")
    assert "西集站 正在进行" in page.main
    assert "7 人次 7 人" in page.main
    assert f"/office/activities/{day.walk.code}/attendance" in page.links


def test_of_more_than_fit_the_nearest_stand_there(manager, clock, monkeypatch):
    monkeypatch.setattr("app.activities.queries.lists.PAGE", 2)
    far, near, next_one = (activities.station(starts_at=clock.now + timedelta(days=n)) for n in (30, 5, 2))
    page = manager.get("/office")
    assert f"/office/activities/{near.code}" in page.links
    assert f"/office/activities/{next_one.code}" in page.links
    assert f"/office/activities/{far.code}" not in page.links
    gate = manager.get("/office/walk-ins")
    assert [one.code for one in (next_one, near, far) if any(f"/{one.code}/" in link for link in gate.links)] == [
        next_one.code,
        near.code,
    ]


def test_what_comes_stands_by_its_day_with_its_state(manager, clock):
    later = activities.station(starts_at=clock.now + timedelta(days=9))
    sooner = activities.station(starts_at=clock.now + timedelta(days=2))
    page = manager.get("/office")
    hrefs = [cell["href"] for cell in page.soup.select(".x-cell")]
    assert hrefs == [f"/office/activities/{one.code}" for one in (sooner, later)]
    assert "报名中" in page.main
    assert "已报 0 / 120" in page.main


def test_nothing_planned_is_said_in_words(manager):
    assert "没有排好的活动" in manager.get("/office").main


def test_a_grant_for_one_activity_shows_that_one(as_role):
    mine, other = walks.make_walk(name="冯卯站"), walks.make_walk(name="水泉站")
    page = as_role(Role.REFEREE, Scope(ScopeKind.ACTIVITY, mine.id)).get("/office")
    assert "冯卯站" in page.main
    assert "水泉站" not in page.main
    assert other.code not in page.html


def test_a_citizen_is_led_to_the_first_page_of_citizens(client):
    assert client.login_as(accounts.account()).get("/office", status=302).location == "/"


def test_nobody_is_asked_to_sign_in(client):
    assert client.get("/office", status=302).location.startswith("/office/login")


def test_the_address_with_a_slash_opens_too(manager):
    assert manager.get("/office/").status == 200


def test_the_menu_has_icons_and_begins_with_this_page(manager):
    page = manager.get("/office")
    entries = page.soup.select(".x-side__nav a")
    assert entries[0].get_text(strip=True) == "首页"
    assert entries[0]["aria-current"] == "page"
    assert [entry.get_text(strip=True) for entry in entries if not entry.find("svg")] == []


class TestDue:
    """What waits for a decision, each with its count and the way to its list."""

    def lines(self, page):
        return [" ".join(one.get_text(" ").split()) for one in page.soup.select('section[aria-labelledby="due"] li')]

    def test_nothing_waits_and_nothing_is_shown(self, manager):
        activities.station(starts_at=now() + timedelta(days=30))
        assert self.lines(manager.get("/office")) == []

    def test_who_waits_for_a_review(self, manager):
        where = activities.station(starts_at=now() + timedelta(days=30), window={"needs_review": True})
        people.notice()
        registrations.registered(where)
        page = manager.get("/office")
        assert any("1 人等审核" in line for line in self.lines(page))
        (link,) = [one for one in page.links if "state=submitted" in one]
        assert "1" in manager.get(link).main

    def test_registration_that_ends_within_a_week(self, manager):
        activities.station(starts_at=now() + timedelta(days=5))
        assert any("报名截止" in line for line in self.lines(manager.get("/office")))

    def test_scans_that_do_not_fit_together(self, manager, as_role):
        walk = walks.make_walk(ways={"TY": ("S", "F")}, name="西集站")
        (one,) = walks.enrol(walk, walks.person())
        for point in ("S", "F"):
            walks.read(walks.device(walk), walks.scan(one, point, 0, walk=walk))
        page = manager.get("/office")
        assert "西集站 1 条扫码待核对 去核对" in self.lines(page)
        assert "一分钟内在两处扫码" in manager.get(f"/office/activities/{walk.code}/conflicts").main
        scope = Scope(ScopeKind.ACTIVITY, walk.id)
        assert not any("待核对" in line for line in self.lines(as_role(Role.REFEREE, scope).get("/office")))

    def test_faults_and_proposals(self, manager):
        set_id = facilities.hand_over(facilities.arrived())
        report_set(set_id=set_id, kind=ReportKind.FAULT, text="坏", actor=SYSTEM)
        squad_id = squads.make_squad()
        squads.add_group_to(squad_id)
        choose(squad_id, [squads.candidate(squad_id, 81)], MemberState.PROPOSED)
        page = manager.get("/office")
        found = self.lines(page)
        assert any("1 条报修待处理" in line for line in found)
        assert any("1 人拟入选，等审批" in line for line in found)
        assert f"/office/squads/{squad_id}" in page.links

    def test_whoever_may_not_see_them_is_not_told(self, as_role):
        set_id = facilities.hand_over(facilities.arrived())
        report_set(set_id=set_id, kind=ReportKind.FAULT, text="坏", actor=SYSTEM)
        assert self.lines(as_role(Role.VOLUNTEER_COORDINATOR).get("/office")) == []

    def test_conflicts_of_a_day_that_is_over_wait_with_the_way_to_their_list(self, as_role, clock):
        walk = conflict()
        clock.shift(days=1)
        page = as_role(Role.EVENT_MANAGER).get("/office")
        assert any("1 条扫码待核对" in line for line in self.lines(page))
        assert f"/office/activities/{walk.code}/conflicts" in page.links

    def test_conflicts_older_than_a_month_are_left_to_their_activity(self, as_role, clock):
        conflict()
        clock.shift(days=32)
        assert self.lines(as_role(Role.EVENT_MANAGER).get("/office")) == []

    def test_who_may_not_settle_conflicts_is_not_told_of_them(self, as_role):
        conflict()
        assert "冲突" not in as_role(Role.REFEREE).get("/office").main

    def test_shifts_of_the_next_fortnight_that_lack_people(self, manager):
        walk = walks.make_walk()
        volunteers.assigned(walk, volunteers.add_shift(walk, needed=3, starts_at=now() + timedelta(days=3)))
        volunteers.add_shift(walk, needed=5, starts_at=now() + timedelta(days=15))
        page = manager.get("/office")
        assert any("志愿者还缺 2 人" in line for line in self.lines(page))
        assert f"/office/activities/{walk.code}/volunteers" in page.links

    def test_texts_that_were_given_up_and_none_that_wait(self, manager):
        walk = walks.make_walk()
        for n, state in enumerate((TextState.DEAD, TextState.DEAD, TextState.WAITING, TextState.SENT)):
            text(walk.id, n, state)
        page = manager.get("/office")
        assert any("2 条短信没有发出" in line for line in self.lines(page))
        assert f"/office/activities/{walk.code}/notices" in page.links


def conflict() -> walks.Walk:
    """A walk with one person read at the finish before the start."""
    forget_counts()
    walk = walks.make_walk(ways={"TY": ("S", "K", "F", "P")})
    (one,) = walks.enrol(walk, walks.person())
    walks.read(walks.device(walk), walks.scan(one, "F", 10, walk=walk), walks.scan(one, "S", 100, walk=walk))
    judge_pending(walk.id)
    return walk


@act
def text(scope_id, n, state):
    """A text of this activity and what became of it."""
    db.session.add(
        NoticeText(
            scope_id=scope_id,
            id=uuid7(),
            key="k",
            kind=NoticeKind.OFFICE.value,
            phone_index=bytes([n]) * 16,
            state=state.value,
            next_at=now(),
            until=now(),
            created_at=now(),
        )
    )
