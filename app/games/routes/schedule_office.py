"""The office's pages of the schedule: sessions, what is in them, what would overlap, putting off."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities.routes.desk import done, tried
from app.core.errors import NotFound
from app.core.permissions import Permission
from app.core.text import N_
from app.games.constants import UNIT_MINUTES, SessionStatus
from app.games.forms.schedule import MoveForm, PlaceForm, PutOffForm, SessionForm
from app.games.models import Games
from app.games.queries.results import UnitLine
from app.games.queries.schedule import (
    SessionLine,
    clashes_of,
    loose_of,
    loose_units,
    session_of,
    sessions_of,
    units_in,
    units_named,
)
from app.games.routes.frame import blueprint, games_or_404
from app.games.routes.office_desk import ask
from app.games.services.schedule import (
    add_session,
    change_session,
    move_unit,
    place_units,
    put_off_session,
    remove_session,
    take_out_units,
)
from app.web.access import actor, requires

AREA = "/office/games/<games_ref>/schedule"
ONE = f"{AREA}/<uuid:session_id>"
UNIT = f"{AREA}/units/<uuid:unit_id>"


@blueprint.get(AREA)
@requires(Permission.GAMES_VIEW, of="games_ref")
def schedule_office(games_ref: str) -> str:
    """Sessions by day, units without a time, everything that stands twice at once."""
    return _list_page(games_or_404(games_ref), SessionForm())


@blueprint.post(AREA)
@requires(Permission.GAMES_EDIT, of="games_ref")
def create_session(games_ref: str) -> Any:
    """Add a session."""
    games, form = games_or_404(games_ref), SessionForm()
    if form.validate() and tried(lambda: add_session(games_id=games.id, draft=form.draft, actor=actor()), form):
        flash(_("已加单元。"))
        return redirect(url_for("games.schedule_office", games_ref=games.code))
    return _list_page(games, form), 422


def _list_page(games: Games, form: SessionForm) -> str:
    sessions = sessions_of(games.id)
    units = {one.id: one for one in units_in(games.id)}
    return render_template(
        "games/schedule_office.html",
        games=games,
        sessions=sessions,
        loose=loose_units(games.id),
        clashes=clashes_of(games.id),
        units=units,
        form=form,
    )


def _session_or_404(games: Games, session_id: uuid.UUID) -> SessionLine:
    found = session_of(games.id, session_id)
    if found is None:
        raise NotFound("session_not_found", N_("没有找到这个单元。"))
    return found


def _back(games: Games, session_id: uuid.UUID) -> Response:
    return redirect(url_for("games.schedule_session", games_ref=games.code, session_id=session_id))


@blueprint.get(ONE)
@requires(Permission.GAMES_VIEW, of="games_ref")
def schedule_session(games_ref: str, session_id: uuid.UUID) -> str:
    """One session: its units, a form to put more into it, its facts."""
    games = games_or_404(games_ref)
    return _page(games, _session_or_404(games, session_id))


@blueprint.post(ONE)
@requires(Permission.GAMES_EDIT, of="games_ref")
def save_session(games_ref: str, session_id: uuid.UUID) -> Any:
    """Change a session; what is in it moves along."""
    games = games_or_404(games_ref)
    found, form = _session_or_404(games, session_id), SessionForm(prefix="facts")
    if form.validate() and tried(
        lambda: change_session(
            games_id=games.id, session_id=session_id, draft=form.draft, version=form.seen_version, actor=actor()
        ),
        form,
    ):
        flash(_("已保存，单元里没打的场次跟着改了时间。"))
        return _back(games, session_id)
    return _page(games, found, facts=form), 422


@blueprint.post(f"{ONE}/units")
@requires(Permission.GAMES_EDIT, of="games_ref")
def fill_session(games_ref: str, session_id: uuid.UUID) -> Any:
    """Put the units of events into a session."""
    games = games_or_404(games_ref)
    found, form = _session_or_404(games, session_id), _place_form(games, prefix="place")
    if form.validate() and tried(
        lambda: place_units(
            games_id=games.id,
            session_id=session_id,
            unit_ids=loose_of(games.id, form.event_ids),
            minutes=form.minutes.data,
            courts=(form.courts.data or "").splitlines(),
            starts_at=form.starts_at.data,
            confirmed=bool(form.confirmed.data),
            actor=actor(),
        ),
        form,
    ):
        flash(_("已排进单元。"))
        return _back(games, session_id)
    return _page(games, found, place=form), 422


@blueprint.post(f"{ONE}/status")
@requires(Permission.GAMES_EDIT, of="games_ref")
def put_off(games_ref: str, session_id: uuid.UUID) -> Any:
    """Postpone, call off, or let it take place."""
    games = games_or_404(games_ref)
    found, form = _session_or_404(games, session_id), PutOffForm(prefix="off")
    if form.validate() and tried(
        lambda: put_off_session(
            games_id=games.id,
            session_id=session_id,
            status=SessionStatus(form.status.data),
            reason=form.reason.data or "",
            version=form.seen_version,
            actor=actor(),
        ),
        form,
    ):
        flash(_("已改，公开的赛程同时改了。"))
        return _back(games, session_id)
    return _page(games, found, off=form), 422


@blueprint.route(f"{ONE}/clear", methods=["GET", "POST"])
@requires(Permission.GAMES_EDIT, of="games_ref")
def clear_session(games_ref: str, session_id: uuid.UUID) -> Response | str:
    """Take everything out of a session that has not been played, after a second look."""
    games = games_or_404(games_ref)
    found = _session_or_404(games, session_id)
    if request.method == "GET":
        return ask(
            games,
            tab="games.schedule_office",
            what=_("清空%(name)s的场次？", name=found.name),
            told=_("没打的 %(n)s 场会失去时间和场地，要重新排。", n=found.units),
            act=_("清空场次"),
            back=url_for("games.schedule_session", games_ref=games.code, session_id=session_id),
        )
    ids = [one.id for one in units_in(games.id, session_id)]
    done(lambda: take_out_units(games_id=games.id, unit_ids=ids, actor=actor()), N_("已清空。"))
    return _back(games, session_id)


@blueprint.post(f"{ONE}/remove")
@requires(Permission.GAMES_EDIT, of="games_ref")
def drop_session(games_ref: str, session_id: uuid.UUID) -> Response:
    """Remove an empty session."""
    games = games_or_404(games_ref)
    _session_or_404(games, session_id)
    if done(lambda: remove_session(games_id=games.id, session_id=session_id, actor=actor()), N_("已删除单元。")):
        return redirect(url_for("games.schedule_office", games_ref=games.code))
    return _back(games, session_id)


def _place_form(games: Games, **more: Any) -> PlaceForm:
    form = PlaceForm(**more)
    form.events.choices = [
        (str(one.event_id), f"{one.discipline} {one.name} {_('%(n)s 场', n=one.units)}")
        for one in loose_units(games.id)
    ]
    return form


def _page(
    games: Games,
    session: SessionLine,
    *,
    facts: SessionForm | None = None,
    place: PlaceForm | None = None,
    off: PutOffForm | None = None,
) -> str:
    units = units_in(games.id, session.id)
    mine = {one.id for one in units}
    clashes = [one for one in clashes_of(games.id) if mine & {one.a.unit, one.b.unit}]
    place = place or _place_form(games, formdata=None, prefix="place", data={"minutes": UNIT_MINUTES})
    return render_template(
        "games/schedule_session.html",
        games=games,
        session=session,
        units=units,
        by_id=units_named(games.id, [*clashes, *place.overlaps]),
        clashes=clashes,
        facts=facts or SessionForm(formdata=None, prefix="facts", obj=session),
        place=place,
        off=off or PutOffForm(formdata=None, prefix="off", obj=session),
    )


# --------------------------------------------------------------------------- one unit


def _unit_or_404(games: Games, unit_id: uuid.UUID) -> UnitLine:
    found = next((one for one in units_in(games.id) if one.id == unit_id), None)
    if found is None:
        raise NotFound("unit_not_found", N_("没有找到这一场。"))
    return found


def _move_form(games: Games, **more: Any) -> MoveForm:
    form = MoveForm(**more)
    form.session.choices = [(str(one.id), f"{one.name} {one.venue}") for one in sessions_of(games.id)]
    return form


@blueprint.get(UNIT)
@requires(Permission.GAMES_EDIT, of="games_ref")
def unit_time(games_ref: str, unit_id: uuid.UUID) -> str:
    """A form for one unit's time."""
    games = games_or_404(games_ref)
    unit = _unit_or_404(games, unit_id)
    data = {
        "session": str(unit.session_id),
        "starts_at": unit.starts_at,
        "minutes": unit.minutes or UNIT_MINUTES,
        "court": unit.court,
        "version": unit.version,
    }
    return _unit_page(games, unit, _move_form(games, formdata=None, data=data))


