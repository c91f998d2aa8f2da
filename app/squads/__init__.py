"""Floor 11: squads that are sent to higher games, and troupes that perform."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang the tables, the pages and the menu."""
    from app.core.permissions import Permission
    from app.core.text import N_
    from app.squads import models
    from app.squads.routes import blueprint
    from app.web.registry import MenuItem, add_menu

    app.extensions["xiangyue_squads"] = models
    app.register_blueprint(blueprint)
    item = MenuItem(
        "squads.office_list", N_("队伍展演"), Permission.SQUAD_VIEW, "games", 46, "users-group", in_office=True
    )
    add_menu(app, item)
