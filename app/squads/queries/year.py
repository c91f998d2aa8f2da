"""Squads and troupes of one year, for the yearly report."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.core.db import db
from app.squads.constants import Medal, SquadKind
from app.squads.models import Squad
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
            SentTroupe(line.squad.name, line.squad.event, line.people, line.squad.award)
            for line in lines
            if line.kind is SquadKind.TROUPE
        ),
    )
