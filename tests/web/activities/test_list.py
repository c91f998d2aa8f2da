"""The list of activities, the overview of one, and the steps of its life."""

from datetime import timedelta
from uuid import UUID

import pytest

from app.accounts.models import Account
from app.activities.queries import activity_by_ref, station
from app.activities.queries.lists import PAGE
from app.activities.routes.lists import STEPS
from app.activities.rules.states import TRANSITIONS
from app.audit.models import AuditEntry
from app.core.db import db
from app.core.permissions import Role, Scope, ScopeKind
from tests.factories import activities as made
from tests.factories import registrations

ROLES_THAT_LOOK = (Role.VOLUNTEER_COORDINATOR, Role.REFEREE)


class TestList:
    def test_empty_it_says_what_comes_next(self, office):
        page = office.get("/office/activities")
        assert page.h1 == "活动"
        assert "还没有活动" in page.main
        assert "/office/activities/new" in page.links

    def test_rows_and_filters(self, office):
        season_id = made.season()
        walk, other = made.station(season_id=season_id), made.station()
        page = office.get("/office/activities")
        assert f"/office/activities/{walk.code}" in page.links
        assert "2030年6月3日 8:00" in page.main
        assert "0 / 120" in page.main
        assert "报名中" in page.main
        page = office.submit({"season": str(season_id)})
        assert f"/office/activities/{walk.code}" in page.links
        assert f"/office/activities/{other.code}" not in page.links
        page = office.submit({"status": "draft"})
        assert "没有符合条件的活动" in page.main

    @pytest.mark.parametrize(
        "query", ["season=nonsense", "status=nonsense", "when=nonsense", "page=0", "page=-3", "page=x", "q=%00%25"]
    )
    def test_what_is_no_filter_is_ignored(self, office, query):
        walk = made.station()
        page = office.get(f"/office/activities?{query}")
        assert query.startswith("q=") or f"/office/activities/{walk.code}" in page.links

    def test_pages_keep_the_filter(self, office):
        for _ in range(PAGE + 1):
            made.station(published=False)
        page = office.get("/office/activities?status=draft")
        assert f"第 1 / 2 页，共 {PAGE + 1} 条" in page.main
        following = [link for link in page.links if "page=2" in link]
        assert ["status=draft" in link for link in following] == [True]
        assert "第 2 / 2 页" in office.get(following[0]).main

    def test_it_costs_the_same_for_ten_and_a_page_full(self, office, statements):
        def count():
            with statements() as seen:
                office.get("/office/activities")
            return len(seen)

        for _ in range(3):
            made.station(season_id=made.season())
        few = count()
        for _ in range(30):
            made.station(season_id=made.season())
        assert count() == few

    @pytest.mark.parametrize("role", ROLES_THAT_LOOK)
    def test_who_may_look_but_not_change(self, somebody, role):
        walk = made.station()
        browser = somebody(role)
        assert f"/office/activities/{walk.code}" in browser.get("/office/activities").links
        assert "/office/activities/new" not in browser.page.links
        page = browser.get(f"/office/activities/{walk.code}")
        assert not [link for link in page.links if "/steps/" in link or link.endswith(("/edit", "/copy"))]

    @pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR, Role.VOLUNTEER, None])
    def test_who_has_no_business_here(self, somebody, role):
        walk = made.station()
        browser = somebody(role)
        for address in ("", "/new", f"/{walk.code}", f"/{walk.code}/edit"):
            browser.get(f"/office/activities{address}", status=403)

    def test_nobody_is_sent_to_the_door(self, client, ctx):
        walk = made.station()
        for address in ("", "/new", f"/{walk.code}", f"/{walk.code}/edit"):
            assert client.get(f"/office/activities{address}", status=302).location.startswith("/office/login")


