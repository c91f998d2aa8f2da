"""A caller's key makes a registration repeatable: the same key, the same answer, one row."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from app.audit.services import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict
from app.core.text import N_
from app.core.transactions import act
from app.registrations.constants import Source
from app.registrations.models import Idempotency
from app.registrations.rules.admission import Entry
from app.registrations.services.register import register

KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Answered:
    """The registration a request led to, now or before."""

    registration_id: uuid.UUID
    replay: bool
    proven: bool


@act
def register_once(
    *,
    activity_id: uuid.UUID,
    entry: Entry,
    caller_id: uuid.UUID,
    key: str | None,
    body_sha256: bytes,
    actor: Actor,
    account_id: uuid.UUID | None,
    at: datetime | None = None,
) -> Answered:
    """Register through the API. The same key with another body is a Conflict `idempotency_conflict`."""
    at = at or now()
    if key is not None:
        kept = db.session.execute(
            select(Idempotency).where(Idempotency.caller_id == caller_id, Idempotency.key == key)
        ).scalar_one_or_none()
        if kept is not None:
            if kept.body_sha256 != body_sha256:
                raise Conflict("idempotency_conflict", N_("这个 Idempotency-Key 已用于另一份内容。"))
            return Answered(kept.registration_id, replay=True, proven=True)
    outcome = register(
        activity_id=activity_id,
        entry=entry,
        source=Source.API if account_id is None else Source.WEB,
        actor=actor,
        account_id=account_id,
        at=at,
    )
    if outcome.registration_id is None:
        raise AssertionError("a registration without a refusal has an id")
    if key is not None:
        db.session.add(
            Idempotency(
                caller_id=caller_id,
                key=key,
                body_sha256=body_sha256,
                activity_id=activity_id,
                registration_id=outcome.registration_id,
                expires_at=at + KEPT,
            )
        )
        db.session.flush()
    return Answered(outcome.registration_id, replay=False, proven=outcome.proven)


@act
def forget_old_keys(*, at: datetime | None = None) -> int:
    """Drop keys past their time; returns how many."""
    gone = db.session.execute(
        delete(Idempotency).where(Idempotency.expires_at < (at or now())).returning(Idempotency.key)
    ).all()
    return len(gone)
