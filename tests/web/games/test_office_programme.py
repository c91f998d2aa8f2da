"""The office puts an edition together on its pages: basics, rules, copy, programme, library."""

from __future__ import annotations

import pytest

from app.audit.services import SYSTEM
from app.core.db import db
from app.core.permissions import Role, Scope, ScopeKind
from app.games.constants import EventSex, GamesStatus
from app.games.models import Event, Games
from app.games.queries.games import delegations, disciplines, event_by_ref, events, games_by_ref
from app.games.services.programme import change_event, change_games
from tests.factories import games as made

FORM = "form.x-form"
BASICS = {"name": "第十二届全民健身运动会", "code": "games-12", "starts_on": "2030-09-20", "ends_on": "2030-09-23"}


@pytest.fixture
def games_id(ctx):
    return made.make_games(code="twelfth")


class TestEdition:
    def test_from_nothing_to_open_entries(self, office):
        office.get("/office/games")
        assert "/office/games/new" in office.page.links
        office.get("/office/games/new")
        page = office.submit(BASICS, form=FORM)
        assert page.flash == ["已建立，接着设项目。"]
        assert "还没有项目" in page.main
        office.get("/office/games/games-12")
        page = office.submit(form="form[action$='/status']")
        assert "报项中" in page.text
        assert games_by_ref("games-12").status == GamesStatus.ENTRIES.value

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"name": ""}, "这里要填。"),
            ({"code": "第十二届"}, "代号用字母、数字和短横"),
            ({"ends_on": "2030-09-19"}, "闭幕不能早于开幕"),
            ({"starts_on": "2030-02-30"}, "没有这一天"),
            ({"starts_on": "0030-09-20"}, "年份不对"),
            ({"athlete_limit": "0"}, "每人限报应在 1 与 100 之间"),
            ({"edition": "9999"}, "届数太大"),
            ({"entries_open_at": "2030-08-02T08:00", "entries_close_at": "2030-08-01T08:00"}, "报项截止应晚于开始"),
        ],
    )
    def test_bad_basics_stay_in_the_form(self, office, typed, words):
        office.get("/office/games/new")
        page = office.submit(BASICS | typed, form=FORM, status=422)
        assert words in page.main
        assert games_by_ref("games-12") is None

    def test_a_code_that_is_taken(self, office, games_id):
        office.get("/office/games/new")
        page = office.submit(BASICS | {"code": "twelfth"}, form=FORM, status=422)
        assert "已经有同样的" in page.errors[0]

    def test_whoever_was_slower_decides_again(self, office, games_id):
        office.get("/office/games/twelfth/edit")
        change_games(games_id=games_id, draft=made.games_draft(code="twelfth", name="别人改的"), actor=SYSTEM)
        page = office.submit({"name": "我改的"}, form=FORM, status=422)
        assert "刚被别人改过" in page.main
        assert office.submit(form=FORM).flash == ["已保存。"]
        assert db.session.get_one(Games, games_id).name == "我改的"

    def test_a_status_page_that_is_old_changes_nothing(self, office, games_id):
        old = {"to": "draft", "version": "1"}
        page = office.post("/office/games/twelfth/status", old)
        assert "刚被别人改过" in page.text
        office.post("/office/games/twelfth/status", {"to": "nowhere", "version": "2"}, status=404)
        assert db.session.get_one(Games, games_id).status == GamesStatus.ENTRIES.value

    def test_medals_and_points(self, office, games_id):
        office.get("/office/games/twelfth/standards")
        assert office.page.soup.select_one("#scale")["value"] == "9-7-6-5-4-3-2-1"
        assert office.submit(form=FORM).flash == ["已保存。"]
        assert db.session.get_one(Games, games_id).points_settings == {}
        page = office.submit({"scale": "7-5-6"}, form=FORM, status=422)
        assert "名次越靠后，分数不能越高" in page.main
        office.submit({"scale": "7-5-4", "minus_k": "1", "minimum_delegations": "3"}, form=FORM)
        games = db.session.get_one(Games, games_id)
        assert games.points_settings == {"minus_k": 1, "minimum_delegations": 3, "scale": ["7", "5", "4"]}
        assert games.medal_settings == {"minus_k": 1, "minimum_delegations": 3}

    def test_paragraphs_of_the_regulations(self, office, games_id):
        office.get("/office/games/twelfth/paragraphs")
        page = office.submit({"paragraphs-1-text": "没有标题"}, form=FORM, status=422)
        assert page.errors
        office.submit({"paragraphs-1-heading": "附则", "paragraphs-1-text": "由组委会解释。"}, form=FORM)
        assert db.session.get_one(Games, games_id).paragraphs == [["附则", "由组委会解释。"]]
        office.submit({"paragraphs-0-heading": "", "paragraphs-0-text": ""}, form=FORM)
        db.session.expire_all()
        assert db.session.get_one(Games, games_id).paragraphs == []

    def test_copied(self, office, games_id):
        made.add_event_to(games_id)
        made.add_delegation_to(games_id)
        office.get("/office/games/twelfth/copy")
        assert office.page.soup.select_one("#starts_on")["value"] == "2031-09-19"
        page = office.submit({"code": "twelfth"}, form=FORM, status=422)
        assert "已经有同样的" in page.main
        page = office.submit({"code": "thirteenth", "name": "第十三届"}, form=FORM)
        assert "筹备中" in page.text
        copied = games_by_ref("thirteenth")
        assert (len(events(copied.id)), len(delegations(copied.id))) == (1, 1)

    def test_a_manager_of_one_edition_changes_it_but_makes_none(self, somebody, games_id):
        browser = somebody(Role.EVENT_MANAGER, Scope(ScopeKind.GAMES, games_id))
        page = browser.get("/office/games/twelfth")
        assert not [link for link in page.links if link.endswith(("/new", "/copy"))]
        browser.get("/office/games/twelfth/edit")
        browser.get("/office/games/new", status=403)
        browser.get("/office/games/twelfth/copy", status=403)

    def test_a_referee_looks_and_changes_nothing(self, somebody, games_id):
        made.add_event_to(games_id, code="E")
        referee = somebody(Role.REFEREE, Scope(ScopeKind.GAMES, games_id))
        for part in ("", "/programme", "/delegations"):
            page = referee.get(f"/office/games/twelfth{part}")
            assert not page.soup.select("main form"), part
        for part in ("edit", "standards", "paragraphs", "library", "penalties", "events/E/edit"):
            referee.get(f"/office/games/twelfth/{part}", status=403)


