"""Floor 9: who takes part in what."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang the citizens' pages, the office's, and the API."""
    from app.core import outbox
    from app.core.permissions import Permission
    from app.core.text import N_
    from app.registrations import models, tasks
    from app.registrations.routes import (  # noqa: F401 - they hang in views
        confirm,
        draw,
        files,
        notices,
        office,
        start,
        walk_in,
    )
    from app.registrations.routes.api import blueprint as api
    from app.registrations.routes.desk import blueprint
    from app.registrations.routes.team import blueprint as team
    from app.registrations.services.telling import JOB
    from app.web.registry import MenuItem, TabItem, add_api, add_menu, add_tabs
    from app.web.security import csrf

    app.extensions["xiangyue_registrations_models"] = models
    tasks.use_reminders(app.config.get("REMIND_AT_HOUR"))
    outbox.on(JOB, tasks.on_told)
    outbox.on("activity_changed", tasks.on_activity_changed)
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
        TabItem("registrations.notices", N_("通知"), Permission.REGISTRATION_VIEW, 60),
    )
