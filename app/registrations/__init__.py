"""Floor 9: who takes part in what."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang the citizens' pages, the office's, and the API."""
    from app.core.permissions import Permission
    from app.core.text import N_
    from app.registrations import models
    from app.registrations.routes import confirm, draw, files, office, start, walk_in  # noqa: F401 - they hang in views
    from app.registrations.routes.api import blueprint as api
    from app.registrations.routes.desk import blueprint
    from app.registrations.routes.team import blueprint as team
    from app.web.registry import MenuItem, TabItem, add_api, add_menu, add_tabs
    from app.web.security import csrf

    app.extensions["xiangyue_registrations_models"] = models
    app.register_blueprint(blueprint)
    app.register_blueprint(team)
    csrf.exempt(api)
    add_api(app, api)
    add_menu(
        app, MenuItem("registrations.walk_ins", N_("现场报名"), Permission.WALK_IN, "registrations", 40, "user-plus")
    )
    add_tabs(
        app,
        "activity_ref",
        TabItem("registrations.office_list", N_("报名"), Permission.REGISTRATION_VIEW, 20),
        TabItem("registrations.draw", N_("抽签"), Permission.DRAW, 25),
        TabItem("registrations.walk_in", N_("现场报名"), Permission.WALK_IN, 50),
    )
