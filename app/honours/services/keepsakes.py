"""Handing out the keepsake of a season, once to each."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import delete, func, select

from app.audit.services import Actor, record
from app.checkins.models import Attendance
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict
from app.core.keyed import InsertNew
from app.core.text import N_
from app.core.transactions import act
from app.honours.models import Keepsake

_NEW = InsertNew(Keepsake, "person_id")


@act
def hand_out(
    *,
    season_id: uuid.UUID,
    activity_ids: list[uuid.UUID],
    person_id: uuid.UUID,
    actor: Actor,
    at: datetime | None = None,
) -> None:
    """Note that somebody was handed the keepsake of a season with these stations.

    Raises Conflict `not_earned` (not every station finished), `handed_already` with the day.
    """
    at = at or now()
    finished = db.session.execute(
        select(func.count())
        .select_from(Attendance)
        .where(
            Attendance.activity_id.in_(activity_ids),
            Attendance.person_id == person_id,
            Attendance.finished_at.is_not(None),
        )
    ).scalar_one()
    if not activity_ids or finished < len(activity_ids):
        raise Conflict("not_earned", N_("还没有走完各站。"))
    row = {"season_id": season_id, "person_id": person_id, "handed_at": at, "handed_by": actor.id}
    if _NEW.run([row]).first() is None:
        before = db.session.execute(
            select(Keepsake.handed_at).where(Keepsake.season_id == season_id, Keepsake.person_id == person_id)
        ).scalar_one()
        raise Conflict("handed_already", N_("%(when)s 已经领过。"), when=before)
    record(actor, "honours.handed_out", subject_kind="person", subject_id=person_id, season=str(season_id))


@act
def take_back(*, season_id: uuid.UUID, person_id: uuid.UUID, actor: Actor) -> None:
    """It was a mistake: the person has not got it. Again changes nothing."""
    gone = db.session.execute(
        delete(Keepsake)
        .where(Keepsake.season_id == season_id, Keepsake.person_id == person_id)
        .returning(Keepsake.person_id)
    ).first()
    if gone is not None:
        record(actor, "honours.taken_back", subject_kind="person", subject_id=person_id, season=str(season_id))
