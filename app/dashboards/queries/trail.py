"""The audit trail with the names that its rows do not hold."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.accounts.queries import api_keys, names_of
from app.activities.queries import cards
from app.audit.queries import Length, Verification, history, lengths, verify
from app.audit.witness import heads
from app.core.errors import DomainError, NotFound
from app.core.ids import NIL
from app.core.text import N_

PAGE = 50
AT_ONCE = 5_000
"""Rows up to which a page recomputes a scope's chain unasked."""


@dataclass(frozen=True, slots=True)
class TrailScope:
    """A scope of the trail: an activity, or the office itself (`name` None)."""

    id: uuid.UUID
    name: str | None
    code: str
    length: Length


@dataclass(frozen=True, slots=True)
class TrailRow:
    """An entry; `actor` is None for who has no name (see `actor_kind`)."""

    id: uuid.UUID
    at: datetime
    actor: str | None
    actor_kind: str
    action: str
    subject_kind: str
    subject_id: uuid.UUID | None
    outcome: str
    details: Mapping[str, Any]

    @property
    def done(self) -> bool:
        """Whether it was done, not refused."""
        return self.outcome == "done"


@dataclass(frozen=True, slots=True)
class Trail:
    """One page of a scope's trail, newest first; `older` is where the next one begins.

    `verification` is None where the chain is too long to be recomputed unasked.
    """

    scope: TrailScope
    scopes: tuple[TrailScope, ...]
    rows: tuple[TrailRow, ...]
    older: uuid.UUID | None
    verification: Verification | None


def trail(scope_id: uuid.UUID, *, before: uuid.UUID | None = None, check: bool = False) -> Trail:
    """The newest rows of a scope (NIL: the office) with names; NotFound for a scope without a row."""
    scopes = trail_scopes()
    here = next((one for one in scopes if one.id == scope_id), None)
    if here is None:
        raise NotFound("scope_unknown", N_("没有找到这一页。"))
    entries = history(scope_id, before=before, limit=PAGE + 1)
    names = names_of({row.actor_id for row in entries if row.actor_id and row.actor_kind == "account"})
    if any(row.actor_kind == "api_key" for row in entries):
        names |= {key.id: key.label for key in api_keys()}
    rows = tuple(
        TrailRow(
            id=row.id,
            at=row.at,
            actor=names.get(row.actor_id) if row.actor_id else None,
            actor_kind=row.actor_kind,
            action=row.action,
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            outcome=row.outcome,
            details=row.details,
        )
        for row in entries[:PAGE]
    )
    walk = check or here.length.rows <= AT_ONCE
    return Trail(
        scope=here,
        scopes=scopes,
        rows=rows,
        older=rows[-1].id if len(entries) > PAGE else None,
        verification=_verified(scope_id) if walk else None,
    )


def _verified(scope_id: uuid.UUID) -> Verification:
    """The chain up to the end that was witnessed; a witness that was changed breaks every chain at its first link."""
    try:
        return verify(scope_id, head=heads().get(scope_id))
    except DomainError:
        return replace(verify(scope_id), broken_at=1)


def trail_scopes(also: Collection[uuid.UUID] = ()) -> tuple[TrailScope, ...]:
    """Every scope that has rows or seals, the office first; it is there even when it is empty.

    `also`: scopes that were seen before and of which nothing may be left.
    """
    found = {one: Length(0, 0) for one in also} | lengths()
    named = cards([one for one in found if one != NIL])
    office = TrailScope(NIL, None, "", found.pop(NIL, Length(0, 0)))
    rest = [
        TrailScope(one, named[one].name if one in named else str(one), named[one].code if one in named else "", length)
        for one, length in found.items()
    ]
    return (office, *sorted(rest, key=lambda one: str(one.name)))
