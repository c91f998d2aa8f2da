"""The tables of an edition are the sums of what each event gave: the same as from all places at once."""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from app.games.rules import medals, team_points
from app.games.rules.places import Place, events_of
from app.games.rules.registry import EIGHT, MEDALS
from app.games.rules.standings import Credit, medal_table, score_table
from app.games.rules.team_points import Penalty


def credits_of(places: list[Place]) -> list[Credit]:
    """What each event gives, event by event, as a publication stores it."""
    found = []
    for _, some in groupby(sorted(places, key=lambda place: place.event), key=lambda place: place.event):
        mine = list(some)
        (for_medals,) = events_of(mine, MEDALS.scope, medals.DEPTH)
        (for_points,) = events_of(mine, EIGHT.scope, len(EIGHT.scale))
        won = {id(place): (medal, times) for place, medal, times in medals.medals_of(for_medals, MEDALS)}
        points = {id(place): worth for place, worth in team_points.points_of(for_points, EIGHT)}
        for place in mine:
            medal, times = won.get(id(place), (None, Fraction(0)))
            found += [
                Credit(one, place.place, medal, times, points.get(id(place), Fraction(0))) for one in place.credited
            ]
    return found


@st.composite
def results(draw) -> list[Place]:
    """Some events with ties, each place by one of five delegations; some credited to two."""
    found = []
    for event in range(draw(st.integers(1, 6))):
        place = 1
        while place <= 8:
            sharing = draw(st.integers(1, 3))
            for _ in range(sharing):
                delegation = draw(st.sampled_from("ABCDE"))
                also = tuple(one for one in (draw(st.sampled_from(["", "A", "E"])),) if one and one != delegation)
                found.append(Place(f"event {event}", place, delegation, also))
            place += sharing
    return found


@given(results())
def test_the_sum_over_events_is_the_table_of_all_places(places):
    named = sorted({one for place in places for one in place.credited})
    added = {
        line.delegation: (line.rank, line.gold, line.silver, line.bronze)
        for line in medal_table(credits_of(places), named)
    }
    whole = {
        one.id: (one.rank, *(one.figures[kind] for kind in ("gold", "silver", "bronze")))
        for one in medals.table(places, MEDALS).placings
    }
    assert added == whole


@given(results(), st.dictionaries(st.sampled_from("ABCDE"), st.integers(1, 20).map(Fraction), max_size=3))
def test_the_sum_over_events_is_the_team_score_of_all_places(places, taken):
    taken = {one: points for one, points in taken.items() if any(one in place.credited for place in places)}
    added = {line.delegation: (line.points, line.penalty) for line in score_table(credits_of(places), taken)}
    whole = team_points.table(places, [Penalty(one, points) for one, points in taken.items()], EIGHT)
    assert added == {one.id: (one.figures["points"], one.figures["penalty"] or 0) for one in whole.placings}
    assert {line.delegation: line.rank for line in score_table(credits_of(places), taken)} == {
        one.id: one.rank for one in whole.placings
    }


@given(results(), st.randoms())
def test_the_order_of_publication_decides_nothing(places, chance):
    held = credits_of(places)
    shuffled = held[:]
    chance.shuffle(shuffled)
    assert medal_table(held) == medal_table(shuffled)
    assert score_table(held, {}) == score_table(shuffled, {})


def test_delegations_without_a_place_stand_last_and_share_it():
    lines = medal_table([Credit("A", 1, 1, Fraction(1), Fraction(9))], ["A", "B", "C"])
    assert [(line.delegation, line.rank, line.shared) for line in lines] == [
        ("A", 1, False),
        ("B", 2, True),
        ("C", 2, True),
    ]


def test_weighted_firsts_part_equal_totals_by_the_multiplier():
    heavy = Credit("A", 1, 1, Fraction(4), Fraction(36), times=Fraction(4))
    many = [Credit("B", 1, 1, Fraction(1), Fraction(9), count=4)]
    assert [line.rank for line in score_table([heavy, *many], {}, weighted_firsts=True)] == [1, 1]
    assert score_table([heavy, *many], {})[0].delegation == "B"
