"""Prepare floor 1 for one application: keys, database, migrations."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from flask import Flask
from flask_migrate import Migrate

from app.core import crypto, installation
from app.core.db import db
from app.core.transactions import end_read

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
migrate = Migrate(directory=str(MIGRATIONS), compare_type=True, render_as_batch=True)


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
    migrate.init_app(app, db)
    app.extensions["xiangyue_installation"] = installation
    app.extensions.setdefault("xiangyue_reset", []).append(installation.forget)
