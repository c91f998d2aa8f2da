"""Reading and verifying the trail."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.audit.models import AuditEntry, AuditSeal, AuditSealItem
from app.audit.rules import entry_digest, link_hash
from app.core.db import ACROSS, db


@dataclass(frozen=True, slots=True)
class Verification:
    """Outcome of walking one scope's chain."""

    scope_id: uuid.UUID
    links: int
    sealed: int
    unsealed: int
    broken_at: int | None


def scopes_with_unsealed() -> list[uuid.UUID]:
    """Scopes that have rows outside the chain."""
    statement = (
        select(AuditEntry.scope_id)
        .outerjoin(
            AuditSealItem,
            (AuditSealItem.scope_id == AuditEntry.scope_id) & (AuditSealItem.entry_id == AuditEntry.id),
        )
        .where(AuditSealItem.n.is_(None))
        .distinct()
        .execution_options(**{ACROSS: "the sealing job serves every scope"})
    )
    return list(db.session.execute(statement).scalars())


def scopes() -> list[uuid.UUID]:
    """Every scope that has a row or a seal: one whose rows are all gone must show up too."""
    both = (
        select(AuditEntry.scope_id)
        .union(select(AuditSeal.scope_id))
        .execution_options(**{ACROSS: "the verification walks every scope"})
    )
    return list(db.session.execute(both).scalars())


def verify(scope_id: uuid.UUID) -> Verification:
    """Recompute every link of a scope; `broken_at` is the first that does not fit."""
    links = (
        db.session.execute(select(AuditSeal).where(AuditSeal.scope_id == scope_id).order_by(AuditSeal.n))
        .scalars()
        .all()
    )
    prev, sealed, broken = bytes(32), 0, None
    for expected, link in enumerate(links, start=1):
        entries = (
            db.session.execute(
                select(AuditEntry)
                .join(
                    AuditSealItem,
                    (AuditSealItem.scope_id == AuditEntry.scope_id) & (AuditSealItem.entry_id == AuditEntry.id),
                )
                .where(AuditEntry.scope_id == scope_id, AuditSealItem.n == link.n)
                .order_by(AuditEntry.id)
            )
            .scalars()
            .all()
        )
        digests = [entry_digest(entry) for entry in entries]
        intact = link.n == expected and link.prev == prev and len(digests) == link.rows
        if not intact or link.hash != link_hash(prev, link.n, digests):
            broken = expected
            break
        prev, sealed = link.hash, sealed + link.rows
    total = db.session.execute(
        select(func.count()).select_from(AuditEntry).where(AuditEntry.scope_id == scope_id)
    ).scalar_one()
    return Verification(
        scope_id=scope_id, links=len(links), sealed=sealed, unsealed=max(0, total - sealed), broken_at=broken
    )


@dataclass(frozen=True, slots=True)
class Length:
    """How many rows a scope has, and how many of them are in its chain."""

    rows: int
    sealed: int


def lengths() -> dict[uuid.UUID, Length]:
    """Every scope with its length, without recomputing anything."""
    why = {ACROSS: "the auditor looks at every scope"}
    rows = {
        row.scope_id: int(row.n)
        for row in db.session.execute(
            select(AuditEntry.scope_id, func.count().label("n")).group_by(AuditEntry.scope_id).execution_options(**why)
        )
    }
    sealed = {
        row.scope_id: int(row.n)
        for row in db.session.execute(
            select(AuditSeal.scope_id, func.sum(AuditSeal.rows).label("n"))
            .group_by(AuditSeal.scope_id)
            .execution_options(**why)
        )
    }
    return {one: Length(rows.get(one, 0), sealed.get(one, 0)) for one in rows.keys() | sealed.keys()}


def history(
    scope_id: uuid.UUID,
    *,
    subject_id: uuid.UUID | None = None,
    before: uuid.UUID | None = None,
    limit: int = 100,
) -> Sequence[AuditEntry]:
    """The newest rows of a scope, of one subject if given; `before`: only those older than this row."""
    statement = select(AuditEntry).where(AuditEntry.scope_id == scope_id)
    if subject_id is not None:
        statement = statement.where(AuditEntry.subject_id == subject_id)
    if before is not None:
        statement = statement.where(AuditEntry.id < before)
    return db.session.execute(statement.order_by(AuditEntry.id.desc()).limit(limit)).scalars().all()
