"""The settings of a station: groups, and checkpoints with their hours."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.activities.forms.ways import CategoryForm, CheckpointForm
from app.activities.queries import CategoryDetail, CheckpointDetail, Station
from app.activities.routes.desk import blueprint, done, row_of, settings_page, station_or_404, tried
from app.activities.services.ways import remove_category, remove_checkpoint, save_category, save_checkpoint
from app.core.errors import DomainError, NotFound
from app.core.permissions import Permission
from app.core.text import N_
from app.web.access import actor, requires


def _gone() -> NotFound:
    return NotFound("part_not_found", N_("这一项已经删除了，请返回刷新。"))


# --------------------------------------------------------------------------- groups


@blueprint.get("/office/activities/<activity_ref>/categories")
@requires(Permission.ACTIVITY_EDIT, of="activity_ref")
def categories(activity_ref: str) -> Any:
    """The groups with their places."""
    return settings_page("activities/categories.html", station_or_404(activity_ref), "activities.categories")


@blueprint.route("/office/activities/<activity_ref>/categories/new", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_EDIT, of="activity_ref")
def new_category(activity_ref: str) -> Any:
    """One more group."""
    found = station_or_404(activity_ref)
    others = [(str(one.id), one.name) for one in found.categories if found.way(one.id)]
    usual = {"version": found.activity.version, "place": len(found.categories) + 1}
    return _category(found, CategoryForm(others=others, data=usual | {"like": others[0][0] if others else ""}), None)


@blueprint.route("/office/activities/<activity_ref>/categories/<uuid:category_id>", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_EDIT, of="activity_ref")
def category(activity_ref: str, category_id: uuid.UUID) -> Any:
    """One group."""
    found = station_or_404(activity_ref)
    stored = found.category(category_id)
    if stored is None:
        raise _gone()
    data = {
        "version": found.activity.version,
        "name": stored.name,
        "code": stored.code,
        "capacity": stored.capacity,
        "distance_m": stored.distance_m,
        "min_age": stored.min_age,
        "max_age": stored.max_age,
        "finish_rule": stored.finish_rule.value,
        "finish_k": stored.finish_k,
        "place": found.categories.index(stored) + 1,
    }
    return _category(found, CategoryForm(data=data), stored)


def _category(found: Station, form: CategoryForm, stored: CategoryDetail | None) -> Any:
    activity = found.activity
    if form.validate_on_submit() and tried(
        lambda: save_category(
            activity_id=activity.id,
            version=form.seen_version,
            category_id=stored.id if stored else None,
            draft=form.draft(),
            place=form.place.data,
            like=form.like_id,
            actor=actor(),
        ),
        form,
    ):
        flash(gettext("已保存。"))
        return redirect(url_for("activities.categories", activity_ref=activity.code))
    return settings_page("activities/category.html", found, "activities.categories", form, category=stored)


@blueprint.route("/office/activities/<activity_ref>/categories/<uuid:category_id>/remove", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_EDIT, of="activity_ref")
def drop_category(activity_ref: str, category_id: uuid.UUID) -> str | Response:
    """Ask once more (GET), or remove the group (POST)."""
    found = station_or_404(activity_ref)
    activity = found.activity
    stored = found.category(category_id)
    if stored is None:
        raise _gone()
    back = url_for("activities.categories", activity_ref=activity.code)
    if request.method == "GET":
        return _ask(found, stored.name, gettext("签到点的安排和没发出的号码一起删除。"), back)
    done(
        lambda: remove_category(activity_id=activity.id, version=_seen(), category_id=category_id, actor=actor()),
        N_("已删除。"),
    )
    return redirect(back)


def _ask(found: Station, name: str, told: str, back: str) -> str:
    return render_template(
        "activities/confirm_remove.html",
        station=found,
        activity=found.activity,
        name=name,
        told=told,
        back=back,
    )


def _seen() -> int:
    version = request.form.get("version", type=int)
    return -1 if version is None else version


# --------------------------------------------------------------------------- checkpoints


@blueprint.get("/office/activities/<activity_ref>/checkpoints")
@requires(Permission.ACTIVITY_EDIT, of="activity_ref")
def checkpoints(activity_ref: str) -> Any:
    """The checkpoints with their hours, group by group."""
    return settings_page("activities/checkpoints.html", station_or_404(activity_ref), "activities.checkpoints")


@blueprint.route("/office/activities/<activity_ref>/checkpoints/new", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_EDIT, of="activity_ref")
def new_checkpoint(activity_ref: str) -> Any:
    """One more checkpoint; every group passes it unless unticked."""
    found = station_or_404(activity_ref)
    stops = [{"category": one.code, "here": True, "place": len(found.way(one.id)) + 1} for one in found.categories]
    return _checkpoint(found, {"place": len(found.checkpoints) + 1, "stops": stops}, None)


@blueprint.route("/office/activities/<activity_ref>/checkpoints/<uuid:checkpoint_id>", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_EDIT, of="activity_ref")
def checkpoint(activity_ref: str, checkpoint_id: uuid.UUID) -> Any:
    """One checkpoint and the groups that pass it."""
    found = station_or_404(activity_ref)
    stored = found.checkpoint(checkpoint_id)
    if stored is None:
        raise _gone()
    data = {
        "name": stored.name,
        "code": stored.code,
        "kind": stored.kind.value,
        "place": found.checkpoints.index(stored) + 1,
        "stops": [_stop_data(found, one, stored) for one in found.categories],
    }
    return _checkpoint(found, data, stored)


def _stop_data(found: Station, group: CategoryDetail, point: CheckpointDetail) -> dict[str, Any]:
    stop = found.stop(group.id, point.id)
    if stop is None:
        return {"category": group.code, "here": False, "place": len(found.way(group.id)) + 1}
    return {
        "category": group.code,
        "here": True,
        "place": found.way(group.id).index(stop) + 1,
        "distance_m": stop.distance_m,
        "opens_at": stop.opens_at,
        "cutoff_at": stop.cutoff_at,
    }


def _checkpoint(found: Station, data: dict[str, Any], stored: CheckpointDetail | None) -> Any:
    activity = found.activity
    form = CheckpointForm(
        gate_opens_at=activity.gate_opens_at,
        ends_at=activity.ends_at,
        data=data | {"version": activity.version},
    )

    def save() -> None:
        rows = form.numbered_stops()
        try:
            save_checkpoint(
                activity_id=activity.id,
                version=form.seen_version,
                checkpoint_id=stored.id if stored else None,
                draft=form.draft(),
                stops=[stop for _, stop in rows],
                place=form.place.data,
                actor=actor(),
            )
        except DomainError as error:
            error.field = row_of(error.field, "stops-", [row for row, _ in rows])
            raise

    if form.validate_on_submit() and tried(save, form):
        flash(gettext("已保存。"))
        return redirect(url_for("activities.checkpoints", activity_ref=activity.code))
    names = {one.code: one.name for one in found.categories}
    return settings_page(
        "activities/checkpoint.html", found, "activities.checkpoints", form, checkpoint=stored, names=names
    )


@blueprint.route("/office/activities/<activity_ref>/checkpoints/<uuid:checkpoint_id>/remove", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_EDIT, of="activity_ref")
def drop_checkpoint(activity_ref: str, checkpoint_id: uuid.UUID) -> str | Response:
    """Ask once more (GET), or remove the checkpoint (POST)."""
    found = station_or_404(activity_ref)
    activity = found.activity
    stored = found.checkpoint(checkpoint_id)
    if stored is None:
        raise _gone()
    back = url_for("activities.checkpoints", activity_ref=activity.code)
    if request.method == "GET":
        return _ask(found, stored.name, gettext("各组别的路上都不再有这个点。"), back)
    done(
        lambda: remove_checkpoint(activity_id=activity.id, version=_seen(), checkpoint_id=checkpoint_id, actor=actor()),
        N_("已删除。"),
    )
    return redirect(back)
