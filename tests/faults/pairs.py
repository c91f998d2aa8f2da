"""Conflicts found again by hand: each person's scans gone through one by one, beside what one statement finds."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from sqlalchemy import select

from app.activities.constants import CheckpointKind
from app.activities.models import Checkpoint
from app.activities.queries.plans import checkin_plan
from app.checkins.constants import COUNTING
from app.checkins.models import CheckIn, Scan
from app.checkins.queries.conflicts import MOST, all_conflicts
from app.checkins.rules.conflicts import SPEED_LIMIT_KMH, Kind
from app.core.db import db

Pair = tuple[uuid.UUID, uuid.UUID]
"""Two scans, the earlier one first."""


def listed(activity_id: uuid.UUID) -> dict[Kind, list[Pair]]:
    """What the office's list says of one code on two phones, and of a finish before a start."""
    found = all_conflicts(checkin_plan(activity_id), limit_kmh=SPEED_LIMIT_KMH)
    pairs = {
        kind: [(one.places[0].scan_id, one.places[1].scan_id) for one in found.get(kind, [])]
        for kind in (Kind.TWO_PHONES, Kind.FINISH_FIRST)
    }
    db.session.rollback()
    return pairs


def by_hand(activity_id: uuid.UUID) -> dict[Kind, list[Pair]]:
    """The same from the stored facts, the first MOST by the time of the later scan."""
    scans = _rows(Scan, activity_id)
    found = {Kind.TWO_PHONES: _two_phones(scans), Kind.FINISH_FIRST: _finish_first(activity_id)}
    db.session.rollback()
    return found


def _rows(model: type[Scan | CheckIn], activity_id: uuid.UUID) -> Sequence[object]:
    return db.session.execute(select(model).where(model.activity_id == activity_id)).scalars().all()


def _two_phones(scans: Sequence[Scan]) -> list[Pair]:
    of: dict[uuid.UUID, list[Scan]] = defaultdict(list)
    for scan in scans:
        if scan.person_id is not None and scan.verdict in COUNTING:
            of[scan.person_id].append(scan)
    found = []
    for mine in of.values():
        for one, other in pairwise(sorted(mine, key=lambda scan: (scan.effective_at, scan.id))):
            close = other.effective_at - one.effective_at <= timedelta(minutes=1)
            if close and one.device_id != other.device_id and one.checkpoint_id != other.checkpoint_id:
                found.append((other.effective_at, other.id, one.id))
    return [(earlier, later) for _at, later, earlier in sorted(found)[:MOST]]


def _finish_first(activity_id: uuid.UUID) -> list[Pair]:
    kinds = dict(
        db.session.execute(select(Checkpoint.id, Checkpoint.kind).where(Checkpoint.activity_id == activity_id)).all()
    )
    held: dict[uuid.UUID, dict[str, CheckIn]] = defaultdict(dict)
    for row in _rows(CheckIn, activity_id):
        held[row.person_id][kinds[row.checkpoint_id]] = row
    found = []
    for mine in held.values():
        start, finish = mine.get(CheckpointKind.START.value), mine.get(CheckpointKind.FINISH.value)
        if start is not None and finish is not None and finish.effective_at < start.effective_at:
            found.append((start.effective_at, start.scan_id, finish.scan_id))
    return [(earlier, later) for _at, later, earlier in sorted(found)[:MOST]]
