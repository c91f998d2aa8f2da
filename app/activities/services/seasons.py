"""Series and their seasons."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.activities.models import Season, Series
from app.activities.rules.drafts import check_code, check_text, check_year, refuse_if
from app.activities.services.opening import code_taken, flush_or
from app.audit.services import Actor, record
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import uuid7
from app.core.text import N_
from app.core.transactions import act


@dataclass(frozen=True, slots=True)
class SeriesDraft:
    """A recurring brand."""

    code: str
    name: str
    intro: str = ""


@dataclass(frozen=True, slots=True)
class SeasonDraft:
    """One year of a series. `keepsake`: what finishing every station earns."""

    series_id: uuid.UUID
    code: str
    name: str
    year: int
    keepsake: str = ""


def season_not_found() -> NotFound:
    """The refusal for a season that does not exist."""
    return NotFound("season_not_found", N_("没有找到这个赛季。"))


@act
def create_series(*, draft: SeriesDraft, actor: Actor, at: datetime | None = None) -> uuid.UUID:
    """Make a series; returns its id."""
    series = Series(id=uuid7(), created_at=at or now())
    _fill_series(series, draft)
    db.session.add(series)
    flush_or(code_taken())
    record(actor, "series.created", subject_kind="series", subject_id=series.id, code=series.code)
    return series.id


@act
def change_series(*, series_id: uuid.UUID, draft: SeriesDraft, actor: Actor) -> None:
    """Change a series."""
    series = db.session.get(Series, series_id, with_for_update=True, populate_existing=True)
    if series is None:
        raise NotFound("series_not_found", N_("没有找到这个系列。"))
    _fill_series(series, draft)
    flush_or(code_taken())
    record(actor, "series.changed", subject_kind="series", subject_id=series_id, code=series.code)


def _fill_series(series: Series, draft: SeriesDraft) -> None:
    refuse_if(
        [
            *check_text("name", draft.name, 80, required=True),
            *check_code("code", draft.code, 40),
            *check_text("intro", draft.intro, 5_000, lines=True),
        ]
    )
    with db.session.no_autoflush:
        taken = select(Series.id).where(Series.code == draft.code, Series.id != series.id)
        if db.session.execute(taken).scalar_one_or_none() is not None:
            raise code_taken()
    series.code, series.name, series.intro = draft.code, draft.name.strip(), draft.intro.strip()


@act
def create_season(*, draft: SeasonDraft, actor: Actor) -> uuid.UUID:
    """Make a season; returns its id. A series has one season a year."""
    season = Season(id=uuid7())
    _fill_season(season, draft)
    db.session.add(season)
    flush_or(code_taken())
    record(
        actor,
        "season.created",
        subject_kind="season",
        subject_id=season.id,
        code=season.code,
        series=str(season.series_id),
        year=season.year,
    )
    return season.id


@act
def change_season(*, season_id: uuid.UUID, draft: SeasonDraft, actor: Actor) -> None:
    """Change a season."""
    season = db.session.get(Season, season_id, with_for_update=True, populate_existing=True)
    if season is None:
        raise season_not_found()
    _fill_season(season, draft)
    flush_or(code_taken())
    record(
        actor,
        "season.changed",
        subject_kind="season",
        subject_id=season_id,
        code=season.code,
        series=str(season.series_id),
        year=season.year,
    )


def _fill_season(season: Season, draft: SeasonDraft) -> None:
    refuse_if(
        [
            *check_text("name", draft.name, 80, required=True),
            *check_code("code", draft.code, 40),
            *check_year("year", draft.year),
            *check_text("keepsake", draft.keepsake, 80),
        ]
    )
    with db.session.no_autoflush:
        if db.session.get(Series, draft.series_id) is None:
            raise DomainError("series_unknown", N_("没有找到这个系列，请重新选。"), field="series_id")
        others = select(Season.code, Season.year, Season.series_id).where(Season.id != season.id)
        for other in db.session.execute(
            others.where((Season.code == draft.code) | (Season.series_id == draft.series_id))
        ):
            if other.code == draft.code:
                raise code_taken()
            if other.year == draft.year:
                raise Conflict(
                    "year_taken",
                    N_("这个系列已有 %(year)s 年的赛季。"),
                    field="year",
                    year=str(draft.year),
                )
    season.series_id, season.year, season.code = draft.series_id, draft.year, draft.code
    season.name, season.keepsake = draft.name.strip(), draft.keepsake.strip()