class TestScopes:
    """A manager of one season sees nothing of another, not even that it exists."""

    @pytest.fixture
    def seasons(self, ctx):
        mine, theirs = made.season(), made.season()
        return {
            "mine": made.station(season_id=mine),
            "theirs": made.station(season_id=theirs),
            "id": mine,
            "other": theirs,
        }

    @pytest.fixture
    def manager(self, somebody, seasons):
        return somebody(Role.EVENT_MANAGER, Scope(ScopeKind.SEASON, seasons["id"]))

    def test_the_list(self, manager, seasons):
        links = manager.get("/office/activities").links
        assert f"/office/activities/{seasons['mine'].code}" in links
        assert f"/office/activities/{seasons['theirs'].code}" not in links
        page = manager.get(f"/office/activities?season={seasons['other']}")
        assert "没有符合条件的活动" in page.main

    def test_the_other_season_is_like_nothing(self, manager, seasons):
        theirs = seasons["theirs"]
        parts = (
            "",
            "/edit",
            "/window",
            "/categories",
            "/categories/new",
            f"/categories/{theirs.category}",
            f"/categories/{theirs.category}/remove",
            "/checkpoints",
            "/checkpoints/new",
            f"/checkpoints/{theirs.start}",
            f"/checkpoints/{theirs.start}/remove",
            "/terms",
            "/route",
            "/route.gpx",
            "/bibs",
            "/copy",
            "/steps/cancel",
        )
        for part in parts:
            bodies = {
                manager.get(f"/office/activities/{ref}{part}", status=404).main
                for ref in (theirs.code, theirs.id, "nothing-2021", "f47ac10b-58cc-4372-a567-0e02b2c3d479")
            }
            assert len(bodies) == 1

    def test_nothing_of_it_can_be_posted(self, manager, seasons):
        theirs = seasons["theirs"]
        before = station(theirs.id)
        for part in (
            "edit",
            "window",
            "categories/new",
            f"categories/{theirs.category}/remove",
            "terms",
            "bibs",
            "steps/cancel",
            "route/clear",
        ):
            manager.post(f"/office/activities/{theirs.code}/{part}", {"version": "2"}, status=404)
        assert station(theirs.id) == before

    def test_parts_of_another_station_are_not_found(self, manager, seasons):
        mine, theirs = seasons["mine"], seasons["theirs"]
        for part in (f"categories/{theirs.category}", f"checkpoints/{theirs.start}"):
            manager.get(f"/office/activities/{mine.code}/{part}", status=404)
            manager.get(f"/office/activities/{mine.code}/{part}/remove", status=404)
            manager.post(f"/office/activities/{mine.code}/{part}/remove", {"version": "2"}, status=404)

    def test_no_station_is_moved_or_made_elsewhere(self, manager, seasons):
        mine = seasons["mine"]
        manager.get(f"/office/activities/{mine.code}/edit")
        page = manager.submit({"season_id": str(seasons["other"])}, form="form.x-form", status=422)
        assert page.errors
        assert activity_by_ref(mine.code).season_id == seasons["id"]
        page = manager.get("/office/activities/new")
        assert [option["value"] for option in page.soup.select("#season_id option")] == [str(seasons["id"])]
        page = manager.get(f"/office/activities/{mine.code}/copy")
        assert [option["value"] for option in page.soup.select("#season_id option")] == [str(seasons["id"])]

    def test_a_manager_of_one_station_edits_it_and_makes_none(self, somebody, seasons):
        mine = seasons["mine"]
        browser = somebody(Role.EVENT_MANAGER, Scope(ScopeKind.ACTIVITY, mine.id))
        browser.get(f"/office/activities/{mine.code}/edit")
        page = browser.submit({"name": "改了名"}, form="form.x-form", status=200)
        assert "已保存。" in page.flash
        assert activity_by_ref(mine.code).season_id == seasons["id"]
        browser.get("/office/activities/new", status=403)
        browser.get(f"/office/activities/{mine.code}/copy", status=403)


class TestOverview:
    def test_a_whole_station(self, office):
        walk = made.station(season_id=made.season())
        registrations.registered(walk)
        page = office.get(f"/office/activities/{walk.code}")
        assert page.h1.endswith("概况")
        for words in ("体验组", "挑战组", "16—75 岁", "1 / 100", "4 km 签到点", "不经过", "第 1 版", "暂停报名"):
            assert words in page.main
        assert "收回为草稿" not in page.main
        assert "结束活动" not in page.main
        assert office.get(f"/office/activities/{walk.id}").main == page.main

    def test_a_draft_says_what_is_missing_and_where(self, office):
        walk = made.station(published=False, capacity=0)
        page = office.get(f"/office/activities/{walk.code}")
        assert "发布前还差 1 处" in page.main
        assert "体验组还没有名额。" in page.main
        assert f"/office/activities/{walk.code}/categories" in page.links

    def test_an_unknown_one(self, office):
        assert office.get("/office/activities/nothing", status=404).h1


