"""The office's first page: what is live, what comes, and where everything is."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.activities.queries import ListFilter, office_list
from app.checkins.routes.conflicts import speed_limit
from app.core.clock import local, now
from app.core.permissions import Permission
from app.dashboards.queries.due import LOOKS_BACK, activities_due, office_due
from app.dashboards.queries.season import with_counts
from app.dashboards.routes.frame import blueprint, hear
from app.dashboards.rules.live import is_live
from app.web.access import requires, the_caller

SHOWN = 8


@blueprint.get("/office", strict_slashes=False)
@requires(Permission.OWN)
def home() -> str | Response:
    """Everybody of the office lands here, whatever they may do; citizens have a first page of their own."""
    found = the_caller()
    if not found.is_staff:
        return redirect(url_for("portal.home"))
    at = now()
    if not found.can_somewhere(Permission.ACTIVITY_VIEW):
        return render_template("dashboards/home.html", live=None, coming=None, due=(), office=None, at=at)
    scopes = found.scopes_with(Permission.ACTIVITY_VIEW)
    page = office_list(scopes, ListFilter(when="upcoming"), now=at, soonest=True)
    past = office_list(scopes, ListFilter(when="past"), now=at)
    ended = [row for row in past.rows if row.ends_at > at - LOOKS_BACK]
    hear(page.rows, at)
    rows = with_counts(page.rows)
    live = [row for row in rows if is_live(row.card.status, row.card.starts_at, row.card.ends_at, at)]
    coming = [row for row in rows if row not in live]
    whole = found.can(Permission.FACILITY_VIEW, ()) and found.can(Permission.SQUAD_VIEW, ())
    return render_template(
        "dashboards/home.html",
        live=live,
        coming=coming[:SHOWN],
        due=activities_due([row.card for row in rows] + ended, at, limit_kmh=speed_limit()),
        office=office_due() if whole else None,
        at=at,
        local=local,
    )
