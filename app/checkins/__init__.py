"""The room checkins."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang this room into the application."""
    from app.checkins import models

    app.extensions["xiangyue_checkins_models"] = models
