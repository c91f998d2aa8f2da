"""The settings of a station: its route, drawn as soon as the file is read."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext

from app.activities import queries
from app.activities.forms.seasons import RouteForm
from app.activities.routes.desk import blueprint, done, settings_page, station_or_404, tried
from app.activities.routes.maps import map_answer, station_features
from app.activities.rules.route import MAX_BYTES, route_of
from app.activities.services.routes_gpx import clear_route, set_route
from app.core.errors import NotFound
from app.core.permissions import Permission
from app.core.text import N_
from app.core.transactions import end_read
from app.web.access import actor, requires


@blueprint.route("/office/activities/<activity_ref>/route", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_EDIT, of="activity_ref")
def route(activity_ref: str) -> Any:
    """The route as it is, and a file to replace it."""
    found = station_or_404(activity_ref)
    activity = found.activity
    form = RouteForm(data={"version": activity.version})

    def keep() -> None:
        data = form.gpx.data.read(MAX_BYTES + 1)
        line = route_of(data)
        set_route(activity_id=activity.id, version=form.seen_version, gpx=data, route=line, actor=actor())

    if form.validate_on_submit():
        end_read()
        if tried(keep, form):
            flash(gettext("路线已保存，请核对画得对不对。"))
            return redirect(url_for("activities.route", activity_ref=activity.code))
    return settings_page("activities/edit_route.html", found, "activities.route", form)


@blueprint.post("/office/activities/<activity_ref>/route/clear")
@requires(Permission.ACTIVITY_EDIT, of="activity_ref")
def drop_route(activity_ref: str) -> Any:
    """Take the route away; the file can be handed in again."""
    activity = station_or_404(activity_ref).activity
    version = request.form.get("version", type=int)
    done(
        lambda: clear_route(activity_id=activity.id, version=-1 if version is None else version, actor=actor()),
        N_("已删除路线。"),
    )
    return redirect(url_for("activities.route", activity_ref=activity.code))


@blueprint.get("/office/activities/<activity_ref>/route.geojson")
@requires(Permission.ACTIVITY_VIEW, of="activity_ref")
def route_map(activity_ref: str) -> Response:
    """The way and the places on it, for the map; of a draft too."""
    return map_answer(station_features(station_or_404(activity_ref)))


@blueprint.get("/office/activities/<activity_ref>/route.gpx")
@requires(Permission.ACTIVITY_VIEW, of="activity_ref")
def gpx(activity_ref: str) -> Response:
    """The file as it was handed in."""
    activity = station_or_404(activity_ref).activity
    data = queries.gpx_of(activity.id)
    if data is None:
        raise NotFound("route_not_found", N_("这次活动还没有路线。"))
    answer = Response(data, content_type="application/gpx+xml")
    answer.headers["Content-Disposition"] = f'attachment; filename="{activity.code}.gpx"'
    return answer
