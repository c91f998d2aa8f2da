"""Team points: scales, multipliers, shared means, entries minus k, penalties, equal totals."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DomainError
from app.games.rules.places import Place, Scope
from app.games.rules.registry import EIGHT, TWELVE
from app.games.rules.team_points import Penalty, table
from tests.unit.games.matches import of, order, ranks, replaced
from tests.unit.games.test_medals import places, results


def points(ranking) -> dict[str, Fraction]:
    return {placing.id: placing.figures["points"] for placing in ranking.placings}


def scoped(**more):
    return replaced(EIGHT, scope=Scope(**more))


class TestPoints:
    def test_two_share_the_second_place_of_an_event_that_counts_double(self):
        found = points(table(places("run 1A 2B 2C 4D 5E 6F 7G 8H"), [], scoped(multipliers={"run": Fraction(2)})))
        assert (found["B"], found["C"], found["D"]) == (13, 13, 10)

    def test_two_thirds_and_two_fifths(self):
        found = points(table(places("wrestle 1A 2B 3C 3D 5E 5F 7G 8H"), [], EIGHT))
        assert list(found.values()) == [9, 7, Fraction("5.5"), Fraction("5.5"), Fraction("3.5"), Fraction("3.5"), 2, 1]

    def test_the_scale_of_twelve(self):
        found = points(table([Place("run", n, f"D{n:02}") for n in range(1, 14)], [], TWELVE))
        assert list(found.values()) == [13, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]

    def test_three_share_the_first_place_exactly(self):
        assert points(table(places("run 1A 1B 1C 4D 5E 6F 7G 8H"), [], EIGHT))["A"] == Fraction(22, 3)

    def test_a_tie_at_the_end_of_the_scale_shares_with_nothing(self):
        rows = [*places("run 1A 2B 3C 4D 5E 6F 7G 8H"), Place("run", 8, "I")]
        assert points(table(rows, [], EIGHT))["H"] == Fraction(1, 2)

    def test_fewer_than_eight_entries_minus_one_are_placed(self):
        assert points(table(places("run 1A 2B 3C 4D 5E"), [], scoped(minus_k=1))) == {
            "A": 9, "B": 7, "C": 6, "D": 5, "E": 0,
        }  # fmt: skip
        assert points(table(places("run 1A 2B"), [], scoped(minus_k=1, entries={"run": 9})))["B"] == 7
        assert points(table(places("run 1A 2B 3C 4D 5E 6F 7G 8H"), [], scoped(minus_k=1)))["H"] == 1

    def test_a_tie_across_the_cut_averages_with_nothing(self):
        found = points(table(places("run 1A 2B 3C 4D 4E"), [], scoped(minus_k=1)))
        assert (found["D"], found["E"]) == (Fraction("2.5"), Fraction("2.5"))

    def test_too_few_entries_or_delegations_cancel_the_event(self):
        ranking = table(places("run 1A 2B"), [], scoped(minimum_delegations=3))
        assert (points(ranking), ranking.notes["cancelled"]) == ({"A": 0, "B": 0}, ["run"])
        assert points(table(places("run 1A 2B"), [], scoped(minimum_entries=3)))["A"] == 0

    def test_penalties_are_taken_off_and_may_go_below_nothing(self):
        ranking = table(places("run 1A 2B"), [Penalty("B", Fraction(10)), Penalty("C", Fraction(5))], EIGHT)
        assert points(ranking) == {"A": 9, "B": -3, "C": -5}
        assert of(ranking, "B").figures["penalty"] == 10

    def test_an_athlete_of_two_delegations_scores_for_both(self):
        assert points(table([Place("run", 1, "A", also=("B",))], [], EIGHT)) == {"A": 9, "B": 9}

    def test_places_that_contradict(self):
        with pytest.raises(DomainError):
            table(places("run 1A 1B 2C"), [], EIGHT)


class TestEqualTotals:
    def test_more_firsts_then_more_seconds(self):
        # A: 9 + 5, B: 7 + 7
        ranking = table(places("run 1A 2B, jump 2B 4A 1C 3C"), [], EIGHT)
        assert (points(ranking)["A"], points(ranking)["B"]) == (14, 14)
        assert order(ranking) == "CAB"

    def test_equal_in_everything_shares_the_rank(self):
        assert ranks(table(places("run 1A 2B 3C, jump 1B 2A"), [], EIGHT)) == {"A": 1, "B": 1, "C": 3}

    def test_whether_a_first_that_counts_double_is_two_is_said_by_the_games(self):
        # A: 9 × 2; B: 9 + 9
        rows = places("ball 1A, run 1B, jump 1B")
        assert order(table(rows, [], scoped(multipliers={"ball": Fraction(2)}))) == "BA"
        both = replaced(scoped(multipliers={"ball": Fraction(2)}), weighted_firsts=True)
        assert ranks(table(rows, [], both)) == {"A": 1, "B": 1}


class TestAnyScore:
    @given(results(), st.randoms(use_true_random=False))
    def test_the_order_of_publication_changes_nothing(self, made, random):
        before = table(made, [], EIGHT)
        random.shuffle(made)
        assert table(made, [], EIGHT) == before

    @given(results())
    def test_ties_conserve_the_points(self, made):
        total = sum(points(table(made, [], EIGHT)).values())
        taken = {}
        for place in made:
            taken[place.event] = taken.get(place.event, 0) + 1
        assert total == sum(sum(EIGHT.scale[:n]) for n in taken.values())
