"""What everybody sees of the games without a login: the tables, each event, each delegation; and the API's table."""

from __future__ import annotations

import json

import pytest

from app.audit.services import SYSTEM
from app.core.db import db
from app.games.constants import GamesStatus
from app.games.models import Games
from app.games.queries.games import events
from app.games.schemas.results_file import read_results
from app.games.services.imports import import_results
from app.games.services.publishing import reopen_result
from tests.factories.games import make_games

pytestmark = pytest.mark.usefixtures("clock")
FILE = """sport,event,place,delegation,competitor,mark
登山,女子 50 岁组,1,店子镇,赵秀芹,40:12
登山,女子 50 岁组,2,西集镇,孙玉华,40:31
登山,女子 50 岁组,2,北庄镇,李翠,40:31
太极拳,集体二十四式,1,山城街道,山城街道队,9.12
太极拳,集体二十四式,2,桑村镇,桑村镇队,9.02
"""


@pytest.fixture
def games(ctx):
    made = make_games(status=GamesStatus.RUNNING, code="g11", name="山亭区第十一届全民健身运动会")
    import_results(games_id=made, rows=read_results(FILE.encode()), create_missing=True, actor=SYSTEM)
    return made


def rows(page, which: int = 0) -> list[list[str]]:
    """The body of a table, cell by cell."""
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")]
        for row in page.soup.select("table")[which].select("tbody tr")
    ]


def test_the_medal_table_ranks_shares_and_sums(client, games):
    page = client.get("/games/g11/medals")
    assert [(row[0], row[2:6], row[1].endswith("并列")) for row in rows(page)] == [
        ("1", ["1", "0", "0", "1"], True),
        ("1", ["1", "0", "0", "1"], True),
        ("3", ["0", "1", "0", "1"], True),
        ("3", ["0", "1", "0", "1"], True),
        ("3", ["0", "1", "0", "1"], True),
    ]
    assert {row[1].split()[0]: row[6] for row in rows(page)} == {
        "山城街道": "9",
        "店子镇": "9",
        "西集镇": "6.5",
        "北庄镇": "6.5",
        "桑村镇": "7",
    }
    assert "已结束 2 / 2 个小项" in page.main
    assert "刚刚产生" in page.main


def test_by_points_the_scores_come_first(client, games):
    page = client.get("/games/g11/medals?by=points")
    assert [row[0] for row in rows(page)] == ["1", "1", "3", "4", "4"]


def test_behind_a_delegation_stand_its_places(client, games):
    page = client.get("/games/g11/medals")
    link = next(tag["href"] for tag in page.soup.select("table a") if tag.get_text() == "西集镇")
    assert [row[1:] for row in rows(client.get(link))] == [["登山 女子 50 岁组", "孙玉华", "40:31", "6.5"]]


def test_an_event_shows_its_places_and_says_when_they_may_change(client, games):
    found = next(one for one in events(games) if one.name == "女子 50 岁组")
    assert [row[1] for row in rows(client.get(f"/games/g11/events/{found.code}"))][0] == "赵秀芹"
    reopen_result(games_id=games, event_id=found.id, reason="抢跑", actor=SYSTEM, protest=True)
    assert "有代表团申诉，成绩可能改变" in client.get(f"/games/g11/events/{found.code}").main
    reopen_result(games_id=games, event_id=found.id, reason="抢跑", actor=SYSTEM)
    assert "赵秀芹" not in client.get(f"/games/g11/events/{found.code}").main


def test_a_draft_is_seen_by_nobody_outside(client, ctx):
    make_games(status=GamesStatus.DRAFT, code="later", name="明年的运动会")
    assert "明年的运动会" not in client.get("/games").main
    for path in ("/games/later", "/games/later/medals", "/api/v1/games/later/medals"):
        assert client.get(path, status=404).status == 404


def test_an_edition_without_results_says_what_comes(client, ctx):
    make_games(status=GamesStatus.RUNNING, code="new", name="新的运动会")
    assert "还没有正式成绩" in client.get("/games/new/medals").main
    assert "/games/new" in client.get("/games").links


def test_a_browser_that_holds_the_table_is_told_so(app, games):
    with app.test_client() as browser:
        first = browser.get("/games/g11/medals")
        assert first.status_code == 200
        again = browser.get("/games/g11/medals", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        found = events(games)[0]
        reopen_result(games_id=games, event_id=found.id, reason="改判", actor=SYSTEM)
        assert browser.get("/games/g11/medals", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


class TestTheApi:
    def test_it_gives_both_tables_by_id_or_code(self, app, games):
        with app.test_client() as program:
            by_code = json.loads(program.get("/api/v1/games/g11/medals").data)
            by_id = json.loads(program.get(f"/api/v1/games/{games}/medals").data)
        assert by_code == by_id
        assert set(by_code) == {"games", "as_of", "table", "team_scores"}
        assert {line["delegation"]: (line["rank"], line["gold"], line["total"]) for line in by_code["table"]} == {
            "店子镇": (1, 1, 1),
            "山城街道": (1, 1, 1),
            "西集镇": (3, 0, 1),
            "北庄镇": (3, 0, 1),
            "桑村镇": (3, 0, 1),
        }
        assert {line["delegation"]: line["points"] for line in by_code["team_scores"]}["西集镇"] == 6.5

    def test_unknown_games_are_a_problem_with_a_code(self, app, ctx):
        with app.test_client() as program:
            answer = program.get("/api/v1/games/nope/medals")
        assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
        assert json.loads(answer.data)["code"] == "games_not_found"

    def test_without_results_the_tables_stand_empty(self, app, ctx):
        made = make_games(status=GamesStatus.RUNNING)
        with app.test_client() as program:
            body = json.loads(program.get(f"/api/v1/games/{made}/medals").data)
        assert (body["table"], body["team_scores"], body["games"]) == ([], [], db.session.get_one(Games, made).code)
