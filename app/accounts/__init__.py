"""The room accounts."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang this room into the application."""
    from app.accounts import models

    app.extensions["xiangyue_accounts_models"] = models
