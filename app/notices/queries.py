"""The inbox of an account, and what an activity's people were told."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.core.db import db
from app.notices.constants import NoticeKind, Place, TextState
from app.notices.models import Notice, NoticeEvent, NoticeText
from app.notices.rules import Param, unpacked

PAGE = 20
_WRITTEN = (NoticeKind.OFFICE.value, NoticeKind.VOLUNTEER.value)
"""Kinds of which an event holds the office's own words."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice as its reader's page shows it."""

    id: uuid.UUID
    kind: NoticeKind
    message: str
    params: dict[str, Param]
    place: Place
    ref: str
    created_at: datetime
    new: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of an inbox, newest first."""

    letters: tuple[Letter, ...]
    number: int
    pages: int
    total: int


def unread(account_id: uuid.UUID) -> int:
    """How many notices an account has not seen."""
    statement = select(func.count()).where(Notice.account_id == account_id, Notice.read_at.is_(None))
    return db.session.execute(statement).scalar_one()


def inbox(account_id: uuid.UUID, number: int = 1) -> Inbox:
    """A page of what an account was told; a number out of range gives the nearest page. Two statements."""
    total = db.session.execute(select(func.count()).where(Notice.account_id == account_id)).scalar_one()
    pages = max(1, -(-total // PAGE))
    number = min(max(number, 1), pages)
    rows = db.session.execute(
        select(Notice)
        .where(Notice.account_id == account_id)
        .order_by(Notice.created_at.desc(), Notice.id.desc())
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    ).scalars()
    return Inbox(tuple(map(_letter, rows)), number, pages, total)


def _letter(row: Notice) -> Letter:
    return Letter(
        id=row.id,
        kind=NoticeKind(row.kind),
        message=row.message,
        params=unpacked(row.params),
        place=Place(row.place),
        ref=row.ref,
        created_at=row.created_at,
        new=row.read_at is None,
    )


# --------------------------------------------------------------------------- for the office


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of one kind stand in inboxes, were read there, and what became of their texts."""

    kind: NoticeKind
    told: int = 0
    read: int = 0
    sent: int = 0
    waiting: int = 0
    dead: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Written:
    """A text that the office wrote to everybody, and how far it has come."""

    key: str
    kind: NoticeKind
    text: str
    by: uuid.UUID | None
    created_at: datetime
    counts: Counts


def counts_of(scope_id: uuid.UUID) -> list[Counts]:
    """What was told in an activity, by kind; nothing of anybody. Two statements."""
    told = {
        row.kind: (row.told, row.read)
        for row in db.session.execute(
            select(Notice.kind, func.count().label("told"), func.count(Notice.read_at).label("read"))
            .where(Notice.scope_id == scope_id)
            .group_by(Notice.kind)
        )
    }
    texts: dict[str, Counter[str]] = {}
    for row in db.session.execute(
        select(NoticeText.kind, NoticeText.state, func.count().label("n"))
        .where(NoticeText.scope_id == scope_id)
        .group_by(NoticeText.kind, NoticeText.state)
    ):
        texts.setdefault(row.kind, Counter())[row.state] = row.n
    return [
        _counts(kind, *told.get(kind, (0, 0)), texts.get(kind, Counter()))
        for kind in NoticeKind
        if kind in told or kind in texts
    ]


def unsent(scope_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, int]:
    """How many texts of each of these were given up; those without are left out. Keyed by the scope."""
    if not scope_ids:
        return {}
    rows = db.session.execute(
        select(NoticeText.scope_id, func.count().label("n"))
        .where(NoticeText.scope_id.in_(list(scope_ids)), NoticeText.state == TextState.DEAD.value)
        .group_by(NoticeText.scope_id)
    )
    return {row.scope_id: row.n for row in rows}


def _counts(kind: NoticeKind, told: int, read: int, texts: Counter[str]) -> Counts:
    return Counts(
        kind=kind,
        told=told,
        read=read,
        sent=texts[TextState.SENT],
        waiting=texts[TextState.WAITING],
        dead=texts[TextState.DEAD],
        late=texts[TextState.LATE],
    )


def written(scope_id: uuid.UUID, most: int = 20) -> Sequence[Written]:
    """What the office wrote to everybody of an activity, newest first. Three statements."""
    events = (
        db.session.execute(
            select(NoticeEvent)
            .where(NoticeEvent.scope_id == scope_id, NoticeEvent.kind.in_(_WRITTEN))
            .order_by(NoticeEvent.created_at.desc())
            .limit(most)
        )
        .scalars()
        .all()
    )
    if not events:
        return []
    keys = [one.key for one in events]
    told = {
        row.key: (row.told, row.read)
        for row in db.session.execute(
            select(Notice.key, func.count().label("told"), func.count(Notice.read_at).label("read"))
            .where(Notice.scope_id == scope_id, Notice.key.in_(keys))
            .group_by(Notice.key)
        )
    }
    texts: dict[str, Counter[str]] = {key: Counter() for key in keys}
    for row in db.session.execute(
        select(NoticeText.key, NoticeText.state, func.count().label("n"))
        .where(NoticeText.scope_id == scope_id, NoticeText.key.in_(keys))
        .group_by(NoticeText.key, NoticeText.state)
    ):
        texts[row.key][row.state] = row.n
    return [
        Written(
            key=one.key,
            kind=NoticeKind(one.kind),
            text=one.text or "",
            by=one.by,
            created_at=one.created_at,
            counts=_counts(NoticeKind(one.kind), *told.get(one.key, (0, 0)), texts[one.key]),
        )
        for one in events
    ]


def event_text(scope_id: uuid.UUID, key: str) -> str:
    """What the office wrote under `key`; empty when nothing is noted."""
    statement = select(NoticeEvent.text).where(NoticeEvent.scope_id == scope_id, NoticeEvent.key == key)
    return db.session.execute(statement).scalar_one_or_none() or ""


def begun(scope_ids: Collection[uuid.UUID], key: str) -> set[uuid.UUID]:
    """Those of `scope_ids` whose people are being told of `key`, or have been."""
    statement = select(NoticeEvent.scope_id).where(NoticeEvent.scope_id.in_(list(scope_ids)), NoticeEvent.key == key)
    return set(db.session.execute(statement).scalars())
