"""Floor 13: pages that look across rooms; it owns no tables."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang the pages, their menu items, the tab of a station and the auditor's command."""
    from app.core.permissions import Permission
    from app.core.text import N_
    from app.dashboards.commands import audit_cli, setup_code_command
    from app.dashboards.routes import blueprint
    from app.web.registry import MenuItem, TabItem, add_menu, add_tabs

    app.register_blueprint(blueprint)
    add_menu(
        app,
        MenuItem("dashboards.home", N_("首页"), Permission.OWN, "home", 1, "home"),
        MenuItem("dashboards.this_year", N_("年历"), Permission.ACTIVITY_VIEW, "home", 3, "calendar-event"),
        MenuItem(
            "dashboards.overview", N_("到场统计"), Permission.ATTENDANCE_VIEW, "activities", 40, "clipboard-check"
        ),
        MenuItem("dashboards.persons", N_("人员"), Permission.PERSON_MANAGE, "people", 58, "id", in_office=True),
        MenuItem("dashboards.settings", N_("设置"), Permission.ACCOUNT_MANAGE, "foot", 84, "settings", in_office=True),
        MenuItem("dashboards.audit", N_("审计"), Permission.AUDIT_VIEW, "system", 86, "history"),
    )
    add_tabs(app, "activity_ref", TabItem("dashboards.station", N_("到场"), Permission.ATTENDANCE_VIEW, 40))
    app.cli.add_command(audit_cli)
    app.cli.add_command(setup_code_command)
