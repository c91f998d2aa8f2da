"""The office's pages of venues, grounds, greenways and lines, and of what their figures rest on."""

from __future__ import annotations

import uuid
from contextlib import closing
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities.routes.desk import tried
from app.activities.routes.maps import map_answer
from app.activities.rules.route import route_of
from app.core.clock import today
from app.core.permissions import Permission
from app.facilities.constants import PlaceKind
from app.facilities.forms.places import PlaceForm, TitleForm, WayForm, YearForm
from app.facilities.models import Place
from app.facilities.queries.places import place, places, titles_by_place, year_figures
from app.facilities.queries.year import facility_figures
from app.facilities.routes.frame import blueprint, place_features, town_choices, town_names
from app.facilities.services.places import add_title, remove_title, save_place, save_year, set_place_route
from app.web.access import actor, requires

AREA = "/office/facilities"


@blueprint.get(AREA)
@requires(Permission.FACILITY_VIEW)
def office_list() -> str:
    """Every place by kind, and what it comes to a person."""
    found = places()
    return render_template(
        "facilities/office_list.html",
        groups=[(kind, [one for one in found if one.kind == kind]) for kind in PlaceKind],
        titles=titles_by_place(),
        figures=facility_figures(today().year),
        towns=town_names(),
        years=year_figures(),
    )


@blueprint.route(f"{AREA}/new", methods=["GET", "POST"])
@requires(Permission.FACILITY_EDIT)
def create_place() -> Any:
    """Add a place."""
    return _edit(None, PlaceForm(towns=town_choices()))


@blueprint.route(f"{AREA}/<uuid:place_id>", methods=["GET", "POST"])
@requires(Permission.FACILITY_EDIT)
def edit_place(place_id: uuid.UUID) -> Any:
    """Change a place."""
    found = place(place_id)
    form = PlaceForm(obj=found, towns=town_choices())
    if form.town.raw_data is None:
        form.town.data = str(found.town_id or "")
    return _edit(found, form)


def _edit(found: Place | None, form: PlaceForm) -> Any:
    place_id = found.id if found is not None else None
    if form.validate_on_submit():
        seen = form.seen_version if found is not None else None
        if tried(lambda: save_place(place_id=place_id, draft=form.draft, version=seen, actor=actor()), form):
            flash(_("已保存。"))
            return redirect(url_for("facilities.office_list"))
    if found is not None and (not form.version.data or form.conflicts):
        form.use_version(found.version)
    page = _place_page(found, form)
    return (page, 422) if form.errors else page


def _filled(found: Place) -> PlaceForm:
    """The form of a place as it is stored, beside another form that was refused."""
    form = PlaceForm(formdata=None, obj=found, towns=town_choices())
    form.town.data = str(found.town_id or "")
    form.use_version(found.version)
    return form


def _place_page(
    found: Place | None, form: PlaceForm, *, way: WayForm | None = None, award: TitleForm | None = None
) -> str:
    return render_template(
        "facilities/place.html",
        place=found,
        form=form,
        way=way or WayForm(formdata=None),
        award=award or TitleForm(formdata=None, prefix="award"),
        titles=titles_by_place().get(found.id, ()) if found is not None else (),
    )


@blueprint.post(f"{AREA}/<uuid:place_id>/titles")
@requires(Permission.FACILITY_EDIT)
def give_title(place_id: uuid.UUID) -> Any:
    """Write down an award."""
    found, form = place(place_id), TitleForm(prefix="award")
    if form.validate() and tried(
        lambda: add_title(place_id=place_id, title=form.title.data or "", year=form.year.data, actor=actor()), form
    ):
        flash(_("已保存。"))
        return redirect(url_for("facilities.edit_place", place_id=place_id))
    return _place_page(found, _filled(found), award=form), 422


@blueprint.post(f"{AREA}/<uuid:place_id>/titles/<uuid:title_id>/remove")
@requires(Permission.FACILITY_EDIT)
def take_title(place_id: uuid.UUID, title_id: uuid.UUID) -> Response:
    """Take back an award that was entered wrongly."""
    remove_title(place_id=place_id, title_id=title_id, actor=actor())
    return redirect(url_for("facilities.edit_place", place_id=place_id))


@blueprint.post(f"{AREA}/<uuid:place_id>/way")
@requires(Permission.FACILITY_EDIT)
def place_way(place_id: uuid.UUID) -> Any:
    """Draw the way of a greenway or line."""
    found, form = place(place_id), WayForm()

    def keep() -> None:
        with closing(form.gpx.data) as file:
            route = route_of(file.read())
        set_place_route(place_id=place_id, route=route, actor=actor())

    if form.validate() and tried(keep, form):
        flash(_("已画出路线。"))
        return redirect(url_for("facilities.edit_place", place_id=place_id))
    return _place_page(found, _filled(found), way=form), 422


@blueprint.get(f"{AREA}/<uuid:place_id>/route.geojson")
@requires(Permission.FACILITY_EDIT)
def place_map(place_id: uuid.UUID) -> Response:
    """The way of one place for the map; of one that is closed too."""
    return map_answer(place_features(place(place_id), titles_by_place().get(place_id, ())))


@blueprint.post(f"{AREA}/<uuid:place_id>/way/clear")
@requires(Permission.FACILITY_EDIT)
def clear_way(place_id: uuid.UUID) -> Response:
    """Take the way away again."""
    set_place_route(place_id=place_id, route=None, actor=actor())
    return redirect(url_for("facilities.edit_place", place_id=place_id))


@blueprint.route(f"{AREA}/years", methods=["GET", "POST"])
@requires(Permission.FACILITY_EDIT)
def years() -> Any:
    """The population and the target of each year, with their sources."""
    form = YearForm()
    if form.validate_on_submit() and tried(
        lambda: save_year(
            year=form.year.data,
            population=form.population.data,
            population_source=form.population_source.data or "",
            target_cm=form.target.data,
            target_source=form.target_source.data or "",
            actor=actor(),
        ),
        form,
    ):
        flash(_("已保存。"))
        return redirect(url_for("facilities.years"))
    page = render_template("facilities/years.html", form=form, years=year_figures())
    return (page, 422) if form.errors else page
