"""How migrations run: inside the application's own engine, batch mode on SQLite."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from flask import current_app

from app.core.db import WRITE
from app.core.types import Id, Instant, Sealed


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Write our column types as what they are in the database: a migration never changes with the code."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.BigInteger()"
    if kind == "type" and isinstance(item, Sealed):
        return "sa.LargeBinary()"
    if kind == "type" and isinstance(item, Id):
        return "sa.Uuid()"
    return False


def drop_empty(_context: Any, _revision: Any, directives: Any) -> None:
    """Make no file when nothing changed."""
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def run() -> None:
    """Migrate in one transaction (each store can roll back its DDL)."""
    extension = current_app.extensions["migrate"]
    with extension.db.engine.connect().execution_options(**{WRITE: True}) as connection:
        context.configure(
            connection=connection,
            target_metadata=extension.db.metadata,
            render_item=render_item,
            process_revision_directives=drop_empty,
            **{**extension.configure_args, "render_as_batch": connection.dialect.name == "sqlite"},
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


if context.is_offline_mode():
    raise SystemExit("migrations need a database: offline mode is not supported")
run()
