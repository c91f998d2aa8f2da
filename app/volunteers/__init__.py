"""Floor 11: volunteers of an activity: shifts, who serves in them, their hours."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang the tables, the jobs, the pages, the menu and the tab."""
    from app.core import outbox
    from app.core.permissions import Permission
    from app.core.text import N_
    from app.registrations.services.beside import use_volunteers
    from app.volunteers import models, tasks
    from app.volunteers.queries.audience import reach_of_volunteers
    from app.volunteers.routes import blueprint
    from app.volunteers.services.telling import JOB, tell_volunteers
    from app.web.registry import MenuItem, TabItem, add_menu, add_tabs

    app.extensions["xiangyue_volunteers"] = models
    outbox.on(JOB, tasks.on_told)
    outbox.on("activity_copied", tasks.on_activity_copied)
    outbox.on("activity_changed", tasks.on_activity_changed)
    use_volunteers(reach_of_volunteers, tell_volunteers)
    app.register_blueprint(blueprint)
    add_tabs(app, "activity_ref", TabItem("volunteers.shifts", N_("志愿者"), Permission.SHIFT_EDIT, 55))
    item = MenuItem(
        "volunteers.hours", N_("志愿服务"), Permission.SHIFT_EDIT, "people", 34, "heart-handshake", in_office=True
    )
    add_menu(app, item)
