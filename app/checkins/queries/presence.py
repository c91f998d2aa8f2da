"""Whether and when somebody was there."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from app.activities.constants import CheckpointKind
from app.activities.models import Checkpoint
from app.checkins.models import Attendance, CheckIn
from app.core.db import db


@dataclass(frozen=True, slots=True)
class Presence:
    """A person's attendance of one activity."""

    first_at: datetime
    finished_at: datetime | None
    incomplete: bool


_ANY = select(CheckIn.person_id).where(CheckIn.activity_id == bindparam("a"), CheckIn.person_id == bindparam("p"))


def has_check_in(activity_id: uuid.UUID, person_id: uuid.UUID) -> bool:
    """Whether any check-in of this person is known, pickups included: then a cancellation is refused."""
    return db.session.execute(_ANY.limit(1), {"a": activity_id, "p": person_id}).first() is not None


def attendances_of(person_id: uuid.UUID, activity_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Presence]:
    """A person's attendances among these activities (from the directory of who is where)."""
    if not activity_ids:
        return {}
    rows = db.session.execute(
        select(Attendance.activity_id, Attendance.first_at, Attendance.finished_at, Attendance.incomplete).where(
            Attendance.activity_id.in_(list(activity_ids)), Attendance.person_id == person_id
        )
    )
    return {row.activity_id: Presence(row.first_at, row.finished_at, row.incomplete) for row in rows}


def start_and_finish(
    activity_id: uuid.UUID, person_ids: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, tuple[datetime | None, datetime | None]]:
    """When these persons were checked in at a start and at a finish: the earliest of each; whoever was at neither
    but elsewhere on the way has two Nones.
    """
    found: dict[uuid.UUID, tuple[datetime | None, datetime | None]] = {}
    rows = db.session.execute(
        select(CheckIn.person_id, Checkpoint.kind, CheckIn.effective_at)
        .join(
            Checkpoint,
            (Checkpoint.activity_id == CheckIn.activity_id) & (Checkpoint.id == CheckIn.checkpoint_id),
        )
        .where(
            CheckIn.activity_id == activity_id,
            CheckIn.person_id.in_(list(person_ids)),
            Checkpoint.kind != CheckpointKind.PICKUP.value,
        )
        .order_by(CheckIn.effective_at.desc())  # the earliest is read last and stays
    )
    for row in rows:
        start, finish = found.get(row.person_id, (None, None))
        if row.kind == CheckpointKind.START.value:
            start = row.effective_at
        elif row.kind == CheckpointKind.FINISH.value:
            finish = row.effective_at
        found[row.person_id] = (start, finish)
    return found
