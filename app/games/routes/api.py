"""`GET /api/v1/games/{id}/medals`: the tables for other software."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint

from app.core.clock import now
from app.games.queries.tables import tables
from app.games.routes.frame import public_or_404
from app.games.schemas.api import MEDALS_DOC
from app.web.access import public

blueprint = Blueprint("games_api", __name__, url_prefix="/api/v1", description="Games: medals and team scores")


def _number(value: Fraction) -> int | float:
    return value.numerator if value.denominator == 1 else round(float(value), 6)


@blueprint.get("/games/<games_ref>/medals")
@blueprint.doc(**MEDALS_DOC)
@public("the medal table is public")
def medals(games_ref: str) -> Any:
    """The medal table and the team scores of one edition, exact at `as_of`."""
    games = public_or_404(games_ref)
    found = tables(games)
    body = {
        "games": games.code,
        "table": [
            {
                "rank": line.rank,
                "delegation": found.names[line.delegation],
                "code": found.codes[line.delegation],
                "gold": _number(line.gold),
                "silver": _number(line.silver),
                "bronze": _number(line.bronze),
                "total": _number(line.total),
            }
            for line in found.medals
        ],
        "team_scores": [
            {"rank": line.rank, "delegation": found.names[line.delegation], "points": _number(line.points)}
            for line in found.scores
        ],
    }
    answer = Response(content_type="application/json")
    answer.set_data(json.dumps({**body, "as_of": (found.as_of or now()).isoformat()}, ensure_ascii=False))
    answer.add_etag()
    return answer.make_conditional(request)
