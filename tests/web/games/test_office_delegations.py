"""The office's pages of delegations and penalties, and the 规程 that everybody reads."""

from __future__ import annotations

import pytest

from app.games.constants import EventForm, EventFormat, EventSex, GamesStatus
from app.games.queries.games import delegations
from tests.factories import games as made
from tests.factories import people

FORM = "form.x-form"


@pytest.fixture
def games_id(ctx):
    return made.make_games(code="twelfth")


class TestDelegations:
    def test_all_towns_then_a_leader(self, office, games_id):
        for n in range(10):
            people.organisation(f"镇{n}")
        office.get("/office/games/twelfth/delegations")
        page = office.submit(form="form[action$='/towns']")
        assert page.flash == ["已添加 10 个镇街。"]
        assert office.submit(form="form[action$='/towns']").flash == ["各镇街都已在名单里。"]
        one = delegations(games_id)[0]
        office.get(f"/office/games/twelfth/delegations/{one.code}/edit")
        page = office.submit({"leader_name": "王德福", "leader_phone": "138 0013 8000"}, form=FORM)
        assert "王德福" in page.main
        assert "13800138000" not in page.text.replace(" ", "")
        office.get(f"/office/games/twelfth/delegations/{one.code}/edit")
        assert office.page.soup.select_one("#leader_phone")["value"] == "13800138000"

    @pytest.mark.parametrize(
        ("typed", "field"),
        [({"name": "徐庄镇"}, "name"), ({"code": "T"}, "code"), ({"leader_phone": "138"}, "leader_phone")],
    )
    def test_bad_delegations(self, office, games_id, typed, field):
        made.add_delegation_to(games_id, name="徐庄镇", code="T")
        office.get("/office/games/twelfth/delegations/new")
        page = office.submit({"name": "水泉镇", **typed}, form=FORM, status=422)
        assert f"#{field}" in [link["href"] for link in page.soup.select("[data-summary] a")]
        assert len(delegations(games_id)) == 1

    def test_removed_while_nothing_is_theirs(self, office, games_id):
        delegation_id = made.add_delegation_to(games_id, code="T")
        office.get("/office/games/twelfth/delegations/T/edit")
        made.enter(games_id, made.add_event_to(games_id), delegation_id)
        assert "不能删除" in office.post("/office/games/twelfth/delegations/T/remove").text
        made.add_delegation_to(games_id, code="U")
        office.get("/office/games/twelfth/delegations/U/edit")
        page = office.get(office.page.soup.select_one("a[href$='/remove']")["href"])
        assert "没有报项和决定时才能删。" in page.main
        assert office.submit(form="form[action$='/U/remove']").flash == ["已删除。"]
        office.get("/office/games/twelfth/delegations/U/edit", status=404)


class TestPenalties:
    def test_taken_and_given_back(self, office, games_id, client):
        made.add_delegation_to(games_id, name="徐庄镇")
        office.get("/office/games/twelfth/penalties")
        assert office.submit({"points": "0", "reason": "冒名"}, form=FORM, status=422).errors
        page = office.submit({"points": "3.5", "reason": "冒名顶替"}, form=FORM)
        assert "冒名顶替" in page.main
        page = office.submit(form="form[action$='/lift']")
        assert "已撤销" in page.main

    def test_the_same_form_sent_twice_is_one_decision(self, office, games_id):
        made.add_delegation_to(games_id)
        page = office.get("/office/games/twelfth/penalties")
        sent = {
            "key": page.soup.select_one("#key")["value"],
            "delegation_id": page.soup.select_one("#delegation_id option")["value"],
            "points": "7",
            "reason": "冒名顶替",
        }
        for _ in range(2):
            page = office.post("/office/games/twelfth/penalties", sent)
        assert page.main.count("冒名顶替") == 1

    def test_without_delegations(self, office, games_id):
        assert "还没有代表团" in office.get("/office/games/twelfth/penalties").main


@pytest.mark.usefixtures("ctx")
class TestRegulations:
    def test_they_are_written_from_the_data(self, client, games_id):
        discipline_id = made.add_discipline_to(games_id, name="摔跤")
        made.add_event_to(
            games_id,
            discipline_id,
            name="男子自由式 65 kg",
            sex=EventSex.MEN,
            weight_over=57_000,
            weight_up_to=65_000,
            settings={"style": "FS"},
        )
        made.add_event_to(
            games_id,
            discipline_id,
            name="混合接力",
            sex=EventSex.MIXED,
            form=EventForm.TEAM,
            format=EventFormat.PLACES,
            multiplier="2",
        )
        made.add_delegation_to(games_id, name="徐庄镇")
        page = client.get("/games/twelfth/regulations")
        for words in (
            "2030年9月20日—9月23日，区全民健身中心。",
            "徐庄镇",
            "男子 57—65 kg",
            "摔跤 混合接力按 2 倍",
            "前 8 名",
        ):
            assert words in page.main, words
        assert "/games/twelfth/regulations" in client.get("/games/twelfth").links

    def test_they_come_as_a_pdf(self, client, games_id):
        made.add_event_to(games_id, name="男子 #strong[自由式]")
        answer = client.get("/games/twelfth/regulations.pdf")
        assert answer.headers["Content-Type"] == "application/pdf"
        assert "twelfth-regulations.pdf" in answer.headers["Content-Disposition"]

    def test_a_draft_is_not_for_everybody(self, client, office):
        made.make_games(code="draft", status=GamesStatus.DRAFT)
        client.another().get("/games/draft/regulations", status=404)
        office.get("/games/draft/regulations")
