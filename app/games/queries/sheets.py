"""Judges' sheets: one's own for a judge, all of them for the head judge."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.core.db import db
from app.games.models import Sheet, UnitReferee


@dataclass(frozen=True, slots=True)
class Panel:
    """Who judges a unit, by panel, and what they have given so far."""

    judges: Mapping[str, Sequence[int]]
    scores: Mapping[tuple[str, str, int], str]
    """By entry, panel and judge."""

    def score(self, entry: str, panel: str, judge: int) -> str | None:
        """What a judge gave; None: nothing yet."""
        return self.scores.get((entry, panel, judge))

    def missing(self, entry: str) -> int:
        """How many judges have not given this entry a score."""
        return sum(self.score(entry, panel, n) is None for panel, judges in self.judges.items() for n in judges)


def panel_of(games_id: uuid.UUID, unit_id: uuid.UUID) -> Panel:
    """Every judge of a unit and every score: for the head judge."""
    judges: dict[str, list[int]] = {}
    for row in db.session.execute(
        select(UnitReferee.panel, UnitReferee.number)
        .where(UnitReferee.games_id == games_id, UnitReferee.unit_id == unit_id, UnitReferee.number > 0)
        .order_by(UnitReferee.panel, UnitReferee.number)
    ):
        judges.setdefault(row.panel, []).append(row.number)
    sheets = db.session.execute(select(Sheet).where(Sheet.games_id == games_id, Sheet.unit_id == unit_id)).scalars()
    return Panel(judges, {(str(one.entry_id), one.panel, one.judge): one.score for one in sheets})


def own_sheet(games_id: uuid.UUID, unit_id: uuid.UUID, panel: str, judge: int) -> dict[str, str]:
    """One judge's scores by entry, and nobody else's."""
    rows = db.session.execute(
        select(Sheet.entry_id, Sheet.score).where(
            Sheet.games_id == games_id, Sheet.unit_id == unit_id, Sheet.panel == panel, Sheet.judge == judge
        )
    )
    return {str(row.entry_id): row.score for row in rows}
