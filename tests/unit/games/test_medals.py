"""The medal table: the Olympic order, shared places, multipliers, teams; and Rio 2016 as printed."""

from __future__ import annotations

import csv
import lzma
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DomainError
from app.games.rules.medals import table
from app.games.rules.places import Place, Scope
from app.games.rules.registry import MEDALS
from tests.unit.games.matches import of, order, ranks, replaced

RIO = Path(__file__).parents[2] / "data" / "rio2016_medals.csv.xz"


def places(text: str) -> list[Place]:
    """`run 1A 2B 3C, jump 1B` as places."""
    made = []
    for event in text.split(", "):
        name, *taken = event.split()
        made += [Place(name, int(one[:-1]), one[-1]) for one in taken]
    return made


def medals(ranking, one: str) -> tuple:
    return tuple(of(ranking, one).figures[kind] for kind in ("gold", "silver", "bronze"))


class TestTable:
    def test_one_gold_goes_before_any_number_of_silver(self):
        assert order(table(places("run 1A 2B 3B, jump 1C 2B 3B"), MEDALS)) == "ACB"

    def test_equal_medals_share_the_rank_and_the_next_is_left_out(self):
        assert ranks(table(places("run 1A 2C, jump 1B 2C"), MEDALS)) == {"A": 1, "B": 1, "C": 3}

    def test_two_golds_and_no_silver(self):
        ranking = table(places("run 1A 1B 3C"), MEDALS)
        assert [medals(ranking, one) for one in "ABC"] == [(1, 0, 0), (1, 0, 0), (0, 0, 1)]
        assert ranking.notes == {"cancelled": [], "gaps": []}

    def test_two_silvers_and_no_bronze_but_two_bronzes_stay(self):
        assert medals(table(places("run 1A 2B 2C, box 1A 2B 3C 3D"), MEDALS), "C") == (0, 1, 1)

    @pytest.mark.parametrize("taken", ["run 1A 1B 2C", "run 1A 2B 2C 3D", "run 1A 1B 1C 3D", "run 1A 2B 3C 3D 4E"])
    def test_places_that_contradict_are_refused(self, taken):
        with pytest.raises(DomainError) as refused:
            table(places(taken), MEDALS)
        assert refused.value.code == "places_contradict"
        assert "run" in str(refused.value)

    def test_places_that_skip_are_told(self):
        assert table(places("run 1A 3C, jump 1A 2B 3C"), MEDALS).notes["gaps"] == ["run"]

    def test_who_has_no_medal_stands_in_the_table(self):
        assert medals(table(places("run 1A 2B 3C 4D 8E"), MEDALS), "E") == (0, 0, 0)

    def test_a_game_that_counts_four_times_gives_four_golds(self):
        rules = replaced(MEDALS, scope=Scope(multipliers={"ball": Fraction(4)}))
        assert medals(table(places("ball 1A 2B, run 1B"), rules), "A") == (4, 0, 0)

    def test_a_team_medal_is_one_and_has_many_medallists(self):
        team = [Place("relay", 1, "A", competitor=name) for name in "wxyz"] + [Place("relay", 2, "B", competitor="v")]
        ranking = table(team, replaced(MEDALS, scope=Scope(team_events=frozenset({"relay"}))))
        assert (medals(ranking, "A"), of(ranking, "A").figures["medallists"]) == ((1, 0, 0), 4)
        assert medals(ranking, "B") == (0, 1, 0)

    def test_an_athlete_of_two_delegations_counts_for_both(self):
        ranking = table([Place("run", 1, "A", also=("B",)), Place("run", 2, "C")], MEDALS)
        assert ranks(ranking) == {"A": 1, "B": 1, "C": 3}

    def test_too_few_entries_take_medals_away_too_unless_the_games_say_otherwise(self):
        rules = replaced(MEDALS, scope=Scope(minus_k=1, entries={"run": 2}))
        assert medals(table(places("run 1A 2B"), rules), "B") == (0, 0, 0)
        assert medals(table(places("run 1A 2B"), replaced(rules, follow_minus_k=False)), "B") == (0, 1, 0)

    def test_an_event_with_too_few_delegations_is_cancelled(self):
        ranking = table(places("run 1A 2B, jump 1A 2B 3C"), replaced(MEDALS, scope=Scope(minimum_delegations=3)))
        assert ranking.notes["cancelled"] == ["run"]
        assert medals(ranking, "A") == (1, 0, 0)

    def test_a_corrected_result_recomputes(self):
        before, after = places("run 1A 2B 3C"), places("run 1B 2A 3C")
        assert order(table(before, MEDALS)) == "ABC"
        assert order(table(after, MEDALS)) == "BAC"

    def test_no_places_no_table(self):
        assert table([], MEDALS).placings == ()


