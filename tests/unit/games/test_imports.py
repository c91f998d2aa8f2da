"""Results of events held elsewhere: Rio 2016 as printed, and what a file can have wrong."""

from __future__ import annotations

import lzma
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.audit.services import SYSTEM
from app.core.db import db
from app.core.errors import DomainError
from app.games.constants import EventFormat, EventStatus, GamesStatus
from app.games.models import Delegation, Entry, Event, Games, Place, Result
from app.games.queries.games import event_by_ref, events
from app.games.queries.tables import places_of_event, tables
from app.games.schemas.results_file import read_results
from app.games.services.imports import ResultsReport, import_results
from app.games.services.programme import cancel_event
from tests.factories.games import add_delegation_to, add_discipline_to, add_event_to, make_games

pytestmark = pytest.mark.usefixtures("ctx", "clock")
RIO = Path(__file__).parents[2] / "data" / "rio2016_medals.csv.xz"
HEAD = "sport,event,place,delegation,competitor,mark\n"


def bring(games_id, text: str, *, create_missing: bool = True) -> ResultsReport:
    rows = read_results((HEAD + text).encode())
    return import_results(games_id=games_id, rows=rows, create_missing=create_missing, actor=SYSTEM)


def counts(games_id) -> tuple[int, ...]:
    return tuple(
        db.session.execute(select(func.count()).select_from(model).where(model.games_id == games_id)).scalar_one()
        for model in (Delegation, Event, Entry, Result, Place)
    )


def medals(games_id) -> dict[str, tuple[int, int, int]]:
    found = tables(db.session.get_one(Games, games_id))
    return {found.codes[line.delegation]: (line.gold, line.silver, line.bronze) for line in found.medals}


@pytest.fixture
def games():
    return make_games(status=GamesStatus.RUNNING)


class TestRio:
    @pytest.fixture
    def rio(self, games):
        rows = read_results(lzma.decompress(RIO.read_bytes()))
        report = import_results(games_id=games, rows=rows, create_missing=True, actor=SYSTEM)
        assert (report.rows, report.new, len(report.delegations_made)) == (973, 306, 86)
        return games

    def test_the_table_is_the_one_that_was_printed(self, rio):
        won = medals(rio)
        assert len(won) == 86
        assert (won["USA"], won["GBR"], won["CHN"]) == ((46, 37, 38), (27, 23, 17), (26, 18, 26))
        found = tables(db.session.get_one(Games, rio))
        assert [found.codes[line.delegation] for line in found.medals[:3]] == ["USA", "GBR", "CHN"]

    def test_two_golds_without_silver_and_three_silvers_without_bronze(self, rio):
        freestyle = next(
            e for e in events(rio) if "100" in e.name and "freestyle" in e.name.lower() and "women" in e.name
        )
        butterfly = next(
            e for e in events(rio) if "100" in e.name and "butterfly" in e.name.lower() and "women" not in e.name
        )
        assert sorted(line.medal for line in places_of_event(rio, freestyle.id)) == [1, 1, 3]
        assert sorted(line.medal for line in places_of_event(rio, butterfly.id)) == [1, 2, 2, 2]

    def test_the_same_file_again_changes_nothing(self, rio):
        before, held = counts(rio), medals(rio)
        rows = read_results(lzma.decompress(RIO.read_bytes()))
        again = import_results(games_id=rio, rows=rows, create_missing=True, actor=SYSTEM)
        assert (again.new, again.changed, again.unchanged) == (0, 0, 306)
        assert (counts(rio), medals(rio)) == (before, held)


