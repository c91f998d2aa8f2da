"""One public service function = one act = one transaction.

The outermost act ends whatever the request has read so far, begins a write
transaction, reads again, and is repeated as a whole when the store says so.
An act called inside an act joins it. Nobody else commits.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import ParamSpec, TypeVar

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from app.core.checkpoint import Checkpoints
from app.core.db import HURRY, WRITE, WROTE, db
from app.core.errors import Busy, DomainError
from app.core.locks import Turn, fair_turn
from app.core.text import N_

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 5
PATIENCE = 8.0
"""Seconds after which a caller is rather asked to come back than kept waiting through another attempt."""
TRANSIENT_STATES = {"40001", "40P01", "57P01", "57P02", "57P03", "55P03"}
SQLITE_BUSY = {5, 6}
SQLITE_FULL = 13


class Again(Exception):
    """Raised by a service that met a concurrent writer: repeat the whole act."""


@dataclass(slots=True)
class _Act:
    connection: Connection | None = None
    after: list[Callable[[], None]] = field(default_factory=list)


_checkpoints = Checkpoints()
_current: ContextVar[_Act | None] = ContextVar("act", default=None)


def act(function: Callable[P, R]) -> Callable[P, R]:
    """Make a service function an act (see the module)."""

    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        if _current.get() is not None:
            return function(*args, **kwargs)
        try:
            return _run(lambda: function(*args, **kwargs))
        except DomainError as error:
            error.act = error.act or f"{function.__module__}.{function.__qualname__}"
            raise

    wrapper.is_act = True  # type: ignore[attr-defined]
    return wrapper


def in_act() -> bool:
    """Whether an act is open: writes outside one are a mistake."""
    return _current.get() is not None


def connection() -> Connection:
    """The open act's connection, or the one that a page reads through: for Core statements."""
    current = _current.get()
    if current is not None and current.connection is not None:
        return current.connection
    return db.session.connection()


def after_commit(step: Callable[[], None]) -> None:
    """Run `step` once the open act is committed (never when it fails)."""
    current = _current.get()
    if current is None:
        raise RuntimeError("after_commit is called inside an act")
    current.after.append(step)


def end_read() -> None:
    """Give back the connection that a read has opened (before long work without a database, before an
    act, at a request's end).

    A read ends with COMMIT: at every ROLLBACK psycopg throws its prepared statements away, and each
    statement of the next request would be parsed and planned anew. What was written outside an
    act, or is pending in the session, is dropped, and whatever was loaded is read afresh, as after a rollback.
    """
    if in_act() or not db.session.registry.has():
        return
    session = db.session()
    try:
        if session.in_transaction() and not _has_written(session):
            session.commit()
        else:
            session.rollback()
    except SQLAlchemyError:  # the read itself has failed
        session.rollback()
    session.expire_all()


def _has_written(session: Session) -> bool:
    pending = bool(session.new or session.dirty or session.deleted)
    return pending or WROTE in session.connection().info


def _run(unit: Callable[[], R]) -> R:
    give_up = time.monotonic() + PATIENCE
    for attempt in range(1, ATTEMPTS + 1):
        try:
            result, after = _once(unit)
        except (Again, DBAPIError) as error:
            if isinstance(error, DBAPIError) and not is_transient(error):
                if is_full(error):
                    raise Busy("storage_full", N_("存储已满，暂时不能保存，请稍后再试。"), retry_after=60) from error
                raise
            if attempt == ATTEMPTS or time.monotonic() >= give_up:
                raise Busy("busy", N_("现在人多，请稍等几秒再试，已填的都在。")) from error
            time.sleep(random.uniform(0.005, 0.02) * 2**attempt)  # noqa: S311 - jitter, no secret
        else:
            if _lock_path() is not None:
                _checkpoints.after_the_turn(db.engine)
            for step in after:
                step()
            return result
    raise AssertionError("unreachable")


def _once(unit: Callable[[], R]) -> tuple[R, list[Callable[[], None]]]:
    end_read()
    session = db.session()
    path = _lock_path()
    with fair_turn(path) as turn:
        opened = _Act()
        token = _current.set(opened)
        try:
            opened.connection = _begin_write(session, turn)
            result = unit()
            session.commit()
            if path is not None:
                _checkpoints.before_the_next(db.engine)
            return result, opened.after
        except BaseException:
            session.rollback()
            raise
        finally:
            _current.reset(token)


def _begin_write(session: Session, turn: Turn) -> Connection:
    """The write transaction. It is found busy when somebody outside the queue holds the store (a backup tool,
    a shell): whoever has waited for that in vain tells those behind, so that they do not wait in turn.
    """
    options = {WRITE: True, HURRY: True} if turn.stuck else {WRITE: True}
    try:
        return session.connection(execution_options=options)
    except OperationalError as error:
        if is_transient(error):
            turn.waited_in_vain()
        raise


def _lock_path() -> str | None:
    engine = db.engine
    database = engine.url.database
    if engine.dialect.name != "sqlite" or not database or database == ":memory:":
        return None
    return database + ".queue"


def is_transient(error: DBAPIError) -> bool:
    """Whether the same unit of work may succeed when it is simply repeated."""
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state:
        return state in TRANSIENT_STATES or state.startswith("08")
    if isinstance(error.orig, sqlite3.OperationalError):
        return (error.orig.sqlite_errorcode & 0xFF) in SQLITE_BUSY
    return isinstance(error, OperationalError | InterfaceError) and state is None


def is_full(error: DBAPIError) -> bool:
    """Whether the disk below the store is full."""
    if isinstance(error.orig, sqlite3.Error):
        return (getattr(error.orig, "sqlite_errorcode", 0) & 0xFF) == SQLITE_FULL
    return getattr(error.orig, "sqlstate", None) == "53100"
