"""Floor 13: what citizens open first, across rooms."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang the pages, the bar of four words, and what stands beside a code."""
    from app.passes.routes.beside import stand_beside
    from app.portal.routes import home, office, registrations, station  # noqa: F401 - views hang themselves in
    from app.portal.routes.frame import (
        ages,
        beside_code,
        blueprint,
        citizen_nav,
        day_of_month,
        days_until,
        han,
        other_year,
        spaced_bib,
        where_it_matters,
    )

    app.register_blueprint(blueprint)
    app.jinja_env.filters.update(
        dom=day_of_month,
        han=han,
        days_until=days_until,
        ages=ages,
        bib=spaced_bib,
        other_year=other_year,
    )
    stand_beside(app, next_line=beside_code, live=where_it_matters)

    @app.context_processor
    def _bar() -> dict[str, object]:
        return {"citizen_nav": citizen_nav()}
