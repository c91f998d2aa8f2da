"""Floor 9: who takes part in what."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang the citizens' pages, the office's, and the API."""
    from app.registrations import models
    from app.registrations.routes import confirm, start  # noqa: F401 - views hang themselves in
    from app.registrations.routes.api import blueprint as api
    from app.registrations.routes.desk import blueprint
    from app.web.registry import add_api
    from app.web.security import csrf

    app.extensions["xiangyue_registrations_models"] = models
    app.register_blueprint(blueprint)
    csrf.exempt(api)
    add_api(app, api)
