"""Honours with the delegation they go to."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.core.db import db
from app.games.constants import HonourState
from app.games.models import Delegation, Honour


@dataclass(frozen=True, slots=True)
class HonourLine:
    """One honour; `name` None: it goes to the delegation itself."""

    id: uuid.UUID
    title: str
    name: str | None
    delegation: str | None
    delegation_code: str | None
    reason: str
    state: HonourState
    nominated_by: uuid.UUID | None
    nominated_at: datetime
    published_at: datetime | None


def honours(games_id: uuid.UUID, states: Collection[HonourState] = tuple(HonourState)) -> list[HonourLine]:
    """By title in the order in which titles were first nominated, then by delegation."""
    rows = db.session.execute(
        select(
            Honour.id,
            Honour.title,
            Honour.name,
            Delegation.name.label("delegation"),
            Delegation.code.label("delegation_code"),
            Delegation.position,
            Honour.reason,
            Honour.state,
            Honour.nominated_by,
            Honour.nominated_at,
            Honour.published_at,
        )
        .outerjoin(Delegation, (Delegation.games_id == Honour.games_id) & (Delegation.id == Honour.delegation_id))
        .where(Honour.games_id == games_id, Honour.state.in_([one.value for one in states]))
        .order_by(Honour.nominated_at, Honour.id)
    ).all()
    first = {row.title: n for n, row in reversed(list(enumerate(rows)))}
    rows = sorted(rows, key=lambda row: (first[row.title], row.position is None, row.position or 0, row.name or ""))
    return [
        HonourLine(
            id=row.id,
            title=row.title,
            name=row.name,
            delegation=row.delegation,
            delegation_code=row.delegation_code,
            reason=row.reason,
            state=HonourState(row.state),
            nominated_by=row.nominated_by,
            nominated_at=row.nominated_at,
            published_at=row.published_at,
        )
        for row in rows
    ]


def by_title(lines: Collection[HonourLine]) -> list[tuple[str, list[HonourLine]]]:
    """The lines under their titles."""
    titles = dict.fromkeys(line.title for line in lines)
    return [(title, [line for line in lines if line.title == title]) for title in titles]
