"""The office's page of the drawing of lots: the pot, the draw, the result that anyone can replay."""

from __future__ import annotations

import json

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities.constants import Allocation
from app.core.clock import now
from app.core.errors import DomainError
from app.core.ids import parse_uuid
from app.core.permissions import Permission
from app.core.transactions import end_read
from app.registrations.forms.draw import DrawForm
from app.registrations.queries.draws import draws_of, lots, pot, replay
from app.registrations.routes.desk import blueprint
from app.registrations.routes.office import AREA, station_of
from app.registrations.services.draws import hold_draw
from app.web.access import actor, requires
from app.web.errors import note_refusal
from app.web.texts import number

SHOWN = 500
"""Rows of a result on the page; the file has them all."""


@blueprint.route(f"{AREA}/draw", methods=["GET", "POST"])
@requires(Permission.DRAW, of="activity_ref")
def draw(activity_ref: str) -> Response | tuple[str, int]:
    """Each category: how many are in the pot and their digest, or what was drawn."""
    found = station_of(activity_ref)
    activity, status = found.activity, 200
    forms = {one.id: DrawForm(None, prefix=str(one.id)) for one in found.categories}
    chosen = parse_uuid(request.form.get("category", ""))
    if request.method == "POST" and chosen in forms:
        form, status = DrawForm(prefix=str(chosen)), 422
        forms[chosen] = form
        if form.validate():
            try:
                drawn = hold_draw(
                    activity_id=activity.id,
                    category_id=chosen,
                    seed=form.seed.data or "",
                    witnesses=form.witnesses.data or "",
                    actor=actor(),
                )
                flash(_("已抽签，%(n)s 人中签。", n=number(drawn.confirmed)))
                return redirect(url_for("registrations.draw", activity_ref=activity.code))
            except DomainError as error:
                end_read()
                note_refusal(error)
                form.refuse(error)
                status = error.status
    held = draws_of(activity.id)
    return (
        render_template(
            "registrations/draw.html",
            station=found,
            activity=activity,
            tab="registrations.draw",
            forms=forms,
            by_lot=activity.allocation is Allocation.DRAW,
            closed=now() >= activity.registration_closes_at,
            pots={one.id: pot(activity.id, one.id) for one in found.categories if one.id not in held},
            held={category: (one, replay(one), lots(one, SHOWN)) for category, one in held.items()},
        ),
        status,
    )


@blueprint.get(f"{AREA}/draw.json")
@requires(Permission.DRAW, of="activity_ref")
def draw_file(activity_ref: str) -> Response:
    """Everything that a replay needs, without a name: version, seed, what went in, what came out."""
    found = station_of(activity_ref)
    held = draws_of(found.activity.id)
    body = [
        {
            "category": one.code,
            "version": held[one.id].version,
            "commitment": held[one.id].commitment.hex(),
            "seed": held[one.id].seed,
            "drawn_at": held[one.id].drawn_at.isoformat(),
            "entries": list(held[one.id].entries),
            "result": list(held[one.id].result),
        }
        for one in found.categories
        if one.id in held
    ]
    answer = Response(json.dumps(body, ensure_ascii=False, indent=1), content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.activity.code}-draw.json"'
    return answer
