"""Floor 13: pages that look across rooms; it owns no tables."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang the pages, their menu items and tab."""
    from app.core.permissions import Permission
    from app.core.text import N_
    from app.dashboards.routes import blueprint
    from app.web.registry import TabItem, add_tabs

    app.register_blueprint(blueprint)
    add_tabs(app, "activity_ref", TabItem("dashboards.station", N_("到场"), Permission.ATTENDANCE_VIEW, 40))