class TestSteps:
    def test_offers_are_those_of_the_rules(self):
        to = {"resume": "published", "reopen": "published", "publish": "published", "pause": "paused"} | {
            "withdraw": "draft",
            "finish": "finished",
            "cancel": "cancelled",
            "archive": "archived",
        }
        offered = {(start.value, to[name]) for name, step in STEPS.items() for start in step.starts}
        assert offered == {(start.value, end.value) for start, ends in TRANSITIONS.items() for end in ends}

    def test_publish_and_pause_go_at_once(self, office):
        walk = made.station(published=False)
        office.get(f"/office/activities/{walk.code}")
        page = office.submit(form=f"form[action$='{walk.code}/steps/publish']")
        assert "已发布。" in page.flash
        page = office.submit(form=f"form[action$='{walk.code}/steps/pause']")
        assert "已暂停报名。" in page.flash
        assert activity_by_ref(walk.code).status == "paused"

    def test_what_cannot_be_undone_is_asked_once_more(self, office):
        walk = made.station()
        registrations.registered(walk)
        page = office.get(f"/office/activities/{walk.code}")
        address = f"/office/activities/{walk.code}/steps/cancel"
        assert address in page.links
        assert not page.soup.select(f"form[action='{address}']")
        page = office.get(address)
        assert "现有 1 人报名" in page.main
        page = office.submit()
        assert "活动已取消。" in page.flash
        assert activity_by_ref(walk.code).status == "cancelled"

    def test_somebody_was_quicker(self, office):
        walk = made.station()
        office.get(f"/office/activities/{walk.code}/steps/cancel")
        second = office.another().login_as(_account(office))
        second.get(f"/office/activities/{walk.code}")
        second.submit(form="form[action$='/steps/pause']")
        page = office.submit()
        assert any("刚被别人改过" in words for words in page.flash)
        assert activity_by_ref(walk.code).status == "paused"

    def test_a_refusal_is_told_and_kept(self, office):
        walk = made.station()
        version = str(activity_by_ref(walk.code).version)
        page = office.post(f"/office/activities/{walk.code}/closing", {"version": version})
        assert page.flash == ["活动还没开始，可以取消，不能结束。"]
        assert activity_by_ref(walk.code).status == "published"
        kept = db.session.query(AuditEntry).filter_by(subject_kind="refusal").all()
        assert [entry.outcome for entry in kept] == ["not_started"]

    @pytest.mark.parametrize("version", ["", "x", "99"])
    def test_a_step_without_the_version_is_none(self, office, version):
        walk = made.station()
        office.post(f"/office/activities/{walk.code}/steps/cancel", {"version": version})
        assert activity_by_ref(walk.code).status == "published"

    def test_an_unknown_step(self, office):
        walk = made.station()
        office.get(f"/office/activities/{walk.code}/steps/explode", status=404)
        office.post(f"/office/activities/{walk.code}/steps/explode", status=404)

    def test_without_a_token_nothing_happens(self, office):
        walk = made.station()
        office.post(f"/office/activities/{walk.code}/steps/cancel", {"version": "2"}, csrf=False, status=400)
        assert activity_by_ref(walk.code).status == "published"

    def test_after_the_day_it_can_be_finished_and_archived(self, office, clock):
        walk = made.station()
        clock.shift(hours=49)
        office.login_as(_account(office)).get(f"/office/activities/{walk.code}")
        office.get(f"/office/activities/{walk.code}/steps/finish", follow=True)
        assert "活动已结束。" in office.submit().flash
        office.get(f"/office/activities/{walk.code}/steps/archive")
        assert "已归档。" in office.submit().flash
        page = office.get(f"/office/activities/{walk.code}/edit")
        assert "已归档或已取消的活动不能再改。" in page.main
        page = office.submit({"name": "又改"}, form="form.x-form", status=422)
        assert "已归档或已取消的活动不能再改。" in page.main
        assert walk.starts_at < clock.now < walk.starts_at + timedelta(days=1)


def _account(browser):
    return db.session.get_one(Account, UUID(browser.session()["_user_id"].split(":")[0]))
