"""Floor 12: what somebody gets after an activity: certificates, keepsakes, prizes, milestones; and its news."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang the tables, the pages, the tab, the menu and the command."""
    from app.core.permissions import Permission
    from app.core.text import N_
    from app.honours import models
    from app.honours.commands import honours_cli
    from app.honours.routes import blueprint
    from app.web.registry import MenuItem, TabItem, add_menu, add_tabs

    app.extensions["xiangyue_honours"] = models
    app.register_blueprint(blueprint)
    app.cli.add_command(honours_cli)
    add_tabs(app, "activity_ref", TabItem("honours.after", N_("活动之后"), Permission.HONOUR_EDIT, 65))
    item = MenuItem(
        "honours.milestones", N_("里程碑"), Permission.HONOUR_EDIT, "people", 36, "rubber-stamp", in_office=True
    )
    add_menu(app, item)
