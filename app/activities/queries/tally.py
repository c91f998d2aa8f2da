"""Reading counts: rollups and the deltas that no job has moved yet, added up."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select

from app.activities.constants import Metric
from app.activities.models import Tally, TallyDelta
from app.activities.rules.tally import cubes_of
from app.core.db import db, table
from app.core.keyed import execute

Cell = tuple[str, str, str, str]
"""Metric, cube, k1, k2."""


@dataclass(frozen=True, slots=True)
class Counts:
    """All counts of one activity by cell."""

    cells: Mapping[Cell, int]
    pending: int

    def total(self, metric: Metric) -> int:
        """A whole count."""
        return self.cells.get((metric.value, "total", "", ""), 0)

    def cut(self, metric: Metric, cube: str) -> dict[tuple[str, str], int]:
        """One cut of a count: (k1, k2) → n, zeros left out."""
        return {
            (k1, k2): n
            for (name, where, k1, k2), n in self.cells.items()
            if name == metric.value and where == cube and n
        }

    def at_checkpoint(self, checkpoint_id: uuid.UUID, metric: Metric = Metric.CHECKIN) -> int:
        """People (or scans) at a checkpoint."""
        return self.cells.get((metric.value, "checkpoint", checkpoint_id.hex, ""), 0)


_t, _d = table(Tally).c, table(TallyDelta).c
_CELLS = select(_t.metric, _t.cube, _t.k1, _t.k2, _t.n).where(_t.activity_id == bindparam("a"))
_GROUP = (_d.metric, _d.checkpoint_id, _d.category_id, _d.quarter, _d.town_id, _d.age_band, _d.sex)
_DELTAS = (
    select(*_GROUP, func.sum(_d.n).label("n"), func.count().label("rows"))
    .where(_d.activity_id == bindparam("a"))
    .group_by(*_GROUP)
)


def counts(activity_id: uuid.UUID) -> Counts:
    """Exact at any moment, in two statements of one read transaction."""
    cells: Counter[Cell] = Counter()
    for row in execute(_CELLS, {"a": activity_id}):
        cells[row.metric, row.cube, row.k1, row.k2] = row.n
    pending = 0
    for delta in execute(_DELTAS, {"a": activity_id}):
        pending += delta.rows
        for cube, k1, k2 in cubes_of(delta):
            cells[delta.metric, cube, k1, k2] += int(delta.n)
    return Counts(cells=cells, pending=pending)


_COUNTED_BY_POINT = (Metric.CHECKIN.value, Metric.SCAN.value)
_TOTALS = select(Tally.activity_id, Tally.metric, Tally.n).where(
    Tally.activity_id.in_(bindparam("ids", expanding=True)), Tally.cube == "total"
)
_PENDING = (
    select(TallyDelta.activity_id, TallyDelta.metric, func.sum(TallyDelta.n).label("n"))
    .where(
        TallyDelta.activity_id.in_(bindparam("ids", expanding=True)),
        TallyDelta.metric.not_in(_COUNTED_BY_POINT),
    )
    .group_by(TallyDelta.activity_id, TallyDelta.metric)
)


def totals(activity_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Counter[Metric]]:
    """The whole counts of several activities, each activity present, in two statements."""
    found: dict[uuid.UUID, Counter[Metric]] = {one: Counter() for one in activity_ids}
    if not found:
        return found
    for statement in (_TOTALS, _PENDING):
        for row in db.session.execute(statement, {"ids": list(found)}):
            found[row.activity_id][Metric(row.metric)] += int(row.n)
    return found
