"""Counting the SQL statements of a block: the guard against N+1."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sqlalchemy import Engine, event

from app.core.db import db

QUIET = ("BEGIN", "PRAGMA", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
Recorder = Callable[..., AbstractContextManager[list[str]]]


@contextmanager
def recorded_statements(*, control: bool = False) -> Iterator[list[str]]:
    """The statements that any engine executes inside the block, in order.

    BEGIN and its like are left out unless `control` is asked for.

    `with statements() as seen: …` and then `assert len(seen) == 7`.
    """
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if control or not statement.lstrip().upper().startswith(QUIET):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def fresh_session() -> None:
    """Forget what the session has loaded, so that the next read asks the store."""
    db.session.rollback()
    db.session.expire_all()
