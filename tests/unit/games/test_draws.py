"""Draws: Berger, the other table, seed places, byes, units apart, groups, and that all of it replays."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DomainError
from app.games.rules.draws import (
    Entrant,
    berger,
    counterclockwise,
    draw_bracket,
    draw_groups,
    replays,
    seed_places,
    snake,
)

SEED = "2026-10-01 福彩 3D 472"


class TestRoundRobin:
    def test_the_berger_table_of_six(self):
        shown = [" ".join(f"{a}-{b}" for a, b in one) for one in berger(6)]
        assert shown == ["1-6 2-5 3-4", "6-4 5-3 1-2", "2-6 3-1 4-5", "6-5 1-4 2-3", "3-6 4-2 5-1"]

    @pytest.mark.parametrize("table", [berger, counterclockwise])
    @pytest.mark.parametrize("n", range(41))
    def test_each_pair_meets_once_and_nobody_twice_in_a_round(self, table, n):
        rounds = table(n)
        assert len(rounds) == (0 if n < 2 else n - 1 + n % 2)
        pairs = Counter(frozenset(pair) for one in rounds for pair in one if None not in pair)
        assert set(pairs.values()) <= {1}
        assert len(pairs) == n * (n - 1) // 2
        for one in rounds:
            assert sorted(x for pair in one for x in pair if x) == list(range(1, n + 1))
            assert sum(None in pair for pair in one) == n % 2

    def test_an_odd_number_of_teams_rests_one_by_one(self):
        rests = [next(a or b for a, b in one if None in (a, b)) for one in berger(7)]
        assert sorted(rests) == list(range(1, 8))

    def test_the_counterclockwise_table_keeps_the_first_in_place(self):
        assert counterclockwise(4) == [((1, 4), (2, 3)), ((1, 3), (4, 2)), ((1, 2), (3, 4))]


class TestSeedPlaces:
    def test_of_eight(self):
        assert seed_places(8) == [1, 8, 5, 4, 3, 6, 7, 2]

    @pytest.mark.parametrize("size", [1, 2, 4, 8, 16, 32, 64, 256])
    def test_the_best_meet_as_late_as_can_be(self, size):
        places = seed_places(size)
        assert sorted(places) == list(range(1, size + 1))
        while len(places) > 1:
            assert all(places[i] + places[i + 1] == len(places) + 1 for i in range(0, len(places), 2))
            places = [min(places[i], places[i + 1]) for i in range(0, len(places), 2)]

    @pytest.mark.parametrize("size", [0, 3, 12, -8])
    def test_only_powers_of_two(self, size):
        with pytest.raises(DomainError):
            seed_places(size)


def entrants(n: int, seeds: int = 0, units: int = 0) -> list[Entrant]:
    return [Entrant(f"E{i:03}", i if i <= seeds else None, f"U{i % units}" if units else None) for i in range(1, n + 1)]


class TestBracket:
    @given(st.integers(1, 64), st.integers(0, 8), st.integers(0, 9), st.text(min_size=1).filter(str.strip))
    def test_everybody_has_one_place_and_a_draw_replays(self, n, seeds, units, seed):
        drawn = draw_bracket(entrants(n, min(seeds, n), units), seed)
        assert sorted(one for one in drawn.places if one) == [f"E{i:03}" for i in range(1, n + 1)]
        assert replays(drawn)
        assert not replays(replace(drawn, version="knockout-0"))
        pairs = [drawn.places[i : i + 2] for i in range(0, len(drawn.places), 2)]
        assert all(pair != (None, None) for pair in pairs)

    def test_anything_changed_is_noticed(self):
        drawn = draw_bracket(entrants(16, 2), SEED)
        assert not replays(replace(drawn, seed="another"))
        assert not replays(replace(drawn, places=drawn.places[::-1]))

    @pytest.mark.parametrize("n", range(5, 33))
    def test_byes_go_to_the_first_seeds(self, n):
        drawn = draw_bracket(entrants(n, 4), SEED)
        byes = len(drawn.places) - n
        free = {
            one for i in range(0, len(drawn.places), 2) if None in (pair := drawn.places[i : i + 2]) for one in pair
        }
        assert len(free - {None}) == byes
        assert {f"E{i:03}" for i in range(1, min(4, byes) + 1)} <= free

    @given(st.sampled_from([8, 16, 32]), st.integers(2, 8), st.text(min_size=1).filter(str.strip))
    def test_the_best_of_a_unit_are_in_different_halves_and_quarters(self, n, units, seed):
        drawn = draw_bracket(entrants(n, 0, units), seed)
        place = {one: i for i, one in enumerate(drawn.places)}
        for unit in range(units):
            own = [place[one.id] for one in drawn.entrants if one.unit == f"U{unit}"]
            assert len({i // (n // 2) for i in own[:2]}) == len(own[:2])
            for parts in (2, 4):
                sizes = Counter(i // (n // parts) for i in own)
                assert max(sizes.values()) - min((sizes[i] for i in range(parts)), default=0) <= 1

    def test_four_of_a_unit_are_in_four_quarters_whatever_the_others_are(self):
        some = [Entrant(f"A{i}", None, "A") for i in range(4)] + [Entrant(f"B{i}", None, f"B{i}") for i in range(28)]
        for n in range(50):
            drawn = draw_bracket(some, f"seed {n}")
            assert {i // 8 for i, one in enumerate(drawn.places) if one and one[0] == "A"} == {0, 1, 2, 3}

    def test_a_draw_without_units_is_chance(self):
        first = Counter(draw_bracket(entrants(4), str(n)).places[0] for n in range(1_000))
        assert all(180 < first[f"E{i:03}"] < 320 for i in range(1, 5))

    @pytest.mark.parametrize("seeds", [(1, 1), (2,), (1, 3)])
    def test_seeds_that_cannot_be(self, seeds):
        with pytest.raises(DomainError):
            draw_bracket([Entrant(f"E{n}", seed) for n, seed in enumerate(seeds)], SEED)

    def test_there_is_no_draw_without_a_seed(self):
        with pytest.raises(DomainError):
            draw_bracket(entrants(4), " ")


class TestGroups:
    def test_the_snake(self):
        assert snake(9, 3) == [[1, 6, 7], [2, 5, 8], [3, 4, 9]]
        assert [len(group) for group in snake(10, 4)] == [3, 3, 2, 2]

    @pytest.mark.parametrize(("n", "groups"), [(3, 0), (3, 4), (0, 2)])
    def test_groups_that_cannot_be(self, n, groups):
        with pytest.raises(DomainError):
            snake(n, groups)

    @given(st.integers(1, 24), st.integers(1, 6), st.integers(0, 6))
    def test_everybody_is_in_one_group_and_groups_are_even(self, n, groups, units):
        groups = min(groups, n)
        dealt = draw_groups(entrants(n, min(groups, n), units), groups, SEED)
        assert sorted(one.id for group in dealt for one in group) == [f"E{i:03}" for i in range(1, n + 1)]
        assert max(map(len, dealt)) - min(map(len, dealt)) <= 1
        assert dealt == draw_groups(entrants(n, min(groups, n), units), groups, SEED)
        if not units:
            assert [group[0].seed for group in dealt] == list(range(1, groups + 1))

    def test_two_of_a_unit_are_apart(self):
        some = [Entrant(f"E{i}", None, f"U{i % 4}") for i in range(8)]
        for n in range(100):
            for group in draw_groups(some, 4, f"seed {n}"):
                assert len({one.unit for one in group}) == 2
