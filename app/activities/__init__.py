"""Floor 8: series, seasons and stations: what is attended, where, when, by how many."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang pages, menu items, the first tabs of a station and the scopes of its addresses."""
    from app.activities.queries.kept import forget_plans
    from app.activities.queries.stations import scopes_of_ref
    from app.activities.routes import blueprint, scopes_of_season
    from app.core.permissions import Permission
    from app.core.text import N_
    from app.web.access import add_scope_loader
    from app.web.registry import MenuItem, TabItem, add_menu, add_tabs

    app.register_blueprint(blueprint)
    add_scope_loader(app, "activity_ref", scopes_of_ref)
    add_scope_loader(app, "season_id", scopes_of_season)
    add_menu(
        app,
        MenuItem("activities.office_list", N_("活动"), Permission.ACTIVITY_VIEW, "activities", 20, "walk"),
        MenuItem("activities.seasons", N_("赛季"), Permission.ACTIVITY_VIEW, "activities", 22, "calendar-event"),
    )
    add_tabs(
        app,
        "activity_ref",
        TabItem("activities.overview", N_("概况"), Permission.ACTIVITY_VIEW, 10),
        TabItem("activities.edit", N_("设置"), Permission.ACTIVITY_EDIT, 90),
    )
    app.extensions.setdefault("xiangyue_reset", []).append(forget_plans)
