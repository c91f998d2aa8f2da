"""How a crowd passes its checkpoints: times, repeats, people who miss one."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.core.ids import uuid7

WAYS = {
    "TY": (("S", 0.0), ("K4", 4.0), ("F8", 8.0)),
    "TZ": (("S", 0.0), ("K4", 4.0), ("K12", 12.0), ("F18", 18.0)),
}


@dataclass(frozen=True, slots=True)
class Ticket:
    """Somebody who is registered: the text of their code and their category's code."""

    text: str
    category: str


def crossings(
    tickets: Sequence[Ticket], starts_at: datetime, *, rng: random.Random, until: datetime | None = None
) -> list[dict[str, Any]]:
    """Scans in the order of time. About 6 % repeat, 3 % miss a waypoint, 4 % give up; `until` cuts off."""
    scans: list[tuple[datetime, dict[str, Any]]] = []
    for ticket in tickets:
        arrives = starts_at + timedelta(minutes=min(70.0, max(-45.0, rng.gauss(5, 18))))
        pace = timedelta(minutes=rng.uniform(10.5, 16.5))
        way = WAYS[ticket.category]
        gives_up = rng.random() < 0.04
        last = rng.randint(1, len(way) - 1) if gives_up else len(way)
        for place, (point, km) in enumerate(way[:last]):
            if 0 < place < len(way) - 1 and rng.random() < 0.03:
                continue
            at = arrives + pace * km
            scans.append((at, _scan(ticket.text, point, at)))
            if rng.random() < 0.06:
                again = at + timedelta(seconds=rng.randint(2, 240))
                scans.append((again, _scan(ticket.text, point, again)))
    scans.sort(key=lambda one: one[0])
    return [scan for at, scan in scans if until is None or at <= until]


def whole_ways(tickets: Sequence[Ticket], starts_at: datetime) -> list[dict[str, Any]]:
    """Scans of people who walk side by side and miss nothing."""
    pace = timedelta(minutes=12)
    return [
        _scan(ticket.text, point, starts_at + pace * km + timedelta(seconds=9 * place))
        for place, ticket in enumerate(tickets)
        for point, km in WAYS[ticket.category]
    ]


def _scan(text: str, point: str, at: datetime) -> dict[str, Any]:
    return {"id": str(uuid7()), "pass": text, "checkpoint": point, "scanned_at": at.isoformat()}
