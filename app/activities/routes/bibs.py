"""The settings of a station: runs of numbers."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.activities import queries
from app.activities.forms.ways import BlockForm
from app.activities.routes.desk import blueprint, done, settings_page, station_or_404, tried
from app.activities.services.bibs import release_bib_block, reserve_bib_block
from app.core.permissions import Permission
from app.core.text import N_
from app.people.queries.places import organisation_named
from app.web.access import actor, requires


@blueprint.route("/office/activities/<activity_ref>/bibs", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_EDIT, of="activity_ref")
def bibs(activity_ref: str) -> Any:
    """The runs of numbers, and a form for one more."""
    found = station_or_404(activity_ref)
    activity = found.activity
    blocks = queries.bib_blocks(activity.id)
    form = BlockForm(
        categories=[(one.code, one.name) for one in found.categories],
        taken=[(one.prefix, one.first, one.last) for one in blocks],
        data={"version": activity.version, "width": 4, "category": ""},
    )

    def reserve() -> None:
        wanted = form.organisation.data
        draft = form.draft(organisation_named(wanted) if wanted else None)
        reserve_bib_block(activity_id=activity.id, version=form.seen_version, draft=draft, actor=actor())

    if form.validate_on_submit() and tried(reserve, form):
        flash(gettext("已留号。"))
        return redirect(url_for("activities.bibs", activity_ref=activity.code))
    names = {one.id: one.name for one in found.categories}
    return settings_page("activities/bibs.html", found, "activities.bibs", form, blocks=blocks, names=names)


@blueprint.post("/office/activities/<activity_ref>/bibs/<uuid:block_id>/release")
@requires(Permission.ACTIVITY_EDIT, of="activity_ref")
def release_bibs(activity_ref: str, block_id: uuid.UUID) -> Response:
    """Give up a run of which no number was given."""
    activity = station_or_404(activity_ref).activity
    version = request.form.get("version", type=int)
    done(
        lambda: release_bib_block(
            activity_id=activity.id,
            version=-1 if version is None else version,
            block_id=block_id,
            actor=actor(),
        ),
        N_("已删除这段号码。"),
    )
    return redirect(url_for("activities.bibs", activity_ref=activity.code))
