"""The year's plan: every activity and edition of a calendar year, month by month."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from app.activities.constants import ActivityKind, ActivityStatus
from app.activities.queries.lists import Card, cards_between
from app.core.clock import local, office_time
from app.core.permissions import Scope
from app.games.models import Games
from app.games.queries.games import all_games

OFF = frozenset({ActivityStatus.CANCELLED, ActivityStatus.ARCHIVED})


@dataclass(frozen=True, slots=True)
class Planned:
    """One thing of the year; `card` of an activity, `games` of an edition."""

    first: date
    last: date
    name: str
    card: Card | None = None
    games: Games | None = None

    def stands(self, on: date) -> str:
        """over, now or to come, as seen on a day."""
        return "over" if self.last < on else "now" if self.first <= on else "to_come"


@dataclass(frozen=True, slots=True)
class Month:
    """A month with what begins in it."""

    number: int
    planned: tuple[Planned, ...]


def year_plan(year: int, activities: Collection[Scope] | None, games: Collection[Scope] | None) -> tuple[Month, ...]:
    """Twelve months with what begins in each, in the caller's scopes (None: everywhere); what was called off is
    left out.
    """
    found = [*_activities(year, activities), *_games(year, games)]
    found.sort(key=lambda one: (one.first, one.name))
    return tuple(Month(n, tuple(one for one in found if one.first.month == n)) for n in range(1, 13))


def _activities(year: int, scopes: Collection[Scope] | None) -> Sequence[Planned]:
    cards = cards_between(scopes, office_time(year, 1, 1), office_time(year + 1, 1, 1))
    return [
        Planned(local(card.starts_at).date(), local(card.ends_at).date(), card.name, card=card)
        for card in cards
        if card.status not in OFF
    ]


def _games(year: int, scopes: Collection[Scope] | None) -> Sequence[Planned]:
    return [
        Planned(one.starts_on, one.ends_on, one.name, games=one)
        for one in all_games(scopes)
        if one.starts_on.year == year
    ]


def counts(months: Collection[Month], on: date) -> dict[str, int]:
    """How many are over, under way, to come; and by kind."""
    found = {"over": 0, "now": 0, "to_come": 0, "games": 0} | {kind.value: 0 for kind in ActivityKind}
    for month in months:
        for one in month.planned:
            found[one.stands(on)] += 1
            found[one.card.kind.value if one.card is not None else "games"] += 1
    return found
