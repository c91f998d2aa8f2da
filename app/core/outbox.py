"""What a higher room must hear of, written in the act itself and drained by the worker.

A job is a name and plain ids, never personal values. Done rows are deleted;
a row that failed `LIMIT` times is kept as dead and shown to the office.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import JSON, ColumnElement, Index, String, bindparam, delete, exists, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import ACROSS, Model, db, table
from app.core.ids import uuid7
from app.core.keyed import execute
from app.core.transactions import act
from app.core.types import PUBLIC

log = logging.getLogger(__name__)

LIMIT = 8
Job = Callable[[uuid.UUID, Mapping[str, Any]], None]
_jobs: dict[str, list[Job]] = {}


class Outbox(Model):
    """One message of one act to the jobs that bear its name."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "dead", "next_at"),)

    scope_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(String(60), info=PUBLIC)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, info=PUBLIC)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[int] = mapped_column()
    dead: Mapped[bool] = mapped_column(default=False)


_INSERT = insert(table(Outbox))


def on(name: str, job: Job) -> None:
    """Register `job(scope_id, payload)` for messages called `name`; it must be safe to repeat."""
    jobs = _jobs.setdefault(name, [])
    if job not in jobs:
        jobs.append(job)


def send(scope_id: uuid.UUID, job: str, **payload: object) -> None:
    """Put a message into the open act. `payload` holds ids as text and plain numbers only."""
    row = {
        "scope_id": scope_id,
        "id": uuid7(),
        "job": job,
        "payload": payload,
        "attempts": 0,
        "next_at": _micros(),
        "dead": False,
    }
    execute(_INSERT, [row])


def drop(scope_id: uuid.UUID, job: str) -> None:
    """Take back what waits for `job` in this scope: a message that begins anew makes it needless. Joins the act."""
    db.session.execute(
        delete(Outbox)
        .where(Outbox.scope_id == scope_id, Outbox.job == job, Outbox.dead.is_(False))
        .execution_options(synchronize_session=False)
    )


def _micros(plus: timedelta = timedelta()) -> int:
    return int((now() + plus).timestamp() * 1_000_000)


def is_due(scope_id: Any) -> ColumnElement[bool]:
    """Whether something waits for this scope at the microsecond `:micros`: for a statement that asks more beside it."""
    o = table(Outbox).c
    return exists().where(o.scope_id == scope_id, o.dead.is_(False), o.next_at <= bindparam("micros"))


def drain(*, job: str | None = None, scope_id: uuid.UUID | None = None, limit: int = 200) -> int:
    """Run what is due, oldest first; returns the number of messages taken.

    Each message is run and deleted in one transaction, so a crash repeats it.
    A page that must count may call it for its own activity first.
    """
    due = select(Outbox.scope_id, Outbox.id).where(Outbox.dead.is_(False), Outbox.next_at <= _micros())
    if job is not None:
        due = due.where(Outbox.job == job)
    if scope_id is not None:
        due = due.where(Outbox.scope_id == scope_id)
    else:
        due = due.execution_options(**{ACROSS: "the worker drains every scope"})
    rows = db.session.execute(due.order_by(Outbox.id).limit(limit)).all()
    for row in rows:
        try:
            _deliver(row.scope_id, row.id)
        except Exception:
            log.exception("outbox message failed", extra={"message_id": str(row.id)})
            _postpone(row.scope_id, row.id)
    return len(rows)


@act
def _deliver(scope_id: uuid.UUID, message_id: uuid.UUID) -> None:
    gone = db.session.execute(
        delete(Outbox)
        .where(Outbox.scope_id == scope_id, Outbox.id == message_id, Outbox.dead.is_(False))
        .returning(Outbox.job, Outbox.payload)
    ).one_or_none()
    if gone is None:
        return  # another worker has it
    for job in _jobs.get(gone.job, ()):
        job(scope_id, gone.payload)


@act
def _postpone(scope_id: uuid.UUID, message_id: uuid.UUID) -> None:
    found = db.session.execute(
        select(Outbox.attempts).where(Outbox.scope_id == scope_id, Outbox.id == message_id)
    ).scalar_one_or_none()
    if found is None:
        return
    attempts = found + 1
    db.session.execute(
        update(Outbox)
        .where(Outbox.scope_id == scope_id, Outbox.id == message_id)
        .values(attempts=attempts, dead=attempts >= LIMIT, next_at=_micros(timedelta(seconds=2**attempts)))
    )


def waiting(scope_id: uuid.UUID | None = None) -> tuple[int, int]:
    """How many messages are (waiting, dead), for all scopes or for one."""
    statement = select(Outbox.dead, db.func.count()).group_by(Outbox.dead)
    if scope_id is not None:
        statement = statement.where(Outbox.scope_id == scope_id)
    else:
        statement = statement.execution_options(**{ACROSS: "what waits in the whole office"})
    counts: dict[bool, int] = dict(db.session.execute(statement).all())
    return counts.get(False, 0), counts.get(True, 0)
