"""Floor 11: venues, grounds, greenways, and equipment from the application to the village."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang the tables, the pages and the menu."""
    from app.activities.rules.drawing import drawing_of
    from app.core.permissions import Permission
    from app.core.text import N_
    from app.facilities import models
    from app.facilities.routes import blueprint
    from app.web.registry import MenuItem, add_menu

    app.extensions["xiangyue_facilities"] = models
    app.jinja_env.filters["drawn"] = drawing_of
    app.register_blueprint(blueprint)
    add_menu(
        app,
        MenuItem(
            "facilities.office_list",
            N_("场馆场地"),
            Permission.FACILITY_VIEW,
            "places",
            50,
            "building-pavilion",
            in_office=True,
        ),
        MenuItem("facilities.grants", N_("健身器材"), Permission.FACILITY_VIEW, "places", 52, "gift", in_office=True),
    )