@blueprint.post(UNIT)
@requires(Permission.GAMES_EDIT, of="games_ref")
def save_unit_time(games_ref: str, unit_id: uuid.UUID) -> Any:
    """Give one unit another time."""
    games = games_or_404(games_ref)
    unit, form = _unit_or_404(games, unit_id), _move_form(games)
    if form.validate() and tried(
        lambda: move_unit(
            games_id=games.id,
            unit_id=unit_id,
            session_id=uuid.UUID(form.session.data),
            starts_at=form.starts_at.data,
            minutes=form.minutes.data,
            court=form.court.data or "",
            confirmed=bool(form.confirmed.data),
            version=form.seen_version,
            actor=actor(),
        ),
        form,
    ):
        flash(_("已改时间，公开的赛程同时改了。"))
        return _back(games, uuid.UUID(form.session.data))
    return _unit_page(games, unit, form), 422


def _unit_page(games: Games, unit: UnitLine, form: MoveForm) -> str:
    clashes = [one for one in clashes_of(games.id) if unit.id in {one.a.unit, one.b.unit}]
    return render_template(
        "games/schedule_unit.html",
        games=games,
        unit=unit,
        form=form,
        by_id=units_named(games.id, [*clashes, *form.overlaps]),
        clashes=clashes,
    )
