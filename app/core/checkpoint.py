"""Moving SQLite's write-ahead log back into the database file, out of the writers' way.

SQLite does it inside the commit that fills a thousand pages, while every other writer waits in the
queue. Here the act that has just committed does it after it has given up its turn: PASSIVE waits for
nobody and nobody waits for it. Only when the log has outgrown `HUGE`, since writers never paused,
the next act does it before it lets the others in, so that the log can begin anew at its start.

Source: SQLite documentation, Write-Ahead Logging, "Avoiding Excessively Large WAL Files".
"""

from __future__ import annotations

import itertools
import sqlite3

from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

EVERY = 50
"""Acts of one process between two looks at the log."""
HUGE = 12_000
"""Pages in the log (about 48 MB) from which writers wait for it once."""


class Checkpoints:
    """The count of one process."""

    def __init__(self) -> None:
        self._acts = itertools.count(1)
        self._in_turn = False

    def before_the_next(self, engine: Engine) -> None:
        """At the end of an act, its turn still held: fold a huge log, and nothing else."""
        if self._in_turn:
            self._in_turn = False
            fold(engine)

    def after_the_turn(self, engine: Engine) -> None:
        """After an act has given up its turn."""
        if next(self._acts) % EVERY == 0:
            self._in_turn = fold(engine) > HUGE


def fold(engine: Engine) -> int:
    """Copy what no reader needs any more; returns the pages of the log (0 where there is none).

    What stands in its way (another process is at it, the disk is full) is left to the next time: the
    log itself is safe.
    """
    try:
        connection = engine.raw_connection()  # in no transaction, which a checkpoint does not bear
    except SQLAlchemyError:
        return 0
    try:
        row = connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    except sqlite3.Error:
        return 0
    finally:
        connection.close()
    return max(0, int(row[1]))