@st.composite
def results(draw):
    """Finished events with real ties: blocks of one to three, the places after a block left empty."""
    made = []
    for n in range(draw(st.integers(0, 12))):
        place = 1
        while place <= 4:
            size = draw(st.sampled_from([1, 1, 1, 1, 2, 3]))
            made += [Place(f"E{n}", place, draw(st.sampled_from("ABCDEF"))) for _ in range(size)]
            place += size
    return made


class TestAnyTable:
    @given(results(), st.randoms(use_true_random=False))
    def test_the_order_of_publication_changes_nothing(self, made, random):
        before = table(made, MEDALS)
        random.shuffle(made)
        assert table(made, MEDALS) == before

    @given(results())
    def test_the_order_is_total_and_every_medal_is_in_it_once(self, made):
        ranking = table(made, MEDALS)
        lines = [medals(ranking, one.id) for one in ranking.placings]
        assert lines == sorted(lines, reverse=True)
        assert {one.rank for one in ranking.placings} == {1 + sum(x > line for x in lines) for line in lines}
        given_out = Counter(place.place for place in made)
        assert tuple(sum(line[kind] for line in lines) for kind in range(3)) == (
            given_out[1],
            given_out[2],
            given_out[3],
        )

    @given(results())
    def test_event_by_event_is_the_same_as_all_at_once(self, made):
        total: Counter[tuple[str, str]] = Counter()
        for event in {place.event for place in made}:
            for placing in table([place for place in made if place.event == event], MEDALS).placings:
                total.update({(placing.id, kind): placing.figures[kind] for kind in ("gold", "silver", "bronze")})
        for placing in table(made, MEDALS).placings:
            assert all(placing.figures[kind] == total[placing.id, kind] for kind in ("gold", "silver", "bronze"))


@pytest.fixture(scope="module")
def rows():
    with lzma.open(RIO, "rt", encoding="utf-8", newline="") as stream:
        return [
            Place(f"{row['sport']} · {row['event']}", int(row["place"]), row["delegation"])
            for row in csv.DictReader(stream)
        ]


class TestRio2016:
    def test_the_table_is_as_printed(self, rows):
        ranking = table(rows, MEDALS)
        assert (len(rows), len(ranking.placings)) == (973, 86)
        assert [medals(ranking, one) for one in ("USA", "GBR", "CHN")] == [(46, 37, 38), (27, 23, 17), (26, 18, 26)]
        assert [placing.id for placing in ranking.placings[:3]] == ["USA", "GBR", "CHN"]
        assert [placing.rank for placing in ranking.placings[:3]] == [1, 2, 3]
        assert sum(placing.figures["total"] for placing in ranking.placings) == 973
        assert ranking.notes == {"cancelled": [], "gaps": []}

    def test_the_double_gold_without_silver(self, rows):
        swum = [place for place in rows if place.event == "swimming · 100m freestyle women"]
        ranking = table(swum, MEDALS)
        assert {one: medals(ranking, one) for one in ("USA", "CAN", "SWE")} == {
            "USA": (1, 0, 0),
            "CAN": (1, 0, 0),
            "SWE": (0, 0, 1),
        }

    def test_the_triple_silver_without_bronze(self, rows):
        ranking = table([place for place in rows if place.event == "swimming · 100m butterfly men"], MEDALS)
        assert ranks(ranking) == {"SGP": 1, "HUN": 2, "RSA": 2, "USA": 2}
        assert medals(ranking, "USA") == (0, 1, 0)
