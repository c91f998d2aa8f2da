"""Judging again: when a registration, a cancellation or a new code changes what scans mean."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, select

from app.activities.queries.plans import checkin_plan
from app.checkins.models import Scan
from app.checkins.services.load import load
from app.checkins.services.settle import settle
from app.core import outbox
from app.core.clock import now
from app.core.db import db
from app.core.transactions import act
from app.registrations.models import Registration

SWEEP = 500


@act
def rejudge(*, activity_id: uuid.UUID, person_ids: Sequence[uuid.UUID]) -> int:
    """Judge all scans of these persons again; returns how many persons had any."""
    with_scans = set(
        db.session.execute(
            select(Scan.person_id)
            .where(Scan.activity_id == activity_id, Scan.person_id.in_(list(person_ids)))
            .distinct()
        ).scalars()
    )
    found = [person for person in person_ids if person in with_scans]
    if found:
        settle(checkin_plan(activity_id), load(activity_id, found), at=now())
    return len(found)


def on_person_changed(scope_id: uuid.UUID, payload: Mapping[str, Any]) -> None:
    """Outbox job of `registration_changed` and `pass_revoked`: ids in, safe to repeat."""
    ids = [uuid.UUID(text) for text in payload.get("persons", ())]
    if "person_id" in payload:
        ids.append(uuid.UUID(payload["person_id"]))
    rejudge(activity_id=scope_id, person_ids=ids)


def judge_pending(activity_id: uuid.UUID) -> None:
    """Before counting: hear what waits in the outbox for this activity, and pick up scans whose
    registration was committed at the very moment they were judged.
    """
    while outbox.drain(scope_id=activity_id, limit=500) >= 500:
        pass
    late = list(
        db.session.execute(
            select(Scan.person_id)
            .join(
                Registration,
                and_(
                    Registration.activity_id == Scan.activity_id,
                    Registration.person_id == Scan.person_id,
                ),
            )
            .where(
                Scan.activity_id == activity_id,
                Registration.activity_id == activity_id,
                Scan.verdict == "not_registered",
                Registration.state == "confirmed",
            )
            .distinct()
            .limit(SWEEP)
        ).scalars()
    )
    if late:
        rejudge(activity_id=activity_id, person_ids=[person for person in late if person])
