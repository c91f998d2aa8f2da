"""The audit trail: insert-only rows, sealed into a hash chain afterwards."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.core.types import PUBLIC


class AuditEntry(Model):
    """Who did what to which subject, when, and whether it was done or refused.

    `details` holds ids, codes, field names and counts; never a personal value.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "scope_id", "subject_kind", "subject_id"),)

    scope_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column()
    actor_kind: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    actor_id: Mapped[uuid.UUID | None] = mapped_column()
    action: Mapped[str] = mapped_column(String(60), info=PUBLIC)
    subject_kind: Mapped[str] = mapped_column(String(30), info=PUBLIC)
    subject_id: Mapped[uuid.UUID | None] = mapped_column()
    outcome: Mapped[str] = mapped_column(String(60), info=PUBLIC)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, info=PUBLIC)


class AuditSeal(Model):
    """One link of a scope's chain: the hash covers the rows since the last one and `prev`."""

    __tablename__ = "audit_seal"
    __table_args__ = (UniqueConstraint("scope_id", "hash"),)

    scope_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    prev: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    rows: Mapped[int] = mapped_column()
    sealed_at: Mapped[datetime] = mapped_column()


class AuditSealItem(Model):
    """Which entries a link covers."""

    __tablename__ = "audit_seal_item"

    scope_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column()
