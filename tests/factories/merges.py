"""Two persons found to be one, and what is to be seen of it in a walk."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from app.audit.services import SYSTEM
from app.checkins.models import CheckIn, Scan
from app.checkins.services.merge import merge_persons
from app.checkins.services.rejudge import judge_pending
from app.core.clock import now
from app.core.db import db
from app.registrations.models import Registration
from app.registrations.services.register import Outcome
from tests.factories.walks import Walk
from tests.support.recount import counts_hold, places_hold


def merge(gone: Outcome, stays: Outcome) -> uuid.UUID:
    """Make one person of two who registered."""
    assert gone.person_id is not None
    assert stays.person_id is not None
    return merge_persons(gone=gone.person_id, stays=stays.person_id, reason="document_seen", actor=SYSTEM, at=now())


def holds(walk: Walk) -> None:
    """Every number equals a recount, before and after the worker has heard of everything."""
    counts_hold(walk.id)
    places_hold(walk.id)
    judge_pending(walk.id)
    counts_hold(walk.id)
    places_hold(walk.id)


def states(walk: Walk) -> dict[uuid.UUID, tuple[str, str | None]]:
    """Person → state and reason of their registration."""
    rows = db.session.execute(select(Registration).where(Registration.activity_id == walk.id)).scalars()
    return {row.person_id: (row.state, row.reason) for row in rows}


def derived(walk: Walk) -> tuple[list[object], list[object]]:
    """Who is checked in by which scan, and what every scan is worth."""
    checked = db.session.execute(
        select(CheckIn.person_id, CheckIn.checkpoint_id, CheckIn.scan_id, CheckIn.flag)
        .where(CheckIn.activity_id == walk.id)
        .order_by(CheckIn.checkpoint_id, CheckIn.person_id)
    )
    verdicts = db.session.execute(select(Scan.id, Scan.verdict).where(Scan.activity_id == walk.id).order_by(Scan.id))
    return [tuple(row) for row in checked], [tuple(row) for row in verdicts]
