"""A station or a season once more, on other days."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from app.activities import queries
from app.activities.constants import ActivityStatus
from app.activities.forms.seasons import CopyForm, SeasonCopyForm, StationRowForm
from app.activities.queries import SeasonFacts
from app.activities.routes.desk import (
    blueprint,
    need_choices,
    row_of,
    season_choices,
    season_draft,
    station_or_404,
    tried,
)
from app.activities.services.copies import StationCopy, copy_season, copy_station
from app.activities.services.seasons import season_not_found
from app.core.clock import now
from app.core.errors import DomainError
from app.core.permissions import Permission
from app.web.access import actor, requires

YEAR = timedelta(weeks=52)
"""A year later on the same day of the week: a Saturday walk stays one."""


def _moved(start: datetime) -> datetime:
    """The same weekday a year on; for a station long past, the first such day to come."""
    moved = start + YEAR
    behind = now() - moved
    return moved if behind <= timedelta() else moved + timedelta(weeks=behind // timedelta(weeks=1) + 1)


def _next_code(code: str, old: int, new: int) -> str:
    """A code that names its year names the new one; any other gets the year behind it."""
    if str(old) in code:
        return code.replace(str(old), str(new))
    return f"{code}-{new}"


@blueprint.route("/office/activities/<activity_ref>/copy", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_EDIT, of="activity_ref")
def copy(activity_ref: str) -> Any:
    """Copy a station: name, code, season and the new start."""
    found = station_or_404(activity_ref)
    activity = found.activity
    offered = season_choices()
    need_choices(offered)
    starts_at = _moved(activity.starts_at)
    season_id = str(activity.season_id or "")
    form = CopyForm(
        seasons=offered,
        data={
            "name": activity.name,
            "code": _next_code(activity.code, activity.starts_at.year, starts_at.year)[:40],
            "season_id": season_id if season_id in {value for value, _ in offered} else offered[0][0],
            "starts_at": starts_at,
        },
    )
    if form.validate_on_submit():
        wanted = StationCopy(
            source_id=activity.id, code=form.code.data, name=form.name.data, starts_at=form.starts_at.data
        )
        if tried(lambda: copy_station(copy=wanted, season_id=form.chosen_season, actor=actor()), form):
            flash(gettext("已复制为草稿，请核对时间再发布。"))
            return redirect(url_for("activities.overview", activity_ref=wanted.code))
    page = render_template("activities/copy.html", station=found, activity=activity, form=form)
    return (page, 422) if form.errors else page


@blueprint.route("/office/seasons/<uuid:season_id>/copy", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_EDIT)
def copy_of_season(season_id: uuid.UUID) -> Any:
    """Copy a season: its names and, station by station, whether and when."""
    found = queries.season(season_id)
    if found is None:
        raise season_not_found()
    season = found.season
    series = [(str(one.id), one.name) for one in queries.all_series()]
    form = SeasonCopyForm(series=series, data=_season_data(season))
    if form.validate_on_submit():
        rows = [(n, entry.form) for n, entry in enumerate(form.stations.entries) if entry.form.take.data]

        def make() -> None:
            try:
                copy_season(source_id=season_id, draft=season_draft(form), copies=_copies(rows), actor=actor())
            except DomainError as error:
                error.field = row_of(error.field, "stations-", [n for n, _ in rows])
                raise

        if tried(make, form):
            flash(gettext("已复制 %(n)s 站，都是草稿。", n=len(rows)))
            return redirect(url_for("activities.seasons"))
    page = render_template("activities/season_copy.html", season=season, form=form)
    return (page, 422) if form.errors else page


def _copies(rows: list[tuple[int, StationRowForm]]) -> list[StationCopy]:
    return [StationCopy(row.source, row.code.data, row.name.data, row.starts_at.data) for _, row in rows]


def _season_data(season: SeasonFacts) -> dict[str, Any]:
    year = season.year + 1
    if request.method == "POST":
        return {}
    return {
        "series_id": str(season.series_id),
        "year": year,
        "name": season.name.replace(str(season.year), str(year)),
        "code": _next_code(season.code, season.year, year),
        "keepsake": season.keepsake.replace(str(season.year), str(year)),
        "stations": [
            {
                "source_id": str(card.id),
                "take": card.status is not ActivityStatus.CANCELLED,
                "name": card.name,
                "code": _next_code(card.code, season.year, year)[:40],
                "starts_at": card.starts_at + YEAR,
            }
            for card in queries.season_stations(season.id)
        ],
    }
