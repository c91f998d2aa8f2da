"""What everybody sees of an activity afterwards: its news."""

from __future__ import annotations

from flask import render_template

from app.activities.constants import PUBLIC_STATUSES
from app.activities.queries import station
from app.core.errors import NotFound
from app.core.text import N_
from app.honours.queries.news import news_of
from app.honours.routes.frame import blueprint
from app.web.access import public


@blueprint.get("/activities/<activity_ref>/news")
@public("news are for everybody")
def public_news(activity_ref: str) -> str:
    """The news of an activity with their photos."""
    found = station(activity_ref)
    if found is None or found.activity.status not in PUBLIC_STATUSES:
        raise NotFound("activity_not_found", N_("没有找到这次活动。"))
    return render_template(
        "honours/public_news.html",
        station=found,
        activity=found.activity,
        news=news_of(found.activity.id, public=True),
    )
