"""Prepare floor 1 for one application: keys, database, migrations."""

from __future__ import annotations

import os
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask

from app.core import crypto, installation
from app.core.db import db
from app.core.transactions import end_read

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


class _Migrations:
    """What Flask-Migrate knows of an application, made when somebody asks for it.

    It brings Alembic, Mako and Pygments: 9 MB in every web worker, none of which ever migrates.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __getattr__(self, name: str) -> Any:
        """Let Flask-Migrate take this place, then answer as it does."""
        _add_migrations(self._app)
        return getattr(self._app.extensions["migrate"], name)


def _add_migrations(app: Flask) -> None:
    """Flask-Migrate with its command `flask db`."""
    made = import_module("flask_migrate").Migrate(directory=str(MIGRATIONS), compare_type=True, render_as_batch=True)
    made.init_app(app, db)


def _end_read(error: BaseException | None) -> None:
    """After a failure the session is rolled back by its removal."""
    if error is None:
        end_read()


def prepare_core(app: Flask) -> None:
    """Load the data keys (the demo and the tests make their own) and bind the database."""
    path = Path(app.config["DATA_KEYS"])
    if not path.exists() and app.config["MODE"] != "production":
        with suppress(FileExistsError):  # another worker was quicker
            crypto.make_key_file(path)
    crypto.use(crypto.load_keys(path))
    db.init_app(app)
    app.teardown_appcontext(_end_read)  # runs before the session of Flask-SQLAlchemy is removed
    app.extensions["migrate"] = _Migrations(app)
    if os.environ.get("FLASK_RUN_FROM_CLI") == "true":  # as Flask says to those that `flask …` starts
        _add_migrations(app)
    app.extensions["xiangyue_installation"] = installation
    app.extensions.setdefault("xiangyue_reset", []).append(installation.forget)
