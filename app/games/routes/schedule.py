"""The schedule for everybody: by day, of a sport or a delegation, on the page and in a calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from app.audit.queries import mark_of
from app.core.clock import local, now
from app.games.documents.calendar import CalendarUnit, games_calendar
from app.games.models import Games
from app.games.queries.games import delegation_by_ref, disciplines
from app.games.queries.results import UnitLine
from app.games.queries.schedule import SessionLine, delegation_units, delegations_named, sessions_of, units_in
from app.games.routes.frame import blueprint, public_or_404, public_tabs
from app.games.rules.schedule import calendar_span, calendar_status
from app.games.services.opening import delegation_not_found
from app.web.access import public
from app.web.known import unless_known

OPEN = "when and where is public: athletes, families and spectators look here"


@blueprint.get("/games/<games_ref>/schedule")
@public(OPEN)
def schedule(games_ref: str) -> Response:
    """Sessions and their units by day; `sport` and `delegation` narrow it."""
    games = public_or_404(games_ref)
    sport, team = request.args.get("sport", ""), request.args.get("delegation", "")
    facts = (games.id, games.version, mark_of(games.id), sport, team)
    return unless_known(facts, lambda: _page(games, sport, team))


def _page(games: Games, sport: str, team: str) -> str:
    sessions, units = _chosen(games, sport, team)
    by_session = {key: list(some) for key, some in groupby(sorted(units, key=_session), key=_session)}
    narrowed = bool(sport or team)
    shown = [one for one in sessions if not narrowed or str(one.id) in by_session]
    days: list[tuple[date, list[SessionLine]]] = [
        (day, list(some)) for day, some in groupby(shown, key=lambda one: local(one.starts_at).date())
    ]
    return render_template(
        "games/schedule.html",
        games=games,
        public_nav=public_tabs(games, "games.schedule"),
        days=days,
        by_session=by_session,
        sports=disciplines(games.id),
        teams=delegations_named(games.id),
        sport=sport,
        team=team,
    )


def _session(unit: UnitLine) -> str:
    return str(unit.session_id)


def _chosen(games: Games, sport: str, team: str) -> tuple[list[SessionLine], list[UnitLine]]:
    """What the address asks for; a delegation that does not exist is 404, a sport without units is empty."""
    units = units_in(games.id)
    if sport:
        units = [one for one in units if one.discipline_code == sport]
    if team:
        found = delegation_by_ref(games.id, team)
        if found is None:
            raise delegation_not_found()
        mine = delegation_units(games.id, found.id)
        units = [one for one in units if one.id in mine]
    return sessions_of(games.id), units


@blueprint.get("/games/<games_ref>/schedule.ics")
@public(OPEN)
def schedule_calendar(games_ref: str) -> Response:
    """The same as an iCalendar file: a unit an entry, or a session where none is in it."""
    games = public_or_404(games_ref)
    sport, team = request.args.get("sport", ""), request.args.get("delegation", "")
    sessions, units = _chosen(games, sport, team)
    body = games_calendar(games.name, _entries(games, sessions, units, whole=not (sport or team)), made_at=now())
    headers = {"Content-Disposition": f'attachment; filename="{games.code}-schedule.ics"'}
    return Response(body, content_type="text/calendar; charset=utf-8", headers=headers)


def _entries(
    games: Games, sessions: Sequence[SessionLine], units: Sequence[UnitLine], *, whole: bool
) -> list[CalendarUnit]:
    by_id = {one.id: one for one in sessions}
    full = {one.session_id for one in units}
    found = [
        CalendarUnit(
            id=one.id,
            name=" ".join(filter(None, (one.discipline, one.event_name, " — ".join(filter(None, one.names))))),
            place=" ".join(filter(None, (by_id[one.session_id].venue, one.court))),
            span=calendar_span(one.starts_at, one.minutes),
            version=one.version,
            url=url_for("games.event", games_ref=games.code, event_ref=one.event_code, _external=True),
            status=calendar_status(one.status.value),
        )
        for one in units
        if one.starts_at is not None and one.session_id in by_id
    ]
    if whole:
        found += [
            CalendarUnit(
                id=one.id,
                name=f"{games.name} {one.name}",
                place=one.venue,
                span=(one.starts_at, one.ends_at),
                version=one.version,
                url=url_for("games.schedule", games_ref=games.code, _external=True),
                status=calendar_status(one.status.value),
            )
            for one in sessions
            if one.id not in full
        ]
    return found
