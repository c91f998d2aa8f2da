"""What waits in quarantine, by device."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select

from app.checkins.constants import Verdict
from app.checkins.models import Release, Scan
from app.checkins.queries.gate import shown_name
from app.checkins.queries.owners import OWNER, with_owner
from app.core.db import db
from app.people.models import PersonAlias
from app.registrations.models import Registration

SHOWN = 200


@dataclass(frozen=True, slots=True)
class HeldScan:
    """A scan that a device sent after it was revoked, and the office's word about it, if there is one."""

    id: uuid.UUID
    kind: str
    checkpoint_id: uuid.UUID | None
    effective_at: datetime
    received_at: datetime
    verdict: str
    decision: str | None
    bib: str | None
    name: str


def quarantined_of(activity_id: uuid.UUID, device_id: uuid.UUID) -> Sequence[HeldScan]:
    """At most 200, those without a word first, then by time; one statement."""
    rows = db.session.execute(
        with_owner(
            select(
                Scan.id,
                Scan.kind,
                Scan.checkpoint_id,
                Scan.effective_at,
                Scan.received_at,
                Scan.verdict,
                Release.decision,
                Registration.bib,
                Registration.name,
                Registration.age,
            )
        )
        .outerjoin(Release, and_(Release.activity_id == Scan.activity_id, Release.scan_id == Scan.id))
        .outerjoin(PersonAlias, PersonAlias.person_id == OWNER)
        .outerjoin(
            Registration,
            and_(
                Registration.activity_id == Scan.activity_id,
                Registration.person_id == func.coalesce(PersonAlias.canonical_id, OWNER),
            ),
        )
        .where(
            Scan.activity_id == activity_id,
            Scan.device_id == device_id,
            Scan.first_verdict == Verdict.QUARANTINED.value,
        )
        .order_by(Release.decision.is_not(None), Scan.effective_at, Scan.id)
        .limit(SHOWN)
    )
    return [
        HeldScan(
            id=row.id,
            kind=row.kind,
            checkpoint_id=row.checkpoint_id,
            effective_at=row.effective_at,
            received_at=row.received_at,
            verdict=row.verdict,
            decision=row.decision,
            bib=row.bib,
            name=shown_name(row.name, row.age),
        )
        for row in rows
    ]
