"""Team points 团体总分: places score by a scale, ties share the mean, more firsts part equal totals.

综合性运动会竞赛规程总则 as districts write them (江津 2021, 抚州 2009, 淮南 2015); every number is data.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from app.games.rules.places import Event, Place, Scope, events_of, gaps_of
from app.games.rules.ranking import Figure, Placing, Ranking, blocks_by, ranks_of


@dataclass(frozen=True)
class TeamPointsRules:
    """`scale`: points of the first, second, … place. `weighted_firsts`: whether a first of an event that
    counts ×4 is four firsts where totals are equal.
    """

    name: str
    scale: tuple[Fraction, ...]
    scope: Scope = field(default_factory=Scope)
    weighted_firsts: bool = False


@dataclass(frozen=True)
class Penalty:
    """Points taken from a delegation, with the reason as it is published."""

    delegation: str
    points: Fraction
    reason: str = ""


def points_of(event: Event, rules: TeamPointsRules) -> list[tuple[Place, Fraction]]:
    """What each result of an event brings.

    Those who share a place share the mean of the places that they take up; a place beyond those given
    counts 0 in it. Two second in a ×2 event: (7+6)/2 × 2 = 13 each, the next is fourth, 5 × 2 = 10.
    """
    if event.cancelled:
        return [(place, Fraction(0)) for place, _ in event.places]
    scored = []
    for number, some in event.sharing():
        taken = range(number, number + len(some))
        mean = sum((_value(n, event, rules) for n in taken), Fraction(0)) / len(some)
        scored += [(place, mean * rules.scope.multiplier(event.name)) for place in some]
    return scored


def _value(number: int, event: Event, rules: TeamPointsRules) -> Fraction:
    return rules.scale[number - 1] if number <= min(event.placed, len(rules.scale)) else Fraction(0)


def table(places: Iterable[Place], penalties: Sequence[Penalty], rules: TeamPointsRules) -> Ranking:
    """The team scores of all delegations named, penalties taken off.

    Equal totals: more firsts, then more seconds, … as far as the scale goes; then they share the rank.
    """
    places = list(places)
    events = events_of(places, rules.scope, len(rules.scale))
    totals: dict[str, Fraction] = {one: Fraction(0) for place in places for one in place.credited}
    taken: dict[str, Fraction] = defaultdict(Fraction)
    firsts: dict[str, dict[int, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for penalty in penalties:
        totals.setdefault(penalty.delegation, Fraction(0))
        taken[penalty.delegation] += penalty.points
    for event in events:
        times = rules.scope.multiplier(event.name) if rules.weighted_firsts else Fraction(1)
        for place, points in points_of(event, rules):
            for one in place.credited:
                totals[one] += points
                if not event.cancelled and place.place <= event.placed:
                    firsts[one][place.place] += times
    final = {one: totals[one] - taken[one] for one in totals}
    depth = range(1, len(rules.scale) + 1)
    blocks = blocks_by(sorted(final), lambda one: (-final[one], *(-firsts[one][n] for n in depth)))
    placings = tuple(
        Placing(one, place, None, _figures(final[one], taken[one], firsts[one])) for one, place in ranks_of(blocks)
    )
    cancelled = [event.name for event in events if event.cancelled]
    return Ranking(placings, notes={"cancelled": cancelled, "gaps": gaps_of(events, len(rules.scale))})


def _figures(points: Fraction, penalty: Fraction, firsts: Mapping[int, Fraction]) -> dict[str, Figure]:
    figures: dict[str, Figure] = {"points": points, "penalty": penalty or None}
    return figures | {"firsts": firsts[1], "seconds": firsts[2], "thirds": firsts[3]}