class TestDisciplines:
    def test_added_renamed_and_removed(self, office, games_id):
        office.get("/office/games/twelfth/programme")
        office.get("/office/games/twelfth/disciplines/new")
        assert office.submit({"name": ""}, form=FORM, status=422).errors
        page = office.submit({"name": "摔跤", "code": "WRE"}, form=FORM)
        assert "还没有小项" in page.main
        (found,) = disciplines(games_id)
        address = f"/office/games/twelfth/disciplines/{found.id}"
        office.get(f"{address}/edit")
        office.submit({"name": "角力"}, form=FORM)
        assert "角力" in office.page.main
        made.add_event_to(games_id, found.id, code="E")
        assert "先删小项" in office.post(f"{address}/remove").text
        for asked in ("/office/games/twelfth/events/E/remove", f"{address}/remove"):
            assert "删除" in office.get(asked).main
            assert disciplines(games_id) != []
            office.submit(form=f"form[action='{asked}']")
        assert disciplines(games_id) == []
        office.get(f"{address}/edit", status=404)

    def test_put_in_order(self, office, games_id):
        first, second = (made.add_discipline_to(games_id, code=code) for code in ("A", "B"))
        for code in ("E1", "E2"):
            made.add_event_to(games_id, first, code=code)
        office.get("/office/games/twelfth/programme?order=1")
        office.submit(form=f"form[action$='{second}/place']", button="上移")
        assert [one.code for one in disciplines(games_id)] == ["B", "A"]
        office.get("/office/games/twelfth/programme?order=1")
        office.submit(form="form[action$='E1/place']", button="下移")
        assert [one.code for one in events(games_id)] == ["E2", "E1"]


