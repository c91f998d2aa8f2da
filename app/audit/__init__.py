"""Floor 2: who did what. It has no routes; its page stands in dashboards."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Nothing to hang but the models, so that migrations see them."""
    from app.audit import models

    app.extensions["xiangyue_audit"] = models
