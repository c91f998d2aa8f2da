"""A year's figures from the rooms that own them: aggregates only, no list of people is gone through here."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import select

from app.activities.constants import PUBLIC_STATUSES, ActivityKind, ActivityStatus, Metric
from app.activities.models import Activity, Season, Series
from app.activities.queries.tally import totals
from app.checkins.queries.seasons import spread
from app.core.clock import local, now, office_time, today
from app.core.db import db
from app.facilities.queries.year import facility_figures
from app.games.constants import GamesStatus
from app.games.models import Games
from app.games.queries.games import disciplines, progress
from app.reports.rules.annual import (
    AnnualReport,
    GamesPart,
    Held,
    PlacesPart,
    SeriesPart,
    ServicePart,
    SquadPart,
    TroupePart,
)
from app.squads.queries.year import SentSquad, SentTroupe, squad_figures
from app.volunteers.queries.year import service_figures

FIRST_YEAR, LAST_YEAR = 2000, 2100


def annual_report(year: int) -> AnnualReport:
    """Everything of one calendar year by the office's clock."""
    rows, at = _activities(year), now()
    squads, troupes = squad_figures(year)
    counted = totals([row.id for row in rows])
    held: dict[uuid.UUID, Held] = {}
    for row in rows:
        came = counted[row.id][Metric.ATTENDANCE]
        if came or (row.status in _ALWAYS and row.starts_at <= at):
            held[row.id] = Held(row.code, row.name, local(row.starts_at).date(), came, counted[row.id][Metric.FINISHED])
    by_season: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    names: dict[uuid.UUID, tuple[str, str]] = {}
    for row in rows:
        if row.id in held and row.season_id is not None:
            by_season[row.season_id].append(row.id)
            names[row.season_id] = (row.series_name, row.season_name)
    return AnnualReport(
        year=year,
        series=tuple(
            SeriesPart(season_id, *names[season_id], tuple(held[one] for one in ids), spread(ids).people)
            for season_id, ids in by_season.items()
        ),
        others=tuple(held[row.id] for row in rows if row.id in held and row.season_id is None),
        games=_games(year),
        places=_places(year),
        squads=tuple(SquadPart(**_facts(one)) for one in squads),
        troupes=tuple(TroupePart(**_facts(one)) for one in troupes),
        service=ServicePart(served.people, served.hours) if (served := service_figures(year)) else None,
        people=spread(list(held)).people,
    )


def years() -> list[int]:
    """The years of which something is known, up to this one, the latest first."""
    begun = db.session.execute(select(Activity.starts_at).where(Activity.starts_at <= now())).scalars()
    first_days = db.session.execute(select(Games.starts_on).where(Games.starts_on <= today())).scalars()
    return sorted({local(one).year for one in begun} | {day.year for day in first_days}, reverse=True)


_ALWAYS = {status.value for status in PUBLIC_STATUSES}
"""What has begun counts; an archived one if somebody came, since a draft or a cancelled one may be archived too."""
_PREPARING = [ActivityKind.REHEARSAL.value, ActivityKind.TRAINING.value]
"""What squads do for themselves: told of in their own part, and no mass activity."""
_COUNTING = [*_ALWAYS, ActivityStatus.ARCHIVED.value]


def _activities(year: int) -> Sequence[Any]:
    rows = db.session.execute(
        select(
            Activity.id,
            Activity.code,
            Activity.name,
            Activity.status,
            Activity.starts_at,
            Activity.season_id,
            Season.name.label("season_name"),
            Series.name.label("series_name"),
        )
        .outerjoin(Season, Season.id == Activity.season_id)
        .outerjoin(Series, Series.id == Season.series_id)
        .where(
            Activity.starts_at >= office_time(year, 1, 1),
            Activity.starts_at < office_time(year + 1, 1, 1),
            Activity.status.in_(_COUNTING),
            Activity.kind.not_in(_PREPARING),
        )
        .order_by(Activity.starts_at, Activity.code)
    )
    return rows.all()


def _facts(one: SentSquad | SentTroupe) -> dict[str, Any]:
    return {part.name: getattr(one, part.name) for part in fields(one)}


def _places(year: int) -> PlacesPart:
    found = facility_figures(year)
    return PlacesPart(**{one.name: getattr(found, one.name) for one in fields(found)})


def _games(year: int) -> tuple[GamesPart, ...]:
    found = db.session.execute(
        select(Games)
        .where(
            Games.starts_on >= date(year, 1, 1),
            Games.starts_on <= date(year, 12, 31),
            Games.status != GamesStatus.DRAFT.value,
        )
        .order_by(Games.edition.is_(None), Games.starts_on, Games.code)
    ).scalars()
    return tuple(_games_part(one) for one in found)


def _games_part(games: Games) -> GamesPart:
    far = progress(games.id)
    return GamesPart(
        code=games.code,
        name=games.name,
        edition=games.edition,
        disciplines=tuple(one.name for one in disciplines(games.id)),
        events=far.events,
        decided=far.decided,
        delegations=far.delegations,
        entries=far.entries,
    )
