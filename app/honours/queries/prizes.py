"""Prize draws as pages show them, and the file that anybody replays."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.activities.models import Activity
from app.core.db import db
from app.honours.models import Prize, PrizeDraw
from app.people.models import Person


@dataclass(frozen=True, slots=True)
class Winner:
    """A prize with who has won it; `name` whole: whoever reads this must be allowed to."""

    place: int
    ticket: str
    name: str
    collected_at: datetime | None


@dataclass(frozen=True, slots=True)
class DrawLine:
    """A draw with its winners, none before it is drawn."""

    draw: PrizeDraw
    winners: tuple[Winner, ...]


@dataclass(frozen=True, slots=True)
class OwnPrize:
    """A prize of one's own."""

    activity: str
    code: str
    prize: str
    ticket: str
    collected_at: datetime | None


def draws_of(activity_id: uuid.UUID) -> list[DrawLine]:
    """By the time of sealing."""
    draws = (
        db.session.execute(
            select(PrizeDraw).where(PrizeDraw.held_at_activity == activity_id).order_by(PrizeDraw.sealed_at)
        )
        .scalars()
        .all()
    )
    rows = db.session.execute(
        select(Prize.draw_id, Prize.place, Prize.ticket, Person.name, Prize.collected_at)
        .join(Person, Person.id == Prize.person_id)
        .where(Prize.draw_id.in_([one.id for one in draws]))
        .order_by(Prize.place)
    ).all()
    return [
        DrawLine(
            one,
            tuple(Winner(row.place, row.ticket, row.name, row.collected_at) for row in rows if row.draw_id == one.id),
        )
        for one in draws
    ]


def replay_file(line: DrawLine) -> dict[str, Any]:
    """Everything that a replay needs, nobody's name in it."""
    one = line.draw
    return {
        "version": one.version,
        "name": one.name,
        "prizes": one.prizes,
        "seed_from": one.seed_from,
        "sealed_at": one.sealed_at.isoformat(),
        "commitment": one.commitment.hex(),
        "tickets": list(one.tickets),
        "seed": one.seed,
        "winners": [winner.ticket for winner in line.winners],
    }


def prizes_of(person_ids: Sequence[uuid.UUID]) -> list[OwnPrize]:
    """What these people have won, the latest first."""
    if not person_ids:
        return []
    rows = db.session.execute(
        select(Activity.name, Activity.code, PrizeDraw.name.label("prize"), Prize.ticket, Prize.collected_at)
        .join_from(Prize, PrizeDraw, PrizeDraw.id == Prize.draw_id)
        .join(Activity, Activity.id == PrizeDraw.held_at_activity)
        .where(Prize.person_id.in_(list(person_ids)))
        .order_by(PrizeDraw.drawn_at.desc())
    )
    return [OwnPrize(*row) for row in rows]