def new_event(office, games_id, **typed):
    discipline_id = made.add_discipline_to(games_id, code="SPORT")
    office.get(f"/office/games/twelfth/disciplines/{discipline_id}/events/new")
    return office.submit({"name": "小项", **typed}, form=FORM)


class TestEvents:
    def test_a_weight_class(self, office, games_id):
        page = new_event(
            office,
            games_id,
            sex="men",
            format="wrestling",
            rules_wrestling="uww-2026-01",
            style="FS",
            weight_over="57",
            weight_up_to="65",
            entry_limit="2",
        )
        assert page.flash == ["已添加。"]
        (event,) = events(games_id)
        assert (event.code, event.weight_over, event.weight_up_to) == ("SPORT-M-65", 57_000, 65_000)
        assert (event.rules, event.settings) == ("uww-2026-01", {"style": "FS"})
        assert "57—65 kg" in page.main

    def test_levels_of_award(self, office, games_id):
        page = new_event(
            office,
            games_id,
            form="team",
            team_min="8",
            team_max="24",
            format="judged",
            rules_judged="judged-levels",
            levels="一等奖 2 名\n优秀奖 其余",
            judges="5",
            drop_low="1",
            drop_high="1",
            counts_medals=None,
            counts_points=None,
        )
        assert "不计总分" in page.main
        (event,) = events(games_id)
        assert event.settings == {
            "judges": 5,
            "drops": [{"judges": 3, "low": 1, "high": 1}],
            "levels": [{"name": "一等奖", "quota": 2}, {"name": "优秀奖", "threshold": "0"}],
        }
        office.get(f"/office/games/twelfth/events/{event.code}/edit")
        assert office.page.soup.select_one("#levels").get_text().strip() == "一等奖 2 名\n优秀奖 其余"
        office.submit(form=FORM)
        assert event_by_ref(games_id, event.id).settings == event.settings

    def test_groups_before_a_knockout_have_the_rules_of_a_league(self, office, games_id):
        new_event(office, games_id, format="knockout", groups="4", advance="2", rules_league="ittf-3.7.5")
        (event,) = events(games_id)
        assert (event.rules, event.settings) == ("ittf-3.7.5", {"groups": 4, "advance": 2})

    def test_a_plain_knockout_has_none(self, office, games_id):
        new_event(office, games_id, format="knockout", third="shared")
        (event,) = events(games_id)
        assert (event.rules, event.settings) == (None, {"third": "shared"})

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"name": ""}, "name"),
            ({"weight_up_to": "很重"}, "weight_up_to"),
            ({"weight_over": "65", "weight_up_to": "57"}, "weight_up_to"),
            ({"min_age": "60", "max_age": "18"}, "max_age"),
            ({"form": "team", "team_min": "", "team_max": ""}, "team_max"),
            ({"sex": "mixed"}, "sex"),
            ({"multiplier": "两倍"}, "multiplier"),
            ({"format": "judged", "rules_judged": "judged-levels"}, "levels"),
            ({"format": "judged", "rules_judged": "judged-levels", "levels": "一等奖"}, "levels"),
            ({"format": "timed", "cutoff": "1:75"}, "cutoff"),
            ({"format": "knockout", "groups": "1"}, "groups"),
            ({"format": "league", "legs": "0"}, "legs"),
        ],
    )
    def test_what_makes_no_sense_stands_beside_its_input(self, office, games_id, typed, field):
        discipline_id = made.add_discipline_to(games_id)
        office.get(f"/office/games/twelfth/disciplines/{discipline_id}/events/new")
        page = office.submit({"name": "小项", **typed}, form=FORM, status=422)
        assert f"#{field}" in [link["href"] for link in page.soup.select("[data-summary] a")]
        assert events(games_id) == []

    def test_an_edit_keeps_settings_that_no_input_shows(self, office, games_id):
        made.add_event_to(games_id, code="E", settings={"style": "FS", "leads": {"CN": 6}})
        office.get("/office/games/twelfth/events/E/edit")
        office.submit({"style": "GR"}, form=FORM)
        assert event_by_ref(games_id, "E").settings == {"style": "GR", "leads": {"CN": 6}}

    def test_whoever_was_slower_decides_again(self, office, games_id):
        event_id = made.add_event_to(games_id, code="E")
        office.get("/office/games/twelfth/events/E/edit")
        draft = made.event_draft(code="E", name="别人改的")
        change_event(games_id=games_id, event_id=event_id, draft=draft, actor=SYSTEM)
        page = office.submit({"name": "我改的"}, form=FORM, status=422)
        assert "刚被别人改过" in page.main
        assert office.submit(form=FORM).flash == ["已保存。"]
        assert event_by_ref(games_id, "E").name == "我改的"

    def test_after_publication_the_rules_are_locked(self, office, games_id, clock):
        event_id = made.add_event_to(games_id, code="E")
        db.session.get_one(Event, (games_id, event_id)).published_at = db.session.get_one(Games, games_id).created_at
        db.session.commit()
        page = office.get("/office/games/twelfth/events/E/edit")
        assert "不能再改" in page.main
        page = office.submit({"multiplier": "2"}, form=FORM, status=422)
        assert "成绩已公布" in page.errors[0]

    def test_a_new_event_begins_like_the_last_one(self, office, games_id):
        discipline_id = made.add_discipline_to(games_id)
        made.add_event_to(games_id, discipline_id, sex=EventSex.WOMEN, entry_limit=3)
        page = office.get(f"/office/games/twelfth/disciplines/{discipline_id}/events/new")
        assert page.soup.select_one("#entry_limit")["value"] == "3"
        assert page.soup.select_one("[name=sex][checked]")["value"] == "women"
        assert page.soup.select_one("#name")["value"] == ""

    def test_called_off_and_brought_back(self, office, games_id):
        event_id = made.add_event_to(games_id, code="E")
        made.enter(games_id, event_id)
        assert "不能删除" in office.post("/office/games/twelfth/events/E/remove").text
        office.get("/office/games/twelfth/events/E/call-off")
        assert office.submit({"reason": ""}, form=FORM, status=422).errors
        page = office.submit({"reason": "不足三队"}, form=FORM)
        assert "已取消" in page.main
        page = office.post("/office/games/twelfth/events/E/restore")
        assert page.flash == ["已恢复这个小项。"]


