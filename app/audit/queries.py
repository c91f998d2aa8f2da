"""Reading and verifying the trail."""

from __future__ import annotations

import time
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry, AuditSeal, AuditSealItem
from app.audit.rules import entry_digest, link_hash
from app.core.db import ACROSS, db, table
from app.core.ids import NIL, first_of


@dataclass(frozen=True, slots=True)
class Verification:
    """Outcome of walking one scope's chain."""

    scope_id: uuid.UUID
    links: int
    sealed: int
    unsealed: int
    broken_at: int | None


LONGEST_ACT_MS = 120_000


_e = table(AuditEntry).c
_MARK = select(
    select(_e.id).where(_e.scope_id == bindparam("scope")).order_by(_e.id.desc()).limit(1).scalar_subquery(),
    select(func.count()).where(_e.scope_id == bindparam("scope"), _e.id >= bindparam("since")).scalar_subquery(),
)


def mark_of(scope_id: uuid.UUID) -> tuple[uuid.UUID | None, int]:
    """Where a scope's trail stands: another one after every act, so that what was read before can be kept.

    The newest row alone would not do: an act that began earlier may commit later, with a smaller id. So the rows of
    the last two minutes are counted too, which no act outlives.
    """
    since = first_of(time.time_ns() // 1_000_000 - LONGEST_ACT_MS)
    row = db.session.execute(_MARK, {"scope": scope_id, "since": since}).one()
    return row[0], row[1]


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


def scopes(*, session: Session | None = None) -> list[uuid.UUID]:
    """Every scope that has a row or a seal: one whose rows are all gone must show up too.

    `session`: of another store than this application's (a backup).
    """
    both = (
        select(AuditEntry.scope_id)
        .union(select(AuditSeal.scope_id))
        .execution_options(**{ACROSS: "the verification walks every scope"})
    )
    return list((session or db.session).execute(both).scalars())


def last_links(scope_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[int, bytes]]:
    """Scope → number and hash of its last link, of those that have one."""
    found = {}
    for scope_id in scope_ids:
        row = db.session.execute(
            select(AuditSeal.n, AuditSeal.hash)
            .where(AuditSeal.scope_id == scope_id)
            .order_by(AuditSeal.n.desc())
            .limit(1)
        ).one_or_none()
        if row is not None:
            found[scope_id] = (row.n, row.hash)
    return found


def verify(
    scope_id: uuid.UUID, *, session: Session | None = None, head: tuple[int, bytes] | None = None
) -> Verification:
    """Recompute every link of a scope; `broken_at` is the first that does not fit. `session` as in `scopes`.

    `head`: number and hash of the last link that was witnessed (`audit.witness`). A chain that ends before it was
    cut, one that has another link there was written anew.
    """
    run = (session or db.session).execute
    links = run(select(AuditSeal).where(AuditSeal.scope_id == scope_id).order_by(AuditSeal.n)).scalars().all()
    prev, sealed, broken = bytes(32), 0, None
    for expected, link in enumerate(links, start=1):
        entries = (
            run(
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
    if broken is None and head is not None:
        n, digest = head
        if len(links) < n:
            broken = len(links) + 1
        elif links[n - 1].hash != digest:
            broken = n
    total = run(select(func.count()).select_from(AuditEntry).where(AuditEntry.scope_id == scope_id)).scalar_one()
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


def refusals_of(actor_id: uuid.UUID, code: str, since: datetime) -> list[tuple[datetime, int]]:
    """When somebody was refused with `code` since, the oldest first, and how often at once (`count` of the row)."""
    rows = db.session.execute(
        select(AuditEntry.at, AuditEntry.details)
        .where(
            AuditEntry.scope_id == NIL,
            AuditEntry.subject_kind == "refusal",
            AuditEntry.subject_id == actor_id,
            AuditEntry.outcome == code,
            AuditEntry.at > since,
        )
        .order_by(AuditEntry.at)
    )
    return [(row.at, int(row.details.get("count", 1))) for row in rows]


def acts_on(
    subject_id: uuid.UUID, actions: Collection[str], *, subject_kind: str, limit: int = 10
) -> list[tuple[datetime, str, str]]:
    """(when, action, outcome) of the office's own scope about one subject, the newest first."""
    rows = db.session.execute(
        select(AuditEntry.at, AuditEntry.action, AuditEntry.outcome)
        .where(
            AuditEntry.scope_id == NIL,
            AuditEntry.subject_kind == subject_kind,
            AuditEntry.subject_id == subject_id,
            AuditEntry.action.in_(list(actions)),
        )
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    return [(row.at, row.action, row.outcome) for row in rows]


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
