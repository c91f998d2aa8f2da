"""The room registrations."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang this room into the application."""
    from app.registrations import models

    app.extensions["xiangyue_registrations_models"] = models
