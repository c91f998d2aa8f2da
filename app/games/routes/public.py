"""What everybody sees of the games, without a login: medals, team scores, results."""

from __future__ import annotations

from flask import render_template, request
from werkzeug.wrappers import Response

from app.audit.queries import mark_of
from app.games.constants import EventStatus
from app.games.models import Games
from app.games.queries.games import delegation_by_ref, disciplines, events, progress, public_games
from app.games.queries.tables import latest_medals, places_of_delegation, tables
from app.games.routes.frame import MEDALS, blueprint, days_of, figure, public_or_404, public_tabs
from app.games.services.opening import delegation_not_found
from app.games.services.publishing import points_rules
from app.web.access import public
from app.web.known import kept, unless_known

OPEN = "results are public: whoever took part, and their families, look here"


@blueprint.get("/games")
@public(OPEN)
def index() -> str:
    """All editions."""
    return render_template("games/index.html", games=public_games(), days_of=days_of)


@blueprint.get("/games/<games_ref>/medals")
@public(OPEN)
def medals(games_ref: str) -> Response:
    """The medal table and the team scores; `by=points` puts the scores first."""
    games = public_or_404(games_ref)
    by_points = request.args.get("by") == "points"
    facts = (games.id, games.version, mark_of(games.id), by_points)
    return unless_known(
        facts,
        lambda: render_template(
            "games/medals.html",
            games=games,
            public_nav=public_tabs(games, "games.medals"),
            body=kept(facts, lambda: _medals_body(games, by_points=by_points)),
        ),
    )


def _medals_body(games: Games, *, by_points: bool) -> str:
    found = tables(games)
    return render_template(
        "games/medals_body.html",
        games=games,
        tables=found,
        by_points=by_points,
        progress=progress(games.id),
        latest=latest_medals(games.id),
        points={line.delegation: line for line in found.scores},
        medals={line.delegation: line for line in found.medals},
        scale=points_rules(games).scale,
        figure=figure,
        words=MEDALS,
    )


@blueprint.get("/games/<games_ref>/delegations/<delegation_ref>")
@public(OPEN)
def delegation(games_ref: str, delegation_ref: str) -> str:
    """Every place of one delegation that counts: what stands behind its figures."""
    games = public_or_404(games_ref)
    found = delegation_by_ref(games.id, delegation_ref)
    if found is None:
        raise delegation_not_found()
    return render_template(
        "games/delegation.html",
        games=games,
        public_nav=public_tabs(games, "games.medals"),
        delegation=found,
        places=places_of_delegation(games.id, found.id),
        figure=figure,
        words=MEDALS,
    )


@blueprint.get("/games/<games_ref>")
@public(OPEN)
def results(games_ref: str) -> str:
    """The programme with the state of each event."""
    games = public_or_404(games_ref)
    all_events = events(games.id)
    return render_template(
        "games/results.html",
        games=games,
        days=days_of(games),
        public_nav=public_tabs(games, "games.results"),
        disciplines=[
            (one, [event for event in all_events if event.discipline_id == one.id]) for one in disciplines(games.id)
        ],
        status={event.id: EventStatus(event.status) for event in all_events},
    )
