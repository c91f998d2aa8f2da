"""Recognising codes."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from app.core.db import db, table
from app.core.keyed import Keyed
from app.passes.models import Pass, PassIssue
from app.people.models import PersonAlias


@dataclass(frozen=True, slots=True)
class Recognised:
    """The owner behind a code and since when that very code is revoked."""

    pass_id: uuid.UUID
    generation: int
    kind: str
    person_id: uuid.UUID | None
    subject_id: uuid.UUID | None
    revoked_at: datetime | None


_pass, _issue, _alias = table(Pass), table(PassIssue), table(PersonAlias)
_COLUMNS = (
    _issue.c.sha256,
    _issue.c.short_code,
    _issue.c.pass_id,
    _issue.c.generation,
    _issue.c.revoked_at,
    _pass.c.kind,
    #: the code of somebody who was merged names the person who stayed
    func.coalesce(_alias.c.canonical_id, _pass.c.person_id).label("person_id"),
    _pass.c.subject_id,
)
_JOINED = (
    select(*_COLUMNS)
    .join_from(_issue, _pass, _pass.c.id == _issue.c.pass_id)
    .outerjoin(_alias, _alias.c.person_id == _pass.c.person_id)
)
_BY_DIGEST = Keyed(lambda match: _JOINED.where(match(_issue.c.sha256)))
_BY_CODE = Keyed(lambda match: _JOINED.where(match(_issue.c.short_code)))
_BY_PASS = Keyed(lambda match: _JOINED.where(match(_pass.c.id), _issue.c.generation == _pass.c.floor))
_REVOKED = Keyed(
    lambda match: select(_issue.c.pass_id, _issue.c.generation, _issue.c.revoked_at).where(
        match(_issue.c.pass_id), _issue.c.revoked_at.is_not(None)
    )
)


def by_digests(digests: Collection[bytes]) -> dict[bytes, Recognised]:
    """Issues by the SHA-256 of their text: an equal digest is a genuine pass."""
    if not digests:
        return {}
    rows = _BY_DIGEST.run(digests)
    return {
        row.sha256: Recognised(row.pass_id, row.generation, row.kind, row.person_id, row.subject_id, row.revoked_at)
        for row in rows
    }


def by_short_codes(codes: Collection[str]) -> dict[str, Recognised]:
    """Issues by their short code (8 characters, normalised)."""
    if not codes:
        return {}
    rows = _BY_CODE.run(codes)
    return {
        row.short_code: Recognised(row.pass_id, row.generation, row.kind, row.person_id, row.subject_id, row.revoked_at)
        for row in rows
    }


def by_pass_ids(pass_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Recognised]:
    """The lowest issue that is still valid, by pass. `revoked_at`: when the generation below it ended."""
    if not pass_ids:
        return {}
    ended = revocations(pass_ids)
    rows = _BY_PASS.run(pass_ids)
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
    rows = _REVOKED.run(pass_ids)
    return {(row.pass_id, row.generation): row.revoked_at for row in rows}


@dataclass(frozen=True, slots=True)
class CurrentIssue:
    """The issue that an owner shows today."""

    pass_id: uuid.UUID
    generation: int
    kid: int
    short_code: str
    issued_at: datetime


_CURRENT = (
    select(
        Pass.person_id,
        PassIssue.pass_id,
        PassIssue.generation,
        PassIssue.kid,
        PassIssue.short_code,
        PassIssue.issued_at,
    )
    .join(PassIssue, PassIssue.pass_id == Pass.id)
    .where(Pass.person_id == bindparam("person"), PassIssue.revoked_at.is_(None))
)


def current_issue(person_id: uuid.UUID) -> CurrentIssue | None:
    """A person's code of today; None before the first one is made."""
    row = db.session.execute(_CURRENT, {"person": person_id}).one_or_none()
    return CurrentIssue(row.pass_id, row.generation, row.kid, row.short_code, row.issued_at) if row else None


@dataclass(frozen=True, slots=True)
class PersonIssue:
    """One of the codes that a person has ever been given."""

    person_id: uuid.UUID
    pass_id: uuid.UUID
    generation: int
    short_code: str


_ISSUES = Keyed(
    lambda match: (
        select(_pass.c.person_id, _issue.c.pass_id, _issue.c.generation, _issue.c.short_code)
        .join_from(_issue, _pass, _pass.c.id == _issue.c.pass_id)
        .where(match(_pass.c.person_id))
    )
)


def issues_of(person_ids: Collection[uuid.UUID]) -> list[PersonIssue]:
    """Every code of these persons, replaced ones too."""
    if not person_ids:
        return []
    rows = _ISSUES.run(person_ids)
    return [PersonIssue(row.person_id, row.pass_id, row.generation, row.short_code) for row in rows]
