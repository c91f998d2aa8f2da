"""The room people."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang this room into the application."""
    from app.people import models

    app.extensions["xiangyue_people_models"] = models
