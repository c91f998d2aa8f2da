"""Single elimination by matches: the bracket, byes, walk-overs, third place, groups before it, what is refused."""

from __future__ import annotations

import json
import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DomainError
from app.games.rules.draws import Entrant, draw_bracket
from app.games.rules.files.knockout import play_document
from app.games.rules.files.ranking import rank_file
from app.games.rules.files.reading import document
from app.games.rules.knockout import KnockoutRules, Third, play, qualifiers
from app.games.rules.league import Game
from app.games.rules.registry import KNOCKOUT, RULE_SETS
from app.games.rules.tree import GROUP, OPEN

MATCH = KnockoutRules("knockout-1")
SHARED = KnockoutRules("knockout-1", third=Third.SHARED)
FOUR = ["A", "B", "C", "D"]


def won(a, b, **facts):
    return Game(a, b, 2, 1, row=f"{a}-{b}", **facts)


def bracket_of(n):
    return list(draw_bracket([Entrant(f"t{k:03}") for k in range(n)], "一号种子").places)


def fight_out(places, rules, better):
    """All matches of a bracket, each won by whom `better` says, in the order in which they become due."""
    games = []
    while due := play(places, games, [], rules).ranking.due:
        games += [won(*sorted(pair, key=better)) for pair in due]
    return games


def ranks(played):
    return {one.id: one.rank for one in played.ranking.placings}


class TestBrackets:
    @given(n=st.integers(2, 40), luck=st.randoms(use_true_random=False), third=st.sampled_from(Third))
    def test_every_bracket_has_one_loser_fewer_than_entries_and_the_order_of_entering_decides_nothing(
        self, n, luck, third
    ):
        rules = KnockoutRules("knockout-1", third=third)
        places = bracket_of(n)
        strength = {one: luck.random() for one in places if one}
        games = fight_out(places, rules, strength.__getitem__)
        played = play(places, games, [], rules)
        losers = [box.loser for column in played.tree.rounds for box in column if box is not None]
        assert len(losers) == len(set(losers)) == n - 1
        assert set(losers) == set(strength) - {min(strength, key=strength.__getitem__)}
        assert all(one.rank for one in played.ranking.placings)
        shuffled = list(games)
        luck.shuffle(shuffled)
        assert play(places, shuffled, [], rules) == played

    @given(n=st.integers(2, 40))
    def test_ranks_are_counted_by_who_is_ahead(self, n):
        played = play(bracket_of(n), fight_out(bracket_of(n), MATCH, str), [], MATCH)
        given_ranks = [one.rank for one in played.ranking.placings]
        assert given_ranks == sorted(given_ranks)
        for rank in given_ranks:
            assert rank == 1 + sum(other < rank for other in given_ranks)

    def test_four_with_a_match_for_third(self):
        games = [won("A", "B"), won("C", "D"), won("D", "B"), won("C", "A")]
        assert ranks(play(FOUR, games, [], MATCH)) == {"C": 1, "A": 2, "D": 3, "B": 4}

    def test_four_who_share_third(self):
        games = [won("A", "B"), won("C", "D"), won("C", "A")]
        assert ranks(play(FOUR, games, [], SHARED)) == {"C": 1, "A": 2, "B": 3, "D": 3}

    def test_the_losers_of_the_quarter_finals_share_fifth_and_those_before_ninth(self):
        places = [f"t{n:02}" for n in range(16)]
        found = sorted(ranks(play(places, fight_out(places, MATCH, str), [], MATCH)).values())
        assert found == [1, 2, 3, 4, 5, 5, 5, 5, 9, 9, 9, 9, 9, 9, 9, 9]

    def test_three_have_no_match_for_third(self):
        played = play(["A", None, "B", "C"], [won("B", "C"), won("A", "B")], [], MATCH)
        assert ranks(played) == {"A": 1, "B": 2, "C": 3}
        assert played.tree.third is None

    def test_what_is_due_are_the_pairs_that_are_known(self):
        assert play(FOUR, [], [], MATCH).ranking.due == (("A", "B"), ("C", "D"))
        assert play(FOUR, [won("A", "B")], [], MATCH).ranking.due == (("C", "D"),)
        after = play(FOUR, [won("A", "B"), won("D", "C")], [], MATCH)
        assert set(after.ranking.due) == {("A", "D"), ("B", "C")}

    def test_who_is_out_has_a_rank_while_others_play(self):
        places = [f"t{n}" for n in range(8)]
        assert ranks(play(places, [won("t0", "t1")], [], MATCH))["t1"] == 5
        assert ranks(play(places, [won("t0", "t1")], [], MATCH))["t0"] is None


