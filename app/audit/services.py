"""Writing the trail: one row per act inside its transaction; seals by a job."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select

from app.audit.models import AuditEntry, AuditSeal, AuditSealItem
from app.audit.rules import entry_digest, link_hash
from app.core.clock import now
from app.core.db import db, table
from app.core.ids import NIL, uuid7
from app.core.keyed import execute
from app.core.transactions import act, in_act

SEAL_BATCH = 5_000
_INSERT = insert(table(AuditEntry))


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account, device, API key, the system itself; by plain id."""

    kind: str
    id: uuid.UUID | None = None


SYSTEM = Actor("system")
ANONYMOUS = Actor("anonymous")


def record(
    actor: Actor,
    action: str,
    *,
    subject_kind: str,
    subject_id: uuid.UUID | None,
    scope_id: uuid.UUID = NIL,
    outcome: str = "done",
    **details: object,
) -> None:
    """Add the act's row to its open transaction. `details`: ids as text, codes, counts."""
    if not in_act():
        raise RuntimeError("an audit row stands in the transaction of its act")
    row: dict[str, Any] = {
        "scope_id": scope_id,
        "id": uuid7(),
        "at": now(),
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "action": action,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "outcome": outcome,
        "details": details,
    }
    execute(_INSERT, [row])


@act
def record_refusal(
    *, actor: Actor, action: str, code: str, scope_id: uuid.UUID = NIL, subject_id: uuid.UUID | None = None
) -> None:
    """Keep a refusal, in a transaction of its own after the act's rollback (called by the edge).

    It is filed under who was refused, unless another subject is named: so guesses can be counted.
    """
    subject_id = subject_id or actor.id
    record(actor, action[-60:], subject_kind="refusal", subject_id=subject_id, scope_id=scope_id, outcome=code[:60])


@act
def seal(*, scope_id: uuid.UUID) -> int:
    """Chain up to SEAL_BATCH unsealed rows of one scope; returns how many."""
    unsealed = (
        db.session.execute(
            select(AuditEntry)
            .outerjoin(
                AuditSealItem,
                (AuditSealItem.scope_id == AuditEntry.scope_id) & (AuditSealItem.entry_id == AuditEntry.id),
            )
            .where(AuditEntry.scope_id == scope_id, AuditSealItem.n.is_(None))
            .order_by(AuditEntry.id)
            .limit(SEAL_BATCH)
        )
        .scalars()
        .all()
    )
    if not unsealed:
        return 0
    last = db.session.execute(
        select(AuditSeal.n, AuditSeal.hash).where(AuditSeal.scope_id == scope_id).order_by(AuditSeal.n.desc()).limit(1)
    ).one_or_none()
    n, prev = (last.n + 1, last.hash) if last else (1, bytes(32))
    digest = link_hash(prev, n, [entry_digest(entry) for entry in unsealed])
    db.session.add(AuditSeal(scope_id=scope_id, n=n, prev=prev, hash=digest, rows=len(unsealed), sealed_at=now()))
    db.session.execute(
        insert(table(AuditSealItem)), [{"scope_id": scope_id, "entry_id": entry.id, "n": n} for entry in unsealed]
    )
    db.session.flush()
    return len(unsealed)
