"""Squads and troupes of one year, for the yearly report."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import func, select

from app.activities.constants import ActivityStatus
from app.activities.models import Activity
from app.core.clock import now
from app.core.db import db
from app.squads.constants import Medal, SquadKind
from app.squads.models import Rehearsal, Squad
from app.squads.queries.squads import line_of


@dataclass(frozen=True, slots=True)
class SentSquad:
    """Who was sent to higher games."""

    name: str
    games: str
    athletes: int
    disciplines: int
    gold: int
    silver: int
    bronze: int


@dataclass(frozen=True, slots=True)
class SentTroupe:
    """Who performed."""

    name: str
    event: str
    people: int
    award: str
    #: how often it has come together by now
    rehearsals: int = 0


def squad_figures(year: int) -> tuple[tuple[SentSquad, ...], tuple[SentTroupe, ...]]:
    """(squads, troupes) of a year; those into which nobody was chosen are left out."""
    ids = db.session.execute(select(Squad.id).where(Squad.year == year).order_by(Squad.name)).scalars().all()
    lines = [line for line in map(line_of, ids) if line.people]
    return (
        tuple(
            SentSquad(
                line.squad.name,
                line.squad.event,
                line.people,
                line.groups,
                *(line.medals.get(one, 0) for one in (Medal.GOLD, Medal.SILVER, Medal.BRONZE)),
            )
            for line in lines
            if line.kind is SquadKind.SQUAD
        ),
        tuple(
            SentTroupe(line.squad.name, line.squad.event, line.people, line.squad.award, _rehearsed(line.squad.id))
            for line in lines
            if line.kind is SquadKind.TROUPE
        ),
    )


def _rehearsed(squad_id: uuid.UUID) -> int:
    return db.session.execute(
        select(func.count())
        .select_from(Rehearsal)
        .join(Activity, Activity.id == Rehearsal.activity_id)
        .where(
            Rehearsal.squad_id == squad_id,
            Activity.starts_at <= now(),
            Activity.status != ActivityStatus.CANCELLED.value,
        )
    ).scalar_one()