class TestWalkOvers:
    def test_who_is_scratched_before_the_first_match_has_no_rank(self):
        played = play(FOUR, [won("C", "D"), won("A", "C")], ["B"], MATCH)
        assert ranks(played) == {"A": 1, "C": 2, "D": 3, "B": None}
        assert [one.irm for one in played.ranking.placings if one.id == "B"] == ["DNS"]

    def test_who_is_scratched_later_keeps_the_round_that_was_reached(self):
        games = [won("A", "B"), won("C", "D"), won("D", "B")]
        assert ranks(play(FOUR, games, ["A"], MATCH)) == {"C": 1, "A": 2, "D": 3, "B": 4}

    def test_a_match_played_before_the_scratching_stands(self):
        box = play(FOUR, [won("A", "B")], ["A"], MATCH).tree.rounds[0][0]
        assert (box.winner, box.fought) == ("A", True)

    def test_two_who_are_both_gone_leave_the_next_to_walk_over(self):
        played = play(FOUR, [won("A", "B")], ["C", "D"], MATCH)
        assert ranks(played) == {"A": 1, "B": 2, "C": None, "D": None}
        assert not played.ranking.due

    def test_a_forfeit_goes_to_the_other_whatever_the_score(self):
        games = [Game("A", "B", 5, 0, forfeit=frozenset({"A"})), won("C", "D")]
        assert ("B", "C") in play(FOUR, games, [], MATCH).ranking.due

    def test_both_forfeit_for_third_and_nobody_has_it(self):
        games = [won("A", "B"), won("C", "D"), Game("B", "D", forfeit=frozenset({"B", "D"})), won("A", "C")]
        assert ranks(play(FOUR, games, [], MATCH)) == {"A": 1, "C": 2, "B": 4, "D": 4}

    def test_both_forfeit_the_final_and_nobody_is_first(self):
        games = [won("A", "B"), won("C", "D"), Game("A", "C", forfeit=frozenset({"A", "C"}))]
        assert ranks(play(FOUR, games, [], SHARED)) == {"A": 2, "C": 2, "B": 4, "D": 4}


class TestRefused:
    @pytest.mark.parametrize(
        ("games", "code"),
        [
            ([Game("A", "B", 1, 1)], "score_level"),
            ([won("A", "C")], "match_not_in_bracket"),
            ([won("A", "B"), won("B", "A")], "met_too_often"),
            ([won("A", "X")], "unknown_team"),
            ([won("A", "A")], "game_of_itself"),
            ([Game("A", "B", 1, None)], "score_missing"),
            ([Game("A", "B", forfeit=frozenset({"C"}))], "forfeit_of_other"),
        ],
    )
    def test_results_that_cannot_be(self, games, code):
        with pytest.raises(DomainError) as refused:
            play(FOUR, games, [], MATCH)
        assert refused.value.code == code

    @pytest.mark.parametrize("places", [["A"], ["A", "B", "C"], ["A"] * 3])
    def test_no_bracket(self, places):
        with pytest.raises(DomainError, match="签表"):
            play(places, [], [], MATCH)

    def test_one_team_twice(self):
        with pytest.raises(DomainError, match="两次"):
            play(["A", "B", "A", "C"], [], [], MATCH)


