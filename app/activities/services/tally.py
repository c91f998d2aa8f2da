"""Counts of an activity as deltas, moved into rollups by a job.

An act appends what it changed (one row per distinct key, no counter row that
would make writers queue); `roll_up` takes rows out with DELETE … RETURNING and
adds them to the cubes in one transaction, so that reads, which add both, are
exact at any moment.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from app.activities.constants import Metric
from app.activities.models import Tally, TallyDelta
from app.activities.rules.tally import cubes_of
from app.core.db import db, table
from app.core.ids import NIL, uuid7
from app.core.keyed import InsertRows
from app.core.transactions import act

BATCH = 20_000


class Key(NamedTuple):
    """What one unit of a count is about; `quarter` is quarters of an hour since 1970, 0 for none."""

    metric: Metric
    checkpoint_id: uuid.UUID = NIL
    category_id: uuid.UUID = NIL
    quarter: int = 0
    town_id: uuid.UUID = NIL
    age_band: str = ""
    sex: str = ""


_DELTAS = InsertRows(TallyDelta)


def add(activity_id: uuid.UUID, changes: Iterable[tuple[Key, int]]) -> None:
    """Append the sum of `changes` to the open act."""
    summed: Counter[Key] = Counter()
    for key, n in changes:
        summed[key] += n
    rows = [
        {
            "activity_id": activity_id,
            "id": uuid7(),
            "metric": key.metric.value,
            "checkpoint_id": key.checkpoint_id,
            "category_id": key.category_id,
            "quarter": key.quarter,
            "town_id": key.town_id,
            "age_band": key.age_band,
            "sex": key.sex,
            "n": n,
        }
        for key, n in summed.items()
        if n
    ]
    _DELTAS.run(rows)


@act
def roll_up(*, activity_id: uuid.UUID) -> int:
    """Move up to BATCH deltas of one activity into its cubes; returns how many were moved."""
    keys = select(TallyDelta.id).where(TallyDelta.activity_id == activity_id).limit(BATCH)
    rows = db.session.execute(
        delete(TallyDelta)
        .where(TallyDelta.activity_id == activity_id, TallyDelta.id.in_(keys.scalar_subquery()))
        .returning(
            TallyDelta.metric,
            TallyDelta.checkpoint_id,
            TallyDelta.category_id,
            TallyDelta.quarter,
            TallyDelta.town_id,
            TallyDelta.age_band,
            TallyDelta.sex,
            TallyDelta.n,
        )
    ).all()
    cells: Counter[tuple[str, str, str, str]] = Counter()
    for row in rows:
        for cube, k1, k2 in cubes_of(row):
            cells[row.metric, cube, k1, k2] += row.n
    if cells:
        db.session.execute(
            _upsert(),
            [
                {"activity_id": activity_id, "metric": metric, "cube": cube, "k1": k1, "k2": k2, "n": n}
                for (metric, cube, k1, k2), n in sorted(cells.items())
            ],
        )
    return len(rows)


def _upsert() -> Any:
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table(Tally))
    return statement.on_conflict_do_update(
        index_elements=["activity_id", "metric", "cube", "k1", "k2"],
        set_={"n": Tally.n + statement.excluded.n},
    )
