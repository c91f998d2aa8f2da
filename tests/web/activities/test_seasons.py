"""Series, seasons, and copies of stations and seasons."""

import pytest

from app.activities.models import Season
from app.activities.queries import activity_by_ref, all_series, season, season_stations, seasons, station
from app.activities.services.life import cancel
from app.audit.services import SYSTEM
from app.core.db import db
from app.core.permissions import Role, Scope, ScopeKind
from tests.factories import activities as made
from tests.factories import registrations

FORM = "form.x-form"


def value(page, name):
    return page.soup.select_one(f"[name='{name}']")["value"]


class TestSeasons:
    def test_from_nothing_to_the_first_season(self, office):
        page = office.get("/office/seasons")
        assert "先建一个系列" in page.main
        office.get("/office/series/new")
        page = office.submit({"name": "相约星期六·悦跑新山亭", "code": "saturday-walk"}, form=FORM)
        assert page.url.endswith("/office/seasons/new")
        page = office.submit({"year": "2030", "name": "悦跑新山亭 2030", "code": "walk-2030"}, form=FORM)
        assert page.flash == ["已建立赛季。"]
        assert "悦跑新山亭 2030" in page.main
        assert "已办 1 季" in page.main

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"year": "2021"}, "这个系列已有 2021 年的赛季。"),
            ({"year": "1999"}, "年份填 2000 到 2100。"),
            ({"code": "walk 2030"}, "代号只用字母、数字和横线"),
            ({"name": ""}, "这里要填。"),
        ],
    )
    def test_bad_seasons(self, office, typed, words):
        made.season(year=2021)
        office.get("/office/seasons/new")
        page = office.submit({"year": "2030", "name": "名", "code": "walk-2030"} | typed, form=FORM, status=422)
        assert words in page.main
        assert len(seasons()) == 1

    def test_bad_series(self, office):
        office.get("/office/series/new")
        office.submit({"name": "一", "code": "one"}, form=FORM)
        office.get("/office/series/new")
        page = office.submit({"name": "二", "code": "one"}, form=FORM, status=422)
        assert "这个代号已经用过" in page.errors[0]
        assert [one.name for one in all_series()] == ["一"]

    def test_changed(self, office):
        season_id = made.season()
        office.get(f"/office/seasons/{season_id}/edit")
        page = office.submit({"name": "又一名", "keepsake": "纪念衫"}, form=FORM)
        assert page.flash == ["已保存。"]
        assert season(season_id).season.keepsake == "纪念衫"
        series_id = season(season_id).season.series_id
        office.get(f"/office/series/{series_id}/edit")
        office.submit({"name": "新系列名", "intro": "一\n二"}, form=FORM)
        assert all_series()[0].intro == "一\n二"

    def test_unknown_ones(self, office):
        nobody = "f47ac10b-58cc-4372-a567-0e02b2c3d479"
        for address in (f"seasons/{nobody}/edit", f"seasons/{nobody}/copy", f"series/{nobody}/edit", "seasons/x/edit"):
            office.get(f"/office/{address}", status=404)

    def test_a_manager_of_one_season(self, somebody):
        mine, other = made.season(), made.season()
        browser = somebody(Role.EVENT_MANAGER, Scope(ScopeKind.SEASON, mine))
        links = browser.get("/office/seasons").links
        assert f"/office/seasons/{mine}/edit" in links
        assert not [link for link in links if str(other) in link or link.endswith(("/copy", "/new"))]
        browser.get(f"/office/seasons/{mine}/edit")
        browser.get(f"/office/seasons/{other}/edit", status=404)
        for address in ("seasons/new", f"seasons/{mine}/copy", "series/new"):
            browser.get(f"/office/{address}", status=403)

    def test_one_who_only_looks(self, somebody):
        made.season()
        browser = somebody(Role.REFEREE)
        assert not [link for link in browser.get("/office/seasons").links if link.endswith(("/edit", "/copy", "/new"))]