class TestGroupsFirst:
    @pytest.mark.parametrize(("groups", "advance"), [(2, 2), (4, 2), (3, 2), (8, 2), (4, 1), (2, 4), (5, 3)])
    def test_those_of_one_group_are_kept_apart(self, groups, advance):
        places = qualifiers(groups, advance)
        half = len(places) // 2
        for group in range(groups):
            mine = [n for n, one in enumerate(places) if one is not None and one[0] == group]
            assert len(mine) == advance
            upper = sum(n < half for n in mine)
            assert abs(upper - (advance - upper)) <= 1

    def test_first_of_a_meets_second_of_b(self):
        assert qualifiers(2, 2) == [(0, 0), (1, 1), (0, 1), (1, 0)]

    def test_from_groups_to_medals(self):
        root = {"groups": [["A", "B", "C"], ["D", "E", "F"]], "advance": 2, "league": "fiba-d", "games": []}
        for group in root["groups"]:
            root["games"] += [{"a": a, "b": b, "score_a": 60, "score_b": 50} for a, b in combinations(group, 2)]
        found = rank_file("knockout", json.dumps(root).encode())
        assert found["due"] == [["A", "E"], ["B", "D"]]
        root["matches"] = [{"a": "A", "b": "E", "score_a": 70, "score_b": 60}]
        root["matches"] += [{"a": "D", "b": "B", "score_a": 70, "score_b": 60}]
        root["matches"] += [{"a": "E", "b": "B", "score_a": 70, "score_b": 60}]
        root["matches"] += [{"a": "D", "b": "A", "score_a": 70, "score_b": 60}]
        found = rank_file("knockout", json.dumps(root).encode())
        assert [(one["id"], one["rank"]) for one in found["ranking"]] == [
            ("D", 1), ("A", 2), ("E", 3), ("B", 4), ("C", 5), ("F", 5),
        ]  # fmt: skip
        assert "ignored" not in found

    def test_while_a_group_plays_its_places_are_open(self):
        root = {"groups": [["A", "B"], ["C", "D"]], "advance": 2, "league": "fiba-d"}
        root["games"] = [{"a": "A", "b": "B", "score_a": 60, "score_b": 50}]
        played = play_document(KNOCKOUT, document(json.dumps(root).encode()), RULE_SETS)
        first, second = played.tree.rounds[0]
        assert (first.a, first.b) == ("A", OPEN)
        assert (second.a, second.b) == ("B", OPEN)
        assert played.ranking.due == (("C", "D"),)
        assert [box.phase for box in played.tree.groups[0].boxes] == [GROUP]

    def test_a_team_scratched_after_its_group_is_walked_over(self):
        root = {"groups": [["A", "B"], ["C", "D"]], "advance": 1, "league": "fiba-d", "withdrawn": ["A"]}
        root["games"] = [
            {"a": "A", "b": "B", "score_a": 60, "score_b": 50},
            {"a": "C", "b": "D", "score_a": 60, "score_b": 50},
        ]
        found = rank_file("knockout", json.dumps(root).encode())
        assert found["ranking"][0]["id"] == "C"
        assert found["due"] == []

    def test_groups_need_the_rules_of_a_league(self):
        root = {"groups": [["A", "B"], ["C", "D"]], "league": "uww-2026-01"}
        with pytest.raises(DomainError, match="循环赛"):
            rank_file("knockout", json.dumps(root).encode())


def test_results_in_any_order_give_the_same_when_some_are_scratched():
    places = bracket_of(11)
    games = fight_out(places, MATCH, str)
    gone = [games[-1].b, places[0] or "t000"]
    seen = set()
    for n in range(20):
        random.Random(n).shuffle(games)
        seen.add(json.dumps([(one.id, one.rank, one.irm) for one in play(places, games, gone, MATCH).ranking.placings]))
    assert len(seen) == 1
