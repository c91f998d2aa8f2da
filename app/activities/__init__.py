"""The room activities."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang this room into the application."""
    from app.activities import models

    app.extensions["xiangyue_activities_models"] = models
