"""Floor 13: the yearly report, made from the figures of all rooms; no tables of its own."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang the pages, the menu and `flask report`."""
    from app.core.permissions import Permission
    from app.core.text import N_
    from app.reports.commands import report_cli
    from app.reports.routes import blueprint
    from app.reports.rules.fields import signed, written
    from app.web.registry import MenuItem, add_menu

    app.jinja_env.filters.update(figure=written, change=signed)
    app.register_blueprint(blueprint)
    app.cli.add_command(report_cli)
    add_menu(
        app,
        MenuItem("reports.latest", N_("年度报告"), Permission.REPORT_VIEW, "office", 70, "file-text", in_office=True),
    )
