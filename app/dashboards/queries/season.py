"""Seasons and series: stations side by side, and the different people behind their attendances."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.activities.constants import LIVE_STATUSES, PUBLIC_STATUSES, ActivityStatus, Metric
from app.activities.models import Activity
from app.activities.queries import Card, SeasonCard, SeriesFacts, all_series, season, season_stations, seasons
from app.activities.queries.tally import totals
from app.checkins.queries.seasons import Spread, people_by_season, spread
from app.core.db import db
from app.core.errors import NotFound
from app.core.permissions import Scope
from app.core.text import N_
from app.dashboards.rules.figures import Split


@dataclass(frozen=True, slots=True)
class StationRow:
    """A station with its whole counts."""

    card: Card
    split: Split


@dataclass(frozen=True, slots=True)
class SeasonView:
    """A season's stations and people. `to_come`: stations that are not over yet."""

    season: SeasonCard
    stations: tuple[StationRow, ...]
    spread: Spread
    to_come: int
    siblings: int

    @property
    def total(self) -> Split:
        """Everything summed over the stations: attendances, not people."""
        return summed(row.split for row in self.stations)

    @property
    def done_all(self) -> int:
        """Who finished every station: the keepsake is theirs."""
        return self.spread.by_finished().get(len(self.stations), 0) if self.stations else 0


@dataclass(frozen=True, slots=True)
class SeasonRow:
    """A season beside others."""

    season: SeasonCard
    stations: int
    split: Split
    people: int


@dataclass(frozen=True, slots=True)
class SeriesView:
    """A series over its seasons; `people` are different people over all of them."""

    series: SeriesFacts
    seasons: tuple[SeasonRow, ...]
    people: int

    @property
    def total(self) -> Split:
        """Everything summed over the seasons."""
        return summed(row.split for row in self.seasons)


def summed(splits: Iterable[Split]) -> Split:
    """The sum of some counts."""
    whole = Split()
    for one in splits:
        whole = Split(
            registered=whole.registered + one.registered,
            walk_ins=whole.walk_ins + one.walk_ins,
            waitlisted=whole.waitlisted + one.waitlisted,
            came=whole.came + one.came,
            finished=whole.finished + one.finished,
            incomplete=whole.incomplete + one.incomplete,
        )
    return whole


def split_of(counted: Counter[Metric]) -> Split:
    """The whole counts of an activity."""
    return Split(
        registered=counted[Metric.REGISTERED],
        walk_ins=counted[Metric.WALK_IN],
        waitlisted=counted[Metric.WAITLISTED],
        came=counted[Metric.ATTENDANCE],
        finished=counted[Metric.FINISHED],
        incomplete=counted[Metric.INCOMPLETE],
    )


def with_counts(cards: Sequence[Card]) -> tuple[StationRow, ...]:
    """Activities with their whole counts, in two statements."""
    counted = totals([card.id for card in cards])
    return tuple(StationRow(card, split_of(counted[card.id])) for card in cards)


def stations_of(season_id: uuid.UUID) -> tuple[StationRow, ...]:
    """The stations that make up a season: neither drafts nor cancelled ones.

    An archived one counts if somebody came: a draft or a cancelled one may be archived too.
    """
    rows = with_counts(season_stations(season_id))
    return tuple(
        row
        for row in rows
        if row.card.status in PUBLIC_STATUSES or (row.card.status is ActivityStatus.ARCHIVED and row.split.came > 0)
    )


def named_season(season_id: uuid.UUID) -> SeasonCard:
    """The season of an id; NotFound when there is none."""
    found = season(season_id)
    if found is None:
        raise NotFound("season_not_found", N_("没有找到这个赛季。"))
    return found


def season_view(found: SeasonCard, now: datetime) -> SeasonView:
    """A season's counts; the people of all its stations are gone through once."""
    stations = stations_of(found.season.id)
    return SeasonView(
        season=found,
        stations=stations,
        spread=spread([row.card.id for row in stations]),
        to_come=sum(row.card.status in LIVE_STATUSES and row.card.ends_at > now for row in stations),
        siblings=next((one.seasons for one in all_series() if one.id == found.season.series_id), 1),
    )


def series_view(series_id: uuid.UUID, scopes: Collection[Scope] | None) -> SeriesView:
    """A series over the seasons that lie in `scopes` (None: all); NotFound when none does."""
    brand = next((one for one in all_series() if one.id == series_id), None)
    mine = [one for one in seasons(scopes) if one.season.series_id == series_id]
    if brand is None or not mine:
        raise NotFound("series_not_found", N_("没有找到这个系列。"))
    rows = db.session.execute(
        select(Activity.id, Activity.season_id).where(Activity.season_id.in_([one.season.id for one in mine]))
    ).all()
    activity_ids = [row.id for row in rows]
    counted = totals(activity_ids)
    people = people_by_season(activity_ids)
    return SeriesView(
        series=brand,
        seasons=tuple(
            SeasonRow(
                season=one,
                stations=one.activities,
                split=summed(split_of(counted[row.id]) for row in rows if row.season_id == one.season.id),
                people=people.get(one.season.id, 0),
            )
            for one in mine
        ),
        people=spread(activity_ids).people,
    )
