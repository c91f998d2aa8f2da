"""What the pages of this room share."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from flask import Blueprint

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


def exact(value: datetime) -> str:
    """2021-09-18 08:15:07: to the second, for the trail."""
    return f"{local(value):%Y-%m-%d %H:%M:%S}"
