"""Handing out the keepsake of a season, from the list of those who have earned it."""

from __future__ import annotations

import uuid

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.activities.queries import season, season_stations
from app.activities.routes.desk import done
from app.checkins.queries.seasons import walkers_page
from app.core.errors import NotFound
from app.core.permissions import Permission
from app.core.text import N_
from app.honours.queries.keepsakes import handed
from app.honours.routes.frame import blueprint
from app.honours.services.keepsakes import hand_out, take_back
from app.web.access import actor, requires
from app.web.paging import page_number, pager

AREA = "/office/seasons/<uuid:season_id>/keepsakes"


def _stations(season_id: uuid.UUID) -> list[uuid.UUID]:
    return [card.id for card in season_stations(season_id)]


@blueprint.get(AREA)
@requires(Permission.HONOUR_EDIT, of="season_id")
def keepsakes(season_id: uuid.UUID) -> str:
    """Who has finished every station, and who has got the keepsake."""
    found = season(season_id)
    if found is None:
        raise NotFound("season_not_found", N_("没有找到这个赛季。"))
    ids = _stations(season_id)
    page = walkers_page(ids, number=page_number(), finished=len(ids))
    return render_template(
        "honours/keepsakes.html",
        season=found.season,
        rows=page.rows,
        handed=handed(season_id, [one.person_id for one in page.rows]),
        total=len(handed(season_id)),
        pager=pager(
            page.number,
            page.pages,
            page.total,
            lambda n: url_for("honours.keepsakes", season_id=season_id, page=n),
        ),
    )


@blueprint.post(f"{AREA}/<uuid:person_id>")
@requires(Permission.HONOUR_EDIT, of="season_id")
def hand_keepsake(season_id: uuid.UUID, person_id: uuid.UUID) -> Response:
    """Note that somebody was handed it, or that this was a mistake."""
    if request.form.get("back") == "1":
        done(lambda: take_back(season_id=season_id, person_id=person_id, actor=actor()), N_("已改回没有领。"))
    else:
        done(
            lambda: hand_out(
                season_id=season_id, activity_ids=_stations(season_id), person_id=person_id, actor=actor()
            ),
            N_("已记下领取。"),
        )
    return redirect(url_for("honours.keepsakes", season_id=season_id, page=request.form.get("page", 1, type=int)))
