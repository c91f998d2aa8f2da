"""The room passes."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang this room into the application."""
    from app.passes import models

    app.extensions["xiangyue_passes_models"] = models
