"""The public page of one activity, its calendar file."""

from __future__ import annotations

from flask import Response, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.activities.constants import ActivityStatus
from app.activities.documents import CalendarEntry, calendar_file
from app.activities.queries import Station, activity_by_ref, season_stations
from app.activities.queries import station as read_station
from app.activities.routes.maps import map_answer, station_features
from app.activities.rules.states import Places, SignUp
from app.core.clock import now
from app.honours.queries.news import shown_after
from app.portal.queries.mine import Mine
from app.portal.routes.frame import blueprint, hidden, mark_of_registration, my_things, visible
from app.portal.rules.ways import Group, two_ways
from app.volunteers.queries.shifts import posts_open
from app.web.access import public


def _station(ref: str) -> tuple[Station, Mine]:
    """The activity that a citizen may see, and what of it is theirs."""
    activity = activity_by_ref(ref)
    if activity is None:
        raise hidden()
    owned = my_things([activity.id])
    found = read_station(activity.id) if visible(activity.status, owned, activity.id) else None
    if found is None:
        raise hidden()
    return found, owned


def _number_in_season(found: Station) -> int | None:
    """Which station of its season it is, by time."""
    if found.season is None:
        return None
    ids = [
        card.id
        for card in season_stations(found.season.id)
        if card.status not in {ActivityStatus.DRAFT, ActivityStatus.CANCELLED}
    ]
    return ids.index(found.activity.id) + 1 if found.activity.id in ids else None


@blueprint.get("/activities/<activity_ref>")
@public("the public page of an activity")
def station(activity_ref: str) -> str:
    """When and where, the way, groups and places, rules, my state, one act."""
    found, owned = _station(activity_ref)
    rows = owned.of(found.activity.id)
    at = now()
    standing = found.standing(at)
    has_news, has_draws = shown_after(found.activity.id)
    return render_template(
        "portal/station.html",
        station=found,
        activity=found.activity,
        number=_number_in_season(found),
        standing=standing,
        SignUp=SignUp,
        left={one.id: Places(one.capacity, one.taken, one.waiting).left for one in found.categories},
        d=found.drawing,
        ways=two_ways(
            found.activity.route, [Group(one.name, one.distance_m) for one in found.categories if one.distance_m]
        ),
        owned=owned,
        rows=[(row, mark_of_registration(row, owned)) for row in rows],
        active=owned.active(found.activity.id),
        earned=any(presence.finished_at for row in rows if (presence := owned.presence_of(row)) is not None),
        over=found.activity.ends_at <= at,
        has_news=has_news,
        has_draws=has_draws,
        wants_volunteers=bool(posts_open([found.activity.id], at)),
    )


@blueprint.get("/activities/<activity_ref>/route.geojson")
@public("the line that stands on the public page")
def route_map(activity_ref: str) -> AnyResponse:
    """The way and the places on it, for the map."""
    found, _owned = _station(activity_ref)
    return map_answer(station_features(found))


@blueprint.get("/activities/<activity_ref>/calendar.ics")
@public("the same as the public page, for a phone's calendar")
def calendar(activity_ref: str) -> AnyResponse:
    """The activity as an iCalendar file."""
    found, _owned = _station(activity_ref)
    activity = found.activity
    body = calendar_file(
        CalendarEntry(
            id=activity.id,
            name=activity.name,
            place=" ".join(filter(None, (activity.place, activity.address))),
            starts_at=activity.starts_at,
            ends_at=activity.ends_at,
            version=activity.version,
            url=url_for("portal.station", activity_ref=activity.code, _external=True),
            text=activity.intro,
            cancelled=activity.status is ActivityStatus.CANCELLED,
        ),
        now(),
    )
    headers = {"Content-Disposition": f'attachment; filename="{activity.code}.ics"'}
    return Response(body, content_type="text/calendar; charset=utf-8", headers=headers)
