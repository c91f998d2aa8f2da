"""Recognising codes."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from app.core.db import db
from app.passes.models import Pass, PassIssue


@dataclass(frozen=True, slots=True)
class Recognised:
    """The owner behind a code and since when that very code is revoked."""

    pass_id: uuid.UUID
    generation: int
    kind: str
    person_id: uuid.UUID | None
    subject_id: uuid.UUID | None
    revoked_at: datetime | None


_COLUMNS = (
    PassIssue.sha256,
    PassIssue.short_code,
    PassIssue.pass_id,
    PassIssue.generation,
    PassIssue.revoked_at,
    Pass.kind,
    Pass.person_id,
    Pass.subject_id,
)
_BY_DIGEST = (
    select(*_COLUMNS)
    .join(Pass, Pass.id == PassIssue.pass_id)
    .where(PassIssue.sha256.in_(bindparam("keys", expanding=True)))
)
_BY_CODE = (
    select(*_COLUMNS)
    .join(Pass, Pass.id == PassIssue.pass_id)
    .where(PassIssue.short_code.in_(bindparam("keys", expanding=True)))
)


def by_digests(digests: Collection[bytes]) -> dict[bytes, Recognised]:
    """Issues by the SHA-256 of their text: an equal digest is a genuine pass."""
    if not digests:
        return {}
    rows = db.session.execute(_BY_DIGEST, {"keys": list(digests)})
    return {
        row.sha256: Recognised(row.pass_id, row.generation, row.kind, row.person_id, row.subject_id, row.revoked_at)
        for row in rows
    }


def by_short_codes(codes: Collection[str]) -> dict[str, Recognised]:
    """Issues by their short code (8 characters, normalised)."""
    if not codes:
        return {}
    rows = db.session.execute(_BY_CODE, {"keys": list(codes)})
    return {
        row.short_code: Recognised(row.pass_id, row.generation, row.kind, row.person_id, row.subject_id, row.revoked_at)
        for row in rows
    }


_BY_PASS = (
    select(*_COLUMNS)
    .join(Pass, Pass.id == PassIssue.pass_id)
    .where(Pass.id.in_(bindparam("keys", expanding=True)), PassIssue.generation == Pass.floor)
)
_REVOKED = select(PassIssue.pass_id, PassIssue.generation, PassIssue.revoked_at).where(
    PassIssue.pass_id.in_(bindparam("keys", expanding=True)), PassIssue.revoked_at.is_not(None)
)


def by_pass_ids(pass_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Recognised]:
    """The lowest issue that is still valid, by pass. `revoked_at`: when the generation below it ended."""
    if not pass_ids:
        return {}
    ended = revocations(pass_ids)
    rows = db.session.execute(_BY_PASS, {"keys": list(pass_ids)})
    return {
        row.pass_id: Recognised(
            row.pass_id,
            row.generation,
            row.kind,
            row.person_id,
            row.subject_id,
            ended.get((row.pass_id, row.generation - 1)),
        )
        for row in rows
    }


def revocations(pass_ids: Collection[uuid.UUID]) -> dict[tuple[uuid.UUID, int], datetime]:
    """When each revoked issue (pass, generation) of these passes was revoked."""
    if not pass_ids:
        return {}
    rows = db.session.execute(_REVOKED, {"keys": list(pass_ids)})
    return {(row.pass_id, row.generation): row.revoked_at for row in rows}
