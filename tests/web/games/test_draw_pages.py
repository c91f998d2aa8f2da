"""The office's page of an event's draw, and what everybody sees of it: bracket, groups, running order."""

from __future__ import annotations

import json
import re
import uuid

from app.core.db import db
from app.core.transactions import act
from app.games.constants import EntryState, EventFormat, GamesStatus, ResultState, UnitStatus
from app.games.models import Event, Games
from app.games.queries.draws import draw_that_holds, draws_of
from tests.factories import games as made
from tests.unit.games.test_drawing import drawn, units_of, with_state, write

NAMES = ["韩子豪", "孙浩然", "刘洋", "马骏", "周凯", "李明轩", "陈立诚", "郭嘉豪", "徐文博", "赵家乐", "王天佑"]


def event_with(form, n, **facts):
    """An event of an edition that runs, with so many named entries; ids of edition, event, entries."""
    games_id = made.make_games(status=GamesStatus.RUNNING)
    event_id = made.add_event_to(games_id, format=form, **facts)
    return games_id, event_id, [made.enter(games_id, event_id, name=NAMES[k % len(NAMES)]) for k in range(n)]


def draw_page(games_id, event_id):
    return f"/office/games/{games_id}/events/{event_id}/draw"


class TestDrawPage:
    def test_from_seeds_to_a_public_bracket(self, office, ctx):
        games_id, event_id, ids = event_with(EventFormat.KNOCKOUT, 4)
        page = office.get(draw_page(games_id, event_id))
        office.submit({f"seeds-{ids[2]}": "1"}, form="form[action$='/seeds']")
        page = office.submit({"lots-seed": "福彩 472", "lots-witnesses": "各队领队"}, form="form[action$='/draw']")
        assert page.flash == ["已抽签，签表已公开。"]
        assert "一致" in page.main
        assert "各队领队" in page.main
        assert draw_that_holds(games_id, event_id).outcome[0] == str(ids[2])
        public = office.get(f"/games/{games_id}/events/{event_id}")
        assert "半决赛" in public.main
        assert "三四名决赛" in public.main
        assert all(name in public.main for name in NAMES[:4])

    def test_again_only_with_a_reason_beside_its_input(self, office, ctx):
        games_id, event_id, _ids = event_with(EventFormat.KNOCKOUT, 4)
        drawn(games_id, event_id)
        office.get(draw_page(games_id, event_id))
        page = office.submit({"lots-seed": "又一次"}, form="form[action$='/draw']", status=422)
        assert any("请写明原因" in error for error in page.errors)
        office.submit({"lots-reason": "漏了一队"}, form="form[action$='/draw']")
        assert len(draws_of(games_id, event_id)) == 2
        assert "作废的抽签" in office.get(draw_page(games_id, event_id)).main

    def test_a_draw_on_paper_with_what_is_wrong_beside_it(self, office, ctx):
        games_id, event_id, ids = event_with(EventFormat.LEAGUE, 3)
        office.get(draw_page(games_id, event_id))
        numbers = dict(zip([f"paper-{one}" for one in ids], ["1", "1", "3"], strict=True))
        page = office.submit(numbers, form="form[action$='/paper']", status=422)
        assert any("已经填给别人" in error for error in page.errors)
        office.submit({f"paper-{ids[1]}": "２"}, form="form[action$='/paper']")
        assert draw_that_holds(games_id, event_id).outcome == [str(one) for one in ids]
        assert "人工录入" in office.get(draw_page(games_id, event_id)).main

    def test_a_stale_page_is_told(self, office, ctx):
        games_id, event_id, _ids = event_with(EventFormat.KNOCKOUT, 4)
        office.get(draw_page(games_id, event_id))
        drawn(games_id, event_id)
        page = office.submit({"lots-seed": "福彩"}, form="form[action$='/draw']", status=422)
        assert "刚被别人改过" in page.main
        assert len(draws_of(games_id, event_id)) == 1

    def test_the_file_has_all_that_a_replay_needs_and_no_name(self, office, ctx):
        games_id, event_id, ids = event_with(EventFormat.KNOCKOUT, 4)
        drawn(games_id, event_id)
        body = office.get(f"{draw_page(games_id, event_id)}.json").text
        (held,) = json.loads(body)
        assert held["seed"] == "福彩 472"
        assert {one["id"] for one in held["entrants"]} == {str(one) for one in ids}
        assert NAMES[0] not in body

    def test_the_list_says_what_is_drawn(self, office, ctx):
        games_id, event_id, _ids = event_with(EventFormat.KNOCKOUT, 4)
        assert "待抽签" in office.get(f"/office/games/{games_id}/draws").main
        drawn(games_id, event_id)
        assert "待抽签" not in office.get(f"/office/games/{games_id}/draws").main

    def test_the_public_does_not_draw(self, client, ctx):
        games_id, event_id, _ids = event_with(EventFormat.KNOCKOUT, 4)
        assert client.get(draw_page(games_id, event_id), status=302).location.startswith("/")


