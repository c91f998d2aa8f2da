"""Prize draws: the office seals, draws and hands over; everybody reads and replays."""

from __future__ import annotations

import json
import uuid
from typing import Any

from flask import Response as Bytes
from flask import flash, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities.constants import PUBLIC_STATUSES
from app.activities.queries import Station, station
from app.activities.routes.desk import done, station_or_404, tried
from app.core.errors import NotFound
from app.core.permissions import Permission
from app.core.text import N_, mask_name
from app.honours.forms import SealForm, SeedForm
from app.honours.queries.prizes import DrawLine, draws_of, replay_file
from app.honours.routes.frame import AREA, blueprint
from app.honours.routes.office import back_to, page_of
from app.honours.services.prizes import collect, draw_prizes, seal_pot
from app.web.access import actor, public, requires

ONE = f"{AREA}/draws/<uuid:prize_draw_id>"
OPEN = "a fair draw can be checked by everybody: lots are bibs, names are masked"


@blueprint.post(f"{AREA}/draws")
@requires(Permission.HONOUR_EDIT, of="activity_ref")
def seal(activity_ref: str) -> Any:
    """Seal the pot."""
    found, form = station_or_404(activity_ref), SealForm(prefix="seal")
    if form.validate() and tried(
        lambda: seal_pot(
            activity_id=found.activity.id,
            name=form.name.data or "",
            prizes=form.prizes.data,
            seed_from=form.seed_from.data or "",
            actor=actor(),
        ),
        form,
    ):
        flash(_("已封存名单，摘要已公布。"))
        return back_to(found, "draws")
    return page_of(found, sealing=form), 422


@blueprint.post(ONE)
@requires(Permission.HONOUR_EDIT, of="activity_ref")
def draw(activity_ref: str, prize_draw_id: uuid.UUID) -> Any:
    """Draw with the seed."""
    found, form = station_or_404(activity_ref), SeedForm(prefix=f"d{prize_draw_id.hex}")
    _line(found, prize_draw_id)
    if form.validate() and tried(
        lambda: draw_prizes(
            activity_id=found.activity.id, draw_id=prize_draw_id, seed=form.seed.data or "", actor=actor()
        ),
        form,
    ):
        flash(_("已抽奖，结果已公布。"))
        return back_to(found, "draws")
    return page_of(found, **{prize_draw_id.hex: form}), 422


@blueprint.post(f"{ONE}/prizes/<int:place>")
@requires(Permission.HONOUR_EDIT, of="activity_ref")
def hand_prize(activity_ref: str, prize_draw_id: uuid.UUID, place: int) -> Response:
    """Note that a prize was handed over."""
    found = station_or_404(activity_ref)
    done(
        lambda: collect(activity_id=found.activity.id, draw_id=prize_draw_id, place=place, actor=actor()),
        N_("已记下领奖。"),
    )
    return back_to(found, "draws")


# --------------------------------------------------------------------------- for everybody


def _public(activity_ref: str) -> Station:
    found = station(activity_ref)
    if found is None or found.activity.status not in PUBLIC_STATUSES:
        raise NotFound("activity_not_found", N_("没有找到这次活动。"))
    return found


@blueprint.get("/activities/<activity_ref>/draws")
@public(OPEN)
def public_draws(activity_ref: str) -> str:
    """Every prize draw of an activity: digest, seed, winners, how to check."""
    found = _public(activity_ref)
    return render_template(
        "honours/draws.html",
        station=found,
        activity=found.activity,
        draws=draws_of(found.activity.id),
        mask=mask_name,
    )


@blueprint.get("/activities/<activity_ref>/draws/<uuid:prize_draw_id>.json")
@public(OPEN)
def draw_file(activity_ref: str, prize_draw_id: uuid.UUID) -> Response:
    """What a replay needs."""
    line = _line(_public(activity_ref), prize_draw_id)
    body = json.dumps(replay_file(line), ensure_ascii=False, indent=1)
    name = f"draw-{prize_draw_id.hex[:8]}.json"
    return Bytes(body, mimetype="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _line(found: Station, draw_id: uuid.UUID) -> DrawLine:
    line = next((one for one in draws_of(found.activity.id) if one.draw.id == draw_id), None)
    if line is None:
        raise NotFound("draw_not_found", N_("没有找到这次抽奖。"))
    return line
