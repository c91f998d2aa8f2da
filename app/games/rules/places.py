"""Places of events: what medals and team points both stand on. Contradictions are refused here."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from app.core.errors import DomainError
from app.core.text import N_


@dataclass(frozen=True)
class Place:
    """One place taken in an event. `also`: further delegations that are credited with it (两次计分)."""

    event: str
    place: int
    delegation: str
    also: tuple[str, ...] = ()
    competitor: str | None = None
    row: str = ""

    @property
    def credited(self) -> tuple[str, ...]:
        """All delegations that it counts for."""
        return (self.delegation, *self.also)


@dataclass(frozen=True)
class Scope:
    """Which events count, how often, and how deep.

    `multipliers` by event. `entries` by event: how many took part; unknown means as many as have a
    place. With fewer entries than `places` only entries − `minus_k` are placed. `minimum_entries` and
    `minimum_delegations`: below, the event is cancelled. `team_events`: several rows of one place and
    delegation are the members of one team.
    """

    multipliers: Mapping[str, Fraction] = field(default_factory=dict)
    entries: Mapping[str, int] = field(default_factory=dict)
    delegations: Mapping[str, int] = field(default_factory=dict)
    minus_k: int = 0
    minimum_entries: int = 0
    minimum_delegations: int = 0
    team_events: frozenset[str] = frozenset()

    def multiplier(self, event: str) -> Fraction:
        """How often the event counts."""
        return self.multipliers.get(event, Fraction(1))


@dataclass(frozen=True)
class Event:
    """An event's places, one a result, and how many members stand behind each."""

    name: str
    places: Sequence[tuple[Place, int]]
    cancelled: bool
    placed: int
    """Places beyond this one are not given."""

    def sharing(self) -> list[tuple[int, list[Place]]]:
        """Each place with those who share it, the first place first."""
        found: dict[int, list[Place]] = {}
        for place, _ in self.places:
            found.setdefault(place.place, []).append(place)
        return sorted(found.items())


def events_of(places: Iterable[Place], scope: Scope, depth: int) -> list[Event]:
    """The events by name, checked; `depth` is how many places count where enough take part.

    Raises DomainError `places_contradict`: a place that those ahead and level have used up.
    """
    rows: dict[str, list[Place]] = {}
    for place in places:
        rows.setdefault(place.event, []).append(place)
    return [_event(name, some, scope, depth) for name, some in sorted(rows.items())]


def _event(name: str, rows: Sequence[Place], scope: Scope, depth: int) -> Event:
    members: dict[object, list[Place]] = {}
    for n, row in enumerate(sorted(rows, key=lambda row: (row.place, row.delegation, row.also, row.competitor or ""))):
        key = (row.place, row.delegation, row.also) if name in scope.team_events else n
        members.setdefault(key, []).append(row)
    results = [(some[0], len(some)) for some in members.values()]
    _check(name, [place for place, _ in results])
    entries = max(scope.entries.get(name, 0), len(results))
    delegations = scope.delegations.get(name) or len({one for place, _ in results for one in place.credited})
    cancelled = entries < scope.minimum_entries or delegations < scope.minimum_delegations
    placed = max(0, entries - scope.minus_k) if entries < depth else depth
    return Event(name, results, cancelled, placed)


def _check(name: str, places: Sequence[Place]) -> None:
    """Two firsts leave no second: a place lower than the number of those ahead cannot be."""
    numbers = sorted(place.place for place in places)
    for place in places:
        ahead = bisect_left(numbers, place.place)
        if place.place <= ahead:
            raise DomainError(
                "places_contradict",
                N_("%(where)s：%(event)s 的第 %(place)s 名前已有 %(ahead)s 个，名次矛盾。"),
                where=place.row or name,
                event=name,
                place=place.place,
                ahead=ahead,
            )


def gaps_of(events: Iterable[Event], depth: int) -> list[str]:
    """Events in which a place is empty though nobody shares the one before: unfinished, or a slip."""
    return [event.name for event in events if _has_gap([place.place for place, _ in event.places], depth)]


def _has_gap(numbers: Sequence[int], depth: int) -> bool:
    taken = sorted(numbers)
    return any(number <= depth and bisect_left(taken, number) < number - 1 for number in taken)
