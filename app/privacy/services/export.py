"""What is kept of somebody, for themselves: each time in the trail (PIPL 45)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.activities.queries import cards
from app.audit.services import Actor, record
from app.core.errors import NotFound
from app.core.text import N_
from app.core.transactions import act
from app.people.constants import Relation
from app.people.queries.family import relatives
from app.privacy.queries.holdings import HOLDINGS, Holding
from app.privacy.queries.subjects import subject

OF_AN_ACTIVITY = (N_("活动"), N_("活动开始"))
"""The words before the columns of what belongs to an activity: its name and when it begins."""


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one table: `columns` are msgids, values as they are stored."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@act
def export_own(*, account_id: uuid.UUID, actor: Actor) -> list[Section]:
    """Everything of an account and of those whom it looks after, proven; sections without rows are left out."""
    persons = [one.id for one in relatives(account_id) if one.proven]
    return _sections(persons, account_id, actor)


@act
def export_relative(*, account_id: uuid.UUID, person_id: uuid.UUID, actor: Actor) -> list[Section]:
    """Everything of one of them. Raises NotFound for anybody else."""
    found = next((one for one in relatives(account_id) if one.id == person_id and one.proven), None)
    if found is None:
        raise NotFound("person_not_found", N_("没有找到这位家人。"))
    return _sections([person_id], account_id if found.relation is Relation.SELF else None, actor)


def _sections(persons: list[uuid.UUID], account_id: uuid.UUID | None, actor: Actor) -> list[Section]:
    one = subject(persons, account_id)
    found = []
    for holding in HOLDINGS:
        kept = [row for row in holding.rows(one) if _own(row, account_id)]
        if kept:
            found.append(_section(holding, kept))
    record(
        actor,
        "privacy.exported",
        subject_kind="account" if account_id else "person",
        subject_id=account_id or persons[0],
        persons=len(persons),
        sections=len(found),
    )
    return found


def _section(holding: Holding, kept: Sequence[Any]) -> Section:
    """Rows of one table; what belongs to an activity says to which: an id tells its reader nothing."""
    columns, names = tuple(holding.shown.values()), tuple(holding.shown)
    rows = [tuple(getattr(row, name) for name in names) for row in kept]
    if hasattr(holding.model, "activity_id"):
        known = cards({row.activity_id for row in kept if row.activity_id is not None})
        columns = (*OF_AN_ACTIVITY, *columns)
        heads = [known.get(row.activity_id) for row in kept]
        rows = [
            (*((head.name, head.starts_at) if head else (None, None)), *row)
            for head, row in zip(heads, rows, strict=True)
        ]
    return Section(holding.title, columns, tuple(rows))


def _own(row: object, account_id: uuid.UUID | None) -> bool:
    """Another keeper's letters and links speak of them too: those stay theirs."""
    owner = getattr(row, "account_id", account_id)
    return type(row).__name__ not in {"Notice", "AccountPerson"} or owner == account_id


def shown(value: Any) -> str | int | None:
    """A stored value as JSON and spreadsheets take it."""
    if value is None or isinstance(value, int):
        return value
    return value.isoformat() if isinstance(value, datetime) else str(value)
