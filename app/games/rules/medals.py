"""The medal table: gold, silver, bronze in the Olympic order, equal ones sharing the rank."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from app.games.rules.places import Event, Place, Scope, events_of, gaps_of
from app.games.rules.ranking import Figure, Placing, Ranking, blocks_by, ranks_of

DEPTH: Final = 3


@dataclass(frozen=True)
class MedalRules:
    """`follow_minus_k`: places that too few entries leave empty bring no medal either."""

    name: str
    scope: Scope = field(default_factory=Scope)
    follow_minus_k: bool = True


@dataclass
class Tally:
    """A delegation's medals, and how many people wear them."""

    medals: dict[int, Fraction] = field(default_factory=lambda: dict.fromkeys((1, 2, 3), Fraction(0)))
    medallists: int = 0


def medals_of(event: Event, rules: MedalRules) -> list[tuple[Place, int, Fraction]]:
    """Each result of an event that brings a medal: which (1 gold, 2 silver, 3 bronze), and how often it counts."""
    if event.cancelled:
        return []
    depth = min(event.placed if rules.follow_minus_k else DEPTH, DEPTH)
    times = rules.scope.multiplier(event.name)
    return [(place, place.place, times) for place, _ in event.places if place.place <= depth]


def table(places: Iterable[Place], rules: MedalRules) -> Ranking:
    """The table of all delegations named. A shared first leaves no second, two seconds no third.

    A team's medal is one in the table. The order in which places come decides nothing.
    """
    places = list(places)
    events = events_of(places, rules.scope, DEPTH)
    tallies: dict[str, Tally] = {one: Tally() for place in places for one in place.credited}
    for event in events:
        people = {id(place): members for place, members in event.places}
        for place, medal, times in medals_of(event, rules):
            for one in place.credited:
                tallies[one].medals[medal] += times
                tallies[one].medallists += people[id(place)]
    blocks = blocks_by(sorted(tallies), lambda one: tuple(-tallies[one].medals[n] for n in (1, 2, 3)))
    placings = tuple(Placing(one, place, None, _figures(tallies[one])) for one, place in ranks_of(blocks))
    cancelled = [event.name for event in events if event.cancelled]
    return Ranking(placings, notes={"cancelled": cancelled, "gaps": gaps_of(events, DEPTH)})


def _figures(tally: Tally) -> dict[str, Figure]:
    gold, silver, bronze = (tally.medals[n] for n in (1, 2, 3))
    return {
        "gold": gold,
        "silver": silver,
        "bronze": bronze,
        "total": gold + silver + bronze,
        "medallists": tally.medallists,
    }
