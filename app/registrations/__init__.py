"""The room registrations."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang this room into the application."""
    from app.registrations import models

    app.extensions["xiangyue_registrations_models"] = models
    from app.registrations.routes.api import blueprint as api
    from app.web.registry import add_api
    from app.web.security import csrf

    csrf.exempt(api)
    add_api(app, api)
