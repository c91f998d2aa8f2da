"""Whether and when somebody was there."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

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
