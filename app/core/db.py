"""The database: one metadata with named constraints, and how each store begins.

Only this module and `wiring.py` know Flask.
"""

from __future__ import annotations

import sqlite3
import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, Date, MetaData, Table, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, registry

from app.core.types import Id, Instant

WRITE = "xiangyue_write"
"""Execution option of a connection whose transaction will write."""
WROTE = "xiangyue_wrote"
"""Mark in the `info` of a connection whose open transaction has written."""
HURRY = "xiangyue_hurry"
"""Execution option of a writing connection: do not wait for the write lock, somebody has just waited in vain."""
ACROSS = "xiangyue_across"
"""Execution option of a statement on a hot table that is meant to go across activities; its value is the
reason. Without it each such statement names its activity, and the tests refuse one that does not."""


BUSY_MS = 10_000
HURRY_MS = 50
WAL_LIMIT = 16 * 1024 * 1024
"""What is left of the write-ahead log once it has been folded into the database: a long reader lets it grow."""


class Base(DeclarativeBase):
    """Declarative base: every constraint has a name, so that migrations can find it."""

    registry: ClassVar[registry] = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={uuid.UUID: Id(), datetime: Instant(), date: Date(), int: BigInteger()},
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def table(model: type[Base]) -> Table:
    """The table behind a model, for statements that every scan or many rows go through: the ORM's own
    insert and select cost several times as much.
    """
    return cast("Table", model.__table__)


@event.listens_for(Engine, "connect")
def _configure_sqlite(connection: Any, _record: Any) -> None:
    """Durable, checked, concurrent: the driver's own transactions lose updates silently."""
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "wal_autocheckpoint=25000",  # a backstop: see checkpoint.py
        "foreign_keys=ON",
        f"busy_timeout={BUSY_MS}",
        "secure_delete=ON",
        "cache_size=-32000",
        "temp_store=MEMORY",
        f"journal_size_limit={WAL_LIMIT}",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "after_cursor_execute")
def _note_writes(connection: Connection, *call: Any) -> None:
    """So that the end of a read can tell that it was none. `call`: cursor, statement, parameters, context, many."""
    context = call[3]
    if context.isinsert or context.isupdate or context.isdelete:
        connection.info[WROTE] = True


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Writers queue at BEGIN; a plain BEGIN for readers, else each GET takes the write lock."""
    connection.info.pop(WROTE, None)
    if connection.dialect.name != "sqlite":
        return
    options = connection.get_execution_options()
    if not options.get(WRITE):
        connection.exec_driver_sql("BEGIN")
    elif not options.get(HURRY):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={HURRY_MS}")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_MS}")


def fold_log() -> int:
    """Fold SQLite's write-ahead log into the database and cut it off; returns the pages that stay in it
    because somebody still reads what is older. Outside any transaction.
    """
    engine = db.engine
    if engine.dialect.name != "sqlite":
        return 0
    raw = engine.raw_connection()
    try:
        _busy, logged, folded = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return max(0, int(logged) - int(folded))
    finally:
        raw.close()
