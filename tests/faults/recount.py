"""Counts made again from the facts, cell by cell, beside what the rollups say (I5)."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from app.activities.models import Tally, TallyDelta
from app.activities.rules.tally import cubes_of
from app.checkins.models import Attendance, CheckIn, Scan
from app.core.clock import to_micros
from app.core.db import db
from app.core.ids import NIL
from app.people.rules.ages import age_band
from app.registrations.models import Registration

Cells = Counter[tuple[str, str, str, str]]
QUARTER = 15 * 60 * 1_000_000
STANDING = {"let_in", "kept"}


def _add(cells: Cells, metric: str, n: int = 1, **facts: Any) -> None:
    row = SimpleNamespace(
        metric=metric, checkpoint_id=NIL, category_id=NIL, quarter=0, town_id=NIL, age_band="", sex=""
    )
    row.__dict__.update(facts)
    for cell in cubes_of(row):
        cells[metric, *cell] += n


def _cut(row: Any) -> dict[str, Any]:
    return {
        "category_id": row.category_id,
        "town_id": row.town_id or NIL,
        "age_band": age_band(row.age) if row.age is not None else "",
        "sex": row.sex or "",
    }


def recounted(rows: Mapping[Any, Sequence[Any]]) -> Cells:
    """What the facts come to: `rows` of one activity by model."""
    cells: Cells = Counter()
    people = {row.person_id: row for row in rows[Registration]}
    standing = {row.person_id for row in rows[CheckIn] if row.flag in STANDING}
    for row in rows[Registration]:
        if row.state == "waitlisted":
            _add(cells, "waitlisted", **_cut(row))
        if row.state == "confirmed" or row.person_id in standing:
            _add(cells, "walk_in" if row.walk_in else "registered", **_cut(row))
    for held in rows[CheckIn]:
        quarter = to_micros(held.effective_at) // QUARTER if held.inside else -1
        category = people[held.person_id].category_id
        _add(cells, "checkin", checkpoint_id=held.checkpoint_id, category_id=category, quarter=quarter)
    for there in rows[Attendance]:
        cut = _cut(people[there.person_id])
        _add(cells, "attendance", quarter=to_micros(there.first_at) // QUARTER, **cut)
        if there.finished_at is not None:
            _add(cells, "finished", **cut)
        if there.incomplete:
            _add(cells, "incomplete", **cut)
    for scan in rows[Scan]:
        if scan.checkpoint_id is not None:
            _add(cells, "scan", checkpoint_id=scan.checkpoint_id)
    return Counter({cell: n for cell, n in cells.items() if n})


def counted(activity_id: uuid.UUID) -> Cells:
    """What the rollups of one activity say: moved cells and waiting deltas together."""
    cells: Cells = Counter()
    for row in db.session.execute(select(Tally).where(Tally.activity_id == activity_id)).scalars():
        cells[row.metric, row.cube, row.k1, row.k2] += row.n
    for delta in db.session.execute(select(TallyDelta).where(TallyDelta.activity_id == activity_id)).scalars():
        for cell in cubes_of(delta):
            cells[delta.metric, *cell] += delta.n
    return Counter({cell: n for cell, n in cells.items() if n})
