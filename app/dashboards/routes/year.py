"""The year's calendar: everything that the office holds, month by month."""

from __future__ import annotations

from flask import abort, render_template

from app.core.clock import today
from app.core.permissions import Permission
from app.dashboards.queries.year import counts, year_plan
from app.dashboards.routes.frame import blueprint
from app.settings.queries import holiday_on, holidays
from app.web.access import requires, the_caller

FIRST, LAST = 2000, 2100


@blueprint.get("/office/year")
@requires(Permission.ACTIVITY_VIEW, anywhere=True)
def this_year() -> str:
    """The calendar of this year."""
    return _page(today().year)


@blueprint.get("/office/year/<int:year>")
@requires(Permission.ACTIVITY_VIEW, anywhere=True)
def year(year: int) -> str:
    """The calendar of another one."""
    if not FIRST <= year <= LAST:
        abort(404)
    return _page(year)


def _page(shown: int) -> str:
    found = the_caller()
    games = found.scopes_with(Permission.GAMES_VIEW) if found.can_somewhere(Permission.GAMES_VIEW) else ()
    months = year_plan(shown, found.scopes_with(Permission.ACTIVITY_VIEW), games)
    return render_template(
        "dashboards/year.html",
        year=shown,
        months=months,
        counts=counts(months, today()),
        on=today(),
        free=[one for one in holidays() if one.first.year == shown],
        holiday_on=holiday_on,
    )
