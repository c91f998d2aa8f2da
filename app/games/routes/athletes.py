"""Athletes and records of the games, for everybody."""

from __future__ import annotations

import uuid

from flask import render_template
from werkzeug.wrappers import Response

from app.audit.queries import mark_of
from app.core.errors import NotFound
from app.core.text import N_
from app.games.queries.athletes import athlete
from app.games.queries.games import public_games
from app.games.queries.records import broken_by, records
from app.games.routes.frame import MEDALS, blueprint, figure, public_or_404, public_tabs
from app.web.access import public
from app.web.known import kept, unless_known

OPEN = "who took part is on the public lists of starters and results; here are the same lists by name"


@blueprint.get("/games/<games_ref>/athletes/<uuid:entry_id>")
@blueprint.get("/games/<games_ref>/athletes/<uuid:entry_id>/<int:member>")
@public(OPEN)
def athlete_page(games_ref: str, entry_id: uuid.UUID, member: int | None = None) -> str:
    """What an athlete or a team, or the n-th member of a team, has come to in this edition."""
    games = public_or_404(games_ref)
    found = athlete(games.id, entry_id, member)
    if found is None:
        raise NotFound("athlete_not_found", N_("没有找到这位运动员。"))
    return render_template(
        "games/athlete.html",
        games=games,
        public_nav=public_tabs(games, "games.results"),
        athlete=found,
        broken=broken_by(games.id, {one.event_code for one in found.places}) if found.places else frozenset(),
        figure=figure,
        words=MEDALS,
    )


@blueprint.get("/games/<games_ref>/records")
@public(OPEN)
def records_page(games_ref: str) -> Response:
    """The record of each timed or judged event, and which were broken in this edition."""
    games = public_or_404(games_ref)
    facts = ("records", games.id, [(one.id, one.version, mark_of(one.id)) for one in public_games()])
    return unless_known(
        facts,
        lambda: render_template(
            "games/records.html",
            games=games,
            public_nav=public_tabs(games, "games.records_page"),
            body=kept(facts, lambda: render_template("games/records_body.html", games=games, lines=records(games.id))),
        ),
    )