class TestAFile:
    def test_an_event_s_whole_result_is_replaced_and_the_earlier_version_kept(self, games):
        bring(games, "跑步,男子 5 km,1,城头镇,王一,16:01\n跑步,男子 5 km,2,徐庄镇,李二,16:09\n")
        report = bring(games, "跑步,男子 5 km,1,徐庄镇,李二,16:00\n")
        assert (report.new, report.changed) == (0, 1)
        event = events(games)[0]
        assert [(line.name, line.rank, line.mark) for line in places_of_event(games, event.id)] == [
            ("李二", 1, "16:00")
        ]
        assert counts(games) == (2, 1, 1, 2, 1)
        assert event.status == EventStatus.OFFICIAL

    def test_delegations_and_events_match_by_code_or_name_whatever_the_spaces_and_capitals(self, games):
        add_delegation_to(games, code="CT", name="城头镇")
        run = add_discipline_to(games, code="RUN", name="跑步")
        add_event_to(games, run, code="RUN-5", name="男子 5 km", format=EventFormat.PLACES, rules=None)
        bring(games, "run, 男子5KM,1,ct\nＲＵＮ,run-5,2,城头镇\n".replace("ＲＵＮ", "跑 步"), create_missing=False)
        assert [line.rank for line in places_of_event(games, event_by_ref(games, "RUN-5").id)] == [1, 2]

    @pytest.mark.parametrize(
        ("text", "code", "words"),
        [
            ("跑步,男子,1,城头镇,,\n", "delegation_unknown", "第 2 行 delegation 列"),
            ("跑步,女子,1,徐庄镇,,\n", "event_unknown", "第 2 行 event 列"),
        ],
    )
    def test_what_is_unknown_is_named_with_row_and_column_and_nothing_is_stored(self, games, text, code, words):
        add_delegation_to(games, name="徐庄镇")
        run = add_discipline_to(games, code="RUN", name="跑步")
        add_event_to(games, run, code="RUN-5", name="男子", format=EventFormat.PLACES, rules=None)
        before = counts(games)
        with pytest.raises(DomainError) as refused:
            bring(games, text, create_missing=False)
        assert refused.value.code == code
        assert words in str(refused.value)
        assert counts(games) == before

    @pytest.mark.parametrize(
        ("places", "row"), [((1, 1, 2), 4), ((1, 2, 2, 3), 5), ((1, 1, 1, 3), 5), ((1, 2, 3, 3, 4), 6)]
    )
    def test_places_that_contradict_are_named_with_their_row_and_nothing_is_stored(self, games, places, row):
        good = "跳绳,女子,1,A镇,,\n"
        text = "".join(f"跑步,男子,{place},{letter}镇,,\n" for place, letter in zip(places, "ABCDE", strict=False))
        with pytest.raises(DomainError) as refused:
            bring(games, text + good)
        assert refused.value.code == "places_contradict"
        assert f"第 {row} 行 place 列" in str(refused.value)
        assert counts(games) == (0, 0, 0, 0, 0)

    @pytest.mark.parametrize(
        ("row", "column"),
        [
            (",男子,1,A镇,,", "sport"),
            ("跑步,,1,A镇,,", "event"),
            ("跑步,男子,,A镇,,", "place"),
            ("跑步,男子,一,A镇,,", "place"),
            ("跑步,男子,0,A镇,,", "place"),
            ("跑步,男子,1.5,A镇,,", "place"),
            ("跑步,男子,1,,,", "delegation"),
            (f"跑步,男子,1,{'长' * 81},,", "delegation"),
            ("跑步,男子,1,=A1,,", "delegation"),
        ],
    )
    def test_a_row_that_cannot_be_read_is_named(self, row, column):
        with pytest.raises(DomainError) as refused:
            read_results((HEAD + "跑步,女子,1,A镇,,\n" + row + "\n").encode())
        assert f"第 3 行 {column} 列" in str(refused.value)

    @pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "sport,event,place\n跑步,男子,1\n"])
    def test_a_file_without_the_columns_says_which(self, text):
        with pytest.raises(DomainError) as refused:
            read_results(text.encode())
        assert refused.value.code in {"columns_missing", "sheet_empty"}

    def test_headings_may_be_chinese(self):
        rows = read_results("大项,小项,名次,代表团,姓名\n跑步,男子,1,A镇,王一\n".encode())
        assert [(one.sport, one.place, one.competitor) for one in rows] == [("跑步", 1, "王一")]

    def test_a_cancelled_event_takes_no_result(self, games):
        bring(games, "跑步,男子,1,A镇,,\n")
        cancel_event(games_id=games, event_id=events(games)[0].id, reason="报名不足", actor=SYSTEM)
        with pytest.raises(DomainError) as refused:
            bring(games, "跑步,男子,1,B镇,,\n")
        assert refused.value.code == "event_cancelled"
        assert set(medals(games).values()) == {(0, 0, 0)}  # what was published of it counts no more


def test_the_command_says_what_it_did_and_names_unknown_games(runner, games, tmp_path):
    file = tmp_path / "results.csv"
    file.write_text(HEAD + "跑步,男子,1,A镇,,\n", encoding="utf-8")
    code = db.session.get_one(Games, games).code
    done = runner.invoke(args=["games", "import-results", code, str(file), "--create-missing"])
    assert "1 rows: 1 events new" in done.output
    assert "没有找到这届运动会" in runner.invoke(args=["games", "import-results", "nope", str(file)]).output