class TestCopyOfAStation:
    def test_a_draft_on_the_same_weekday_a_year_on(self, office):
        walk = made.station(season_id=made.season(year=2030), basics={"code": "xz-2030"})
        registrations.registered(walk)
        page = office.get("/office/activities/xz-2030/copy")
        assert value(page, "code") == "xz-2031"
        assert value(page, "starts_at") == "2031-06-02T08:00"
        page = office.submit(form=FORM)
        assert page.flash == ["已复制为草稿，请核对时间再发布。"]
        copied = station(activity_by_ref("xz-2031").id)
        assert (copied.activity.status, copied.categories[0].taken) == ("draft", 0)
        assert copied.season.id == station(walk.id).season.id

    def test_one_long_past_is_offered_a_day_to_come(self, somebody, clock):
        walk = made.station(basics={"code": "old"})
        clock.at(2035, 3, 1)
        page = somebody(Role.EVENT_MANAGER).get(f"/office/activities/{walk.code}/copy")
        assert value(page, "starts_at") == "2035-03-05T08:00"

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"code": "taken"}, "这个代号已经用过"),
            ({"code": "二"}, "代号只用字母、数字和横线"),
            ({"name": ""}, "这里要填。"),
            ({"starts_at": ""}, "这里要填。"),
            ({"season_id": "f47ac10b-58cc-4372-a567-0e02b2c3d479"}, ""),
        ],
    )
    def test_bad(self, office, typed, words):
        made.station(basics={"code": "taken"})
        walk = made.station()
        office.get(f"/office/activities/{walk.code}/copy")
        page = office.submit({"code": "copied"} | typed, form=FORM, status=422)
        assert page.errors
        assert words in page.main
        assert activity_by_ref("copied") is None


class TestCopyOfASeason:
    @pytest.fixture
    def season_id(self, ctx):
        season_id = made.season(year=2030, code="walk-2030")
        for n in (1, 2, 3):
            made.station(season_id=season_id, basics={"code": f"s{n}-2030", "name": f"第{n}站"})
        cancel(activity_id=activity_by_ref("s3-2030").id, version=None, actor=SYSTEM)
        return season_id

    def test_all_but_what_was_cancelled(self, office, season_id):
        page = office.get(f"/office/seasons/{season_id}/copy")
        assert (value(page, "year"), value(page, "code"), value(page, "name")) == ("2031", "walk-2031", "2031 赛季")
        ticks = [tag.has_attr("checked") for tag in page.soup.select("[name$=-take]")]
        assert ticks == [True, True, False]
        page = office.submit({"stations-1-starts_at": "2031-09-13T09:00"}, form=FORM)
        assert page.flash == ["已复制 2 站，都是草稿。"]
        new = next(card.season.id for card in seasons() if card.season.year == 2031)
        cards = season_stations(new)
        assert [card.code for card in cards] == ["s1-2031", "s2-2031"]
        assert cards[1].starts_at.isoformat() == "2031-09-13T01:00:00+00:00"

    @pytest.mark.parametrize(
        ("typed", "field", "words"),
        [
            ({"stations-1-code": "s1-2031"}, "stations-1-code", "这个代号已经用过"),
            ({"stations-0-take": None, "stations-1-code": "s1-2030"}, "stations-1-code", "这个代号已经用过"),
            ({"stations-1-code": ""}, "stations-1-code", "这里要填。"),
            ({"stations-1-starts_at": ""}, "stations-1-starts_at", "这里要填。"),
            ({"stations-1-name": "x" * 81}, "stations-1-name", "最多 80 个字。"),
            ({"year": "2030"}, "year", "这个系列已有 2030 年的赛季。"),
            ({"code": "walk-2030"}, "code", "这个代号已经用过"),
        ],
    )
    def test_what_is_wrong_stands_beside_its_input_and_nothing_is_made(self, office, season_id, typed, field, words):
        office.get(f"/office/seasons/{season_id}/copy")
        page = office.submit({"keepsake": "纪念衫"} | typed, form=FORM, status=422)
        assert words in page.soup.select_one(f"[id='{field}-error']").get_text()
        assert value(page, "keepsake") == "纪念衫"
        assert len(seasons()) == 1
        assert activity_by_ref("s1-2031") is None

    def test_an_unticked_station_may_be_empty(self, office, season_id):
        office.get(f"/office/seasons/{season_id}/copy")
        typed = {"stations-1-take": None, "stations-1-code": "", "stations-1-starts_at": ""}
        assert office.submit(typed, form=FORM).flash == ["已复制 1 站，都是草稿。"]

    @pytest.mark.parametrize("source", ["", "x", "f47ac10b-58cc-4372-a567-0e02b2c3d479"])
    def test_a_station_from_elsewhere(self, office, season_id, source):
        office.get(f"/office/seasons/{season_id}/copy")
        page = office.submit({"stations-0-source_id": source}, form=FORM, status=422)
        assert "这一站不在要复制的赛季里。" in page.main
        assert db.session.query(Season).count() == 1