class TestLibrary:
    def test_chosen_events_are_taken_over_once(self, office, games_id):
        office.get("/office/games/twelfth/library")
        assert "/office/games/twelfth/library/BKB" in office.page.links
        office.get("/office/games/twelfth/library/BKB")
        page = office.submit({"events": ["BKB-M"]}, form=FORM)
        assert page.flash == ["已添加 1 个小项。"]
        office.get("/office/games/twelfth/library/BKB")
        page = office.submit({"events": ["BKB-M", "BKB-W"]}, form=FORM)
        assert page.flash == ["已添加 1 个小项。"]
        assert [one.code for one in events(games_id)] == ["BKB-M", "BKB-W"]

    def test_nothing_chosen_is_told_and_the_choice_stays(self, office, games_id):
        office.get("/office/games/twelfth/library/BKB")
        page = office.submit({"events": None}, form=FORM, status=422)
        assert "请至少选一个小项" in page.main
        office.get("/office/games/twelfth/library/SKI", status=404)

    def test_the_whole_library_can_be_taken(self, office, games_id):
        for code in ("WRE", "ATH", "DAN"):
            office.get(f"/office/games/twelfth/library/{code}")
            office.submit(form=FORM)
        page = office.get("/office/games/twelfth/programme")
        assert "41—45 kg" in page.main
        assert "100 kg 以上" in page.main
