"""What the pages of this room share."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, request

from app.activities.queries import Card, Station
from app.checkins.services.rejudge import judge_pending
from app.core.clock import local
from app.core.errors import Busy
from app.core.transactions import end_read
from app.dashboards.queries.station import named_station
from app.dashboards.rules.live import is_live

blueprint = Blueprint("dashboards", __name__, template_folder="../templates")


def counted_station(ref: str) -> Station:
    """The station that is named, after everything that waits to be counted was counted.

    A store that is busy or full does not hide what is known: the page then shows that.
    """
    found = named_station(ref)
    _hear(found.activity.id)
    return found


def hear(cards: Iterable[Card], at: datetime) -> None:
    """Count what waits for those of these activities that are under way; the worker has the others."""
    for card in cards:
        if is_live(card.status, card.starts_at, card.ends_at, at):
            _hear(card.id)


def _hear(activity_id: uuid.UUID) -> None:
    try:
        judge_pending(activity_id)
    except Busy:
        end_read()


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


def exact(value: datetime) -> str:
    """2021-09-18 08:15:07: to the second, for the trail."""
    return f"{local(value):%Y-%m-%d %H:%M:%S}"


def page_number() -> int:
    """The page that the address asks for; 1 when it asks for nothing sensible."""
    return min(max(1, request.args.get("page", 1, type=int)), 100_000)
