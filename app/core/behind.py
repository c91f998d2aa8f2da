"""Who asks for the same thing at the same moment goes one behind the other."""

from __future__ import annotations

from sqlalchemy import func, select

from app.core.db import db


def queue_behind(*keys: bytes) -> None:
    """Wait, within an act, for every open act that has named one of these keys (their first 8 bytes).

    For what no row stands for yet, so that none can be locked. On PostgreSQL two such acts would not see
    each other's row; SQLite has one writer and needs nothing.
    """
    if db.session.connection().dialect.name == "postgresql":
        for key in keys:
            number = int.from_bytes(key[:8], "big", signed=True)
            db.session.execute(select(func.pg_advisory_xact_lock(number)))