class TestEventPage:
    def page(self, client, games_id, event_id, **more):
        games, event = db.session.get_one(Games, games_id), db.session.get_one(Event, (games_id, event_id))
        return client.get(f"/games/{games.code}/events/{event.code}", **more)

    def test_before_the_draw_it_names_who_is_entered(self, client, ctx):
        games_id, event_id, _ids = event_with(EventFormat.KNOCKOUT, 3)
        page = self.page(client, games_id, event_id)
        assert "报项名单" in page.main
        assert NAMES[2] in page.main

    def test_a_wrestling_class_shows_results_the_way_of_the_finalists_and_the_repechage(self, client, ctx):
        games_id, event_id, _ids = event_with(EventFormat.WRESTLING, 11)
        drawn(games_id, event_id)
        for phase in ("qualification", "1/4", "1/2"):
            for unit in [one for one in units_of(games_id, event_id) if one.phase == phase]:
                content = {"winner": str(unit.a_id), "victory": "VPO1", "points_a": 6, "points_b": 3}
                write(games_id, unit, content)
        page = self.page(client, games_id, event_id)
        assert "VPO1 3:1" in page.main
        assert page.soup.select(".x-bracket__line--way")
        assert len(page.soup.select("svg .x-bout")) == len(page.soup.select(".x-bouts > li"))
        assert "复活赛" in page.main
        assert "等第 " in page.main

    def test_an_unconfirmed_score_is_not_shown(self, client, ctx):
        games_id, event_id, _ids = event_with(EventFormat.KNOCKOUT, 2)
        drawn(games_id, event_id)
        (unit,) = units_of(games_id, event_id)
        write(games_id, unit, {"score_a": 77, "score_b": 66}, ResultState.DRAFT)
        set_status(unit, UnitStatus.DRAFT)
        page = self.page(client, games_id, event_id)
        assert not re.search(r"(?<!\d)77(?!\d)", page.main)  # names of others have figures too
        assert "待确认" in page.main

    def test_groups_and_a_league_show_their_tables(self, client, ctx):
        games_id, event_id, _ids = event_with(EventFormat.LEAGUE, 4)
        drawn(games_id, event_id)
        write(games_id, units_of(games_id, event_id)[0], {"score_a": 60, "score_b": 50})
        page = self.page(client, games_id, event_id)
        assert "积分表" in page.main
        assert "第 1 轮" in page.main
        assert page.soup.select_one("tbody td").text == "1"

    def test_a_running_order_stands_in_the_order_drawn_with_who_has_left(self, client, ctx):
        games_id, event_id, ids = event_with(EventFormat.JUDGED, 3)
        draw = drawn(games_id, event_id)
        with_state(games_id, ids[0], EntryState.SCRATCHED)
        page = self.page(client, games_id, event_id)
        shown = [one.text.split()[0] for one in page.soup.select(".x-names--order > li")]
        assert shown == [NAMES[ids.index(one)] for one in map(as_id, draw.outcome)]
        assert "已退赛" in page.main

    def test_nothing_is_sent_again_while_nothing_has_changed(self, client, ctx):
        games_id, event_id, _ids = event_with(EventFormat.KNOCKOUT, 4)
        drawn(games_id, event_id)
        address = f"/games/{games_id}/events/{event_id}"
        tag = client.http.get(address).headers["ETag"]
        assert client.http.get(address, headers={"If-None-Match": tag}).status_code == 304
        write(games_id, units_of(games_id, event_id)[0], {"score_a": 3, "score_b": 1})
        assert client.http.get(address, headers={"If-None-Match": tag}).status_code == 200


def as_id(text):
    return uuid.UUID(text)


def set_status(unit, status):
    @act
    def change():
        unit.status = status.value

    change()
