"""A route as the way of the shorter group and what the longer one walks beyond."""

from __future__ import annotations

import pytest

from app.portal.rules.ways import Group, two_ways

ROUTE = {"points": [[0, 0], [10, 0], [20, 0], [30, 0]], "along": [0, 1000, 2000, 3000]}
SHORT, LONG = Group("体验组", 1500), Group("挑战组", 3000)


def test_the_line_is_cut_where_the_shorter_group_ends():
    ways = two_ways(ROUTE, [LONG, SHORT])
    assert ways is not None
    assert ways.near == "M0 0L10 0L15 0"
    assert ways.far == "M15 0L20 0L30 0"
    assert (ways.shorter, ways.longer, ways.more_m) == (SHORT, LONG, 1500)


def test_a_cut_on_a_point_does_not_repeat_it():
    ways = two_ways(ROUTE, [Group("体验组", 2000), LONG])
    assert ways is not None
    assert ways.near == "M0 0L10 0L20 0"
    assert ways.far.startswith("M20 0L20 0L30 0")


@pytest.mark.parametrize(
    "groups",
    [
        [],
        [LONG],
        [Group("体验组", 3000), LONG],
        [Group("体验组", 2990), LONG],
        [Group("体验组", 3200), Group("挑战组", 4000)],
    ],
)
def test_one_way_for_all_is_one_line(groups):
    assert two_ways(ROUTE, groups) is None


def test_no_route_no_ways():
    assert two_ways(None, [SHORT, LONG]) is None
