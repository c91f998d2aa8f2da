"""Scans as the office looks at them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from app.checkins.constants import Verdict
from app.checkins.models import Device, Nobody, Scan
from app.checkins.queries.gate import shown_name
from app.core.db import db
from app.people.models import PersonAlias
from app.registrations.models import Registration

LIMIT = 200


@dataclass(frozen=True, slots=True)
class ScanRow:
    """One scan with whoever it named and what read it."""

    id: uuid.UUID
    verdict: str
    first_verdict: str
    kind: str
    checkpoint_id: uuid.UUID | None
    effective_at: datetime
    received_at: datetime
    offset_ms: int
    device: str
    device_kind: str
    bib: str | None
    name: str


_LATEST = (
    select(
        Scan.id,
        Scan.verdict,
        Scan.first_verdict,
        Scan.kind,
        Scan.checkpoint_id,
        Scan.effective_at,
        Scan.received_at,
        Scan.offset_ms,
        Device.name.label("device"),
        Device.kind.label("device_kind"),
        Registration.bib,
        Registration.name,
        Registration.age,
    )
    .join(Device, (Device.activity_id == Scan.activity_id) & (Device.id == Scan.device_id))
    .outerjoin(Nobody, (Nobody.activity_id == Scan.activity_id) & (Nobody.scan_id == Scan.id))
    .outerjoin(PersonAlias, PersonAlias.person_id == func.coalesce(Scan.person_id, Nobody.person_id))
    .outerjoin(
        Registration,
        (Registration.activity_id == Scan.activity_id)
        & (Registration.person_id == func.coalesce(PersonAlias.canonical_id, Scan.person_id, Nobody.person_id)),
    )
    .where(Scan.activity_id == bindparam("a"))
    .order_by(Scan.received_at.desc(), Scan.id.desc())
    .limit(LIMIT)
)


def latest_scans(activity_id: uuid.UUID, *, verdict: Verdict | None = None) -> Sequence[ScanRow]:
    """At most 200, newest first, in one statement."""
    statement = _LATEST if verdict is None else _LATEST.where(Scan.verdict == verdict.value)
    return [
        ScanRow(
            id=row.id,
            verdict=row.verdict,
            first_verdict=row.first_verdict,
            kind=row.kind,
            checkpoint_id=row.checkpoint_id,
            effective_at=row.effective_at,
            received_at=row.received_at,
            offset_ms=row.offset_ms,
            device=row.device,
            device_kind=row.device_kind,
            bib=row.bib,
            name=shown_name(row.name, row.age),
        )
        for row in db.session.execute(statement, {"a": activity_id})
    ]
