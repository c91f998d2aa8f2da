"""What the pages of this room share."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, request
from werkzeug.wrappers import Response

from app.activities.queries import Station
from app.checkins.services.rejudge import judge_pending
from app.core.errors import Busy
from app.dashboards.queries.station import named_station
from app.web.frame import elder_mode
from app.web.texts import choose_language

blueprint = Blueprint("dashboards", __name__, template_folder="../templates")


def counted_station(ref: str) -> Station:
    """The station that is named, after everything that waits to be counted was counted.

    A store that is busy or full does not hide what is known: the page then shows that.
    """
    found = named_station(ref)
    try:
        judge_pending(found.activity.id)
    except Busy:
        return found
    return found


@dataclass(frozen=True, slots=True)
class Pager:
    """Where a list stands, for the pager's macro."""

    number: int
    pages: int
    total: int
    prev_url: str | None
    next_url: str | None


def pager(number: int, pages: int, total: int, url: Callable[[int], str]) -> Pager:
    """The pager of a list that shows page `number` of `pages`; `url` addresses a page."""
    return Pager(
        number=number,
        pages=pages,
        total=total,
        prev_url=url(number - 1) if number > 1 else None,
        next_url=url(number + 1) if number < pages else None,
    )


def page_number() -> int:
    """The page that the address asks for; 1 when it asks for nothing sensible."""
    return min(max(1, request.args.get("page", 1, type=int)), 100_000)


def unless_known(facts: object, render: Callable[[], str]) -> Response:
    """The page, or 304 when the browser holds one of the same facts: then nothing is rendered.

    `facts` are frozen dataclasses and plain values, whose repr says all there is to say.
    """
    told = repr((facts, choose_language(), elder_mode(), request.full_path))
    tag = hashlib.sha256(told.encode()).hexdigest()[:32]
    response = Response(content_type="text/html; charset=utf-8")
    response.set_etag(tag)
    if tag not in request.if_none_match:
        response.set_data(render())
    return response.make_conditional(request)
