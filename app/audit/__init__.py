"""Floor 2: who did what. It has no routes; its page stands in dashboards."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang the models, so that migrations see them, and say where the chains are witnessed (tests: nowhere)."""
    from pathlib import Path

    from app.audit import models, witness

    witness.use_folder(None if app.config["MODE"] == "test" else Path(app.config["INSTANCE_PATH"]))

    app.extensions["xiangyue_audit"] = models
