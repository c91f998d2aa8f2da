"""Series and seasons."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from app.activities import queries
from app.activities.forms.seasons import SeasonForm, SeriesForm
from app.activities.routes.desk import blueprint, season_draft, series_draft, tried
from app.activities.services.seasons import (
    change_season,
    change_series,
    create_season,
    create_series,
    season_not_found,
)
from app.core.errors import NotFound
from app.core.permissions import Permission
from app.core.text import N_
from app.web.access import actor, requires, the_caller


@blueprint.get("/office/seasons")
@requires(Permission.ACTIVITY_VIEW, anywhere=True)
def seasons() -> str:
    """Seasons of the caller's scopes, and the series they belong to."""
    scopes = the_caller().scopes_with(Permission.ACTIVITY_VIEW)
    return render_template("activities/seasons.html", seasons=queries.seasons(scopes), series=queries.all_series())


def _series_choices() -> list[tuple[str, str]]:
    return [(str(one.id), one.name) for one in queries.all_series()]


@blueprint.route("/office/seasons/new", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_EDIT)
def new_season() -> Any:
    """A new season of a series."""
    form = SeasonForm(series=_series_choices())
    if form.validate_on_submit() and tried(lambda: create_season(draft=season_draft(form), actor=actor()), form):
        flash(gettext("已建立赛季。"))
        return redirect(url_for("activities.seasons"))
    page = render_template("activities/season_form.html", form=form, season=None)
    return (page, 422) if form.errors else page


@blueprint.route("/office/seasons/<uuid:season_id>/edit", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_EDIT, of="season_id")
def edit_season(season_id: uuid.UUID) -> Any:
    """Change a season."""
    found = queries.season(season_id)
    if found is None:
        raise season_not_found()
    season = found.season
    form = SeasonForm(
        series=_series_choices(),
        data={
            "series_id": str(season.series_id),
            "year": season.year,
            "name": season.name,
            "code": season.code,
            "keepsake": season.keepsake,
        },
    )
    if form.validate_on_submit() and tried(
        lambda: change_season(season_id=season_id, draft=season_draft(form), actor=actor()), form
    ):
        flash(gettext("已保存。"))
        return redirect(url_for("activities.seasons"))
    page = render_template("activities/season_form.html", form=form, season=season)
    return (page, 422) if form.errors else page


@blueprint.route("/office/series/new", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_EDIT)
def new_series() -> Any:
    """A new series."""
    form = SeriesForm()
    if form.validate_on_submit() and tried(lambda: create_series(draft=series_draft(form), actor=actor()), form):
        flash(gettext("已建立系列，接着建赛季。"))
        return redirect(url_for("activities.new_season"))
    page = render_template("activities/series_form.html", form=form, series=None)
    return (page, 422) if form.errors else page


@blueprint.route("/office/series/<uuid:series_id>/edit", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_EDIT)
def edit_series(series_id: uuid.UUID) -> Any:
    """Change a series."""
    found = next((one for one in queries.all_series() if one.id == series_id), None)
    if found is None:
        raise NotFound("series_not_found", N_("没有找到这个系列。"))
    form = SeriesForm(data={"name": found.name, "code": found.code, "intro": found.intro})
    if form.validate_on_submit() and tried(
        lambda: change_series(series_id=series_id, draft=series_draft(form), actor=actor()), form
    ):
        flash(gettext("已保存。"))
        return redirect(url_for("activities.seasons"))
    page = render_template("activities/series_form.html", form=form, series=found)
    return (page, 422) if form.errors else page
