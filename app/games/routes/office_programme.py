"""The programme: disciplines and their events, added, changed, put in order, called off; the library."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities.forms.fields import RuledForm
from app.activities.routes.desk import done, tried
from app.core.permissions import Permission
from app.core.text import N_
from app.games.constants import EventFormat, EventStatus
from app.games.forms.delegation import DisciplineForm
from app.games.forms.event import EventForm, settings_data
from app.games.forms.games import CancelForm
from app.games.models import Discipline, Event, Games
from app.games.queries.games import disciplines, event_by_ref, events
from app.games.queries.programme import programme as programme_lines
from app.games.routes.frame import blueprint, event_or_404, games_or_404
from app.games.routes.office_desk import ask, sent_back
from app.games.rules.library import LIBRARY
from app.games.services.programme import (
    add_discipline,
    add_event,
    add_from_library,
    cancel_event,
    change_discipline,
    change_event,
    place_discipline,
    place_event,
    remove_discipline,
    remove_event,
    restore_event,
)
from app.games.services.programme.disciplines import discipline_not_found
from app.games.services.programme.library import ready_discipline
from app.web.access import actor, requires
from app.web.texts import say

AREA = "/office/games/<games_ref>"
DISCIPLINE = f"{AREA}/disciplines/<uuid:discipline_id>"
EVENT = f"{AREA}/events/<event_ref>"


def _discipline_or_404(games: Games, discipline_id: uuid.UUID) -> Discipline:
    found = next((one for one in disciplines(games.id) if one.id == discipline_id), None)
    if found is None:
        raise discipline_not_found()
    return found


def _back(games: Games, anchor: uuid.UUID | None = None) -> Response:
    return redirect(url_for("games.programme", games_ref=games.code, _anchor=f"d-{anchor}" if anchor else None))


def _place() -> int:
    return request.form.get("place", 0, type=int)


@blueprint.get(f"{AREA}/programme")
@requires(Permission.GAMES_VIEW, of="games_ref")
def programme(games_ref: str) -> str:
    """Every discipline with its events."""
    games = games_or_404(games_ref)
    lines = programme_lines(games.id)
    return render_template(
        "games/office_programme.html",
        games=games,
        lines=lines,
        status={event.id: EventStatus(event.status) for line in lines for event in line.events},
        formats={one.value: say(one.label) for one in EventFormat},
    )


# --------------------------------------------------------------------------- disciplines


@blueprint.route(f"{AREA}/disciplines/new", methods=["GET", "POST"])
@requires(Permission.GAMES_EDIT, of="games_ref")
def new_discipline(games_ref: str) -> Any:
    """One more discipline."""
    games = games_or_404(games_ref)
    form = DisciplineForm()
    if form.validate_on_submit() and tried(
        lambda: add_discipline(games_id=games.id, draft=form.draft(), actor=actor()), form
    ):
        flash(_("已添加，接着加小项。"))
        return _back(games)
    return sent_back("games/office_discipline.html", games, form, discipline=None)


@blueprint.route(f"{DISCIPLINE}/edit", methods=["GET", "POST"])
@requires(Permission.GAMES_EDIT, of="games_ref")
def edit_discipline(games_ref: str, discipline_id: uuid.UUID) -> Any:
    """Change a discipline's name and code."""
    games = games_or_404(games_ref)
    found = _discipline_or_404(games, discipline_id)
    form = DisciplineForm(data={"name": found.name, "code": found.code})
    if form.validate_on_submit() and tried(
        lambda: change_discipline(games_id=games.id, discipline_id=found.id, draft=form.draft(), actor=actor()), form
    ):
        flash(_("已保存。"))
        return _back(games)
    return sent_back("games/office_discipline.html", games, form, discipline=found)


@blueprint.post(f"{DISCIPLINE}/place")
@requires(Permission.GAMES_EDIT, of="games_ref")
def put_discipline(games_ref: str, discipline_id: uuid.UUID) -> Response:
    """Put a discipline higher or lower."""
    games = games_or_404(games_ref)
    place_discipline(games_id=games.id, discipline_id=discipline_id, place=_place(), actor=actor())
    return _back(games, discipline_id)


@blueprint.route(f"{DISCIPLINE}/remove", methods=["GET", "POST"])
@requires(Permission.GAMES_EDIT, of="games_ref")
def drop_discipline(games_ref: str, discipline_id: uuid.UUID) -> Response | str:
    """Remove a discipline without events, after a second look."""
    games = games_or_404(games_ref)
    if request.method == "GET":
        return ask(
            games,
            tab="games.programme",
            what=_("删除%(name)s？", name=_discipline_or_404(games, discipline_id).name),
            told=_("里面没有小项时才能删。"),
            act=_("删除大项"),
            back=url_for("games.edit_discipline", games_ref=games.code, discipline_id=discipline_id),
        )
    done(lambda: remove_discipline(games_id=games.id, discipline_id=discipline_id, actor=actor()), N_("已删除。"))
    return _back(games)


# --------------------------------------------------------------------------- events


@blueprint.route(f"{DISCIPLINE}/events/new", methods=["GET", "POST"])
@requires(Permission.GAMES_EDIT, of="games_ref")
def new_event(games_ref: str, discipline_id: uuid.UUID) -> Any:
    """One more event of a discipline."""
    games = games_or_404(games_ref)
    found = _discipline_or_404(games, discipline_id)
    form = EventForm(data=_like_the_last(games, found) if request.method == "GET" else None)
    if form.validate_on_submit() and tried(
        lambda: add_event(games_id=games.id, discipline_id=found.id, draft=form.draft(), actor=actor()), form
    ):
        flash(_("已添加。"))
        return _back(games, found.id)
    return sent_back("games/office_event.html", games, form, discipline=found, event=None)


def _like_the_last(games: Games, discipline: Discipline) -> dict[str, Any] | None:
    """A new event begins as the last one of its discipline is, but for its name and code."""
    found = events(games.id, discipline.id)
    return {**_event_data(found[-1]), "name": "", "code": "", "note": ""} if found else None


def _event_data(event: Event) -> dict[str, Any]:
    columns = (
        *("name", "code", "sex", "form", "team_min", "team_max", "age_basis", "min_age", "max_age"),
        *("weight_over", "weight_up_to", "entry_limit", "needs_document", "needs_school", "format"),
        *("multiplier", "counts_medals", "counts_points", "note", "version"),
    )
    family = "league" if event.format == "knockout" else event.format
    return (
        settings_data(event.settings)
        | {name: getattr(event, name) for name in columns}
        | {f"rules_{family}": event.rules}
    )


@blueprint.route(f"{EVENT}/edit", methods=["GET", "POST"])
@requires(Permission.GAMES_EDIT, of="games_ref")
def edit_event(games_ref: str, event_ref: str) -> Any:
    """Change an event; what was published keeps its rules."""
    games = games_or_404(games_ref)
    found = event_or_404(games.id, event_ref)
    event_id, discipline_id = found.id, found.discipline_id
    form = EventForm(stored=found.settings, data=_event_data(found))
    if form.validate_on_submit() and tried(
        lambda: change_event(
            games_id=games.id, event_id=event_id, draft=form.draft(), version=form.seen_version, actor=actor()
        ),
        form,
    ):
        flash(_("已保存。"))
        return _back(games, discipline_id)
    found = event_by_ref(games.id, event_id) or found
    return sent_back(
        "games/office_event.html",
        games,
        form,
        found.version,
        event=found,
        discipline=_discipline_or_404(games, discipline_id),
        status=EventStatus(found.status),
    )


@blueprint.post(f"{EVENT}/place")
@requires(Permission.GAMES_EDIT, of="games_ref")
def put_event(games_ref: str, event_ref: str) -> Response:
    """Put an event higher or lower in its discipline."""
    games = games_or_404(games_ref)
    found = event_or_404(games.id, event_ref)
    event_id, discipline_id = found.id, found.discipline_id
    place_event(games_id=games.id, event_id=event_id, place=_place(), actor=actor())
    return _back(games, discipline_id)


@blueprint.route(f"{EVENT}/call-off", methods=["GET", "POST"])
@requires(Permission.GAMES_EDIT, of="games_ref")
def call_off(games_ref: str, event_ref: str) -> Any:
    """Ask why (GET), or call an event off (POST)."""
    games = games_or_404(games_ref)
    found = event_or_404(games.id, event_ref)
    event_id, discipline_id = found.id, found.discipline_id
    form = CancelForm()
    if form.validate_on_submit() and tried(
        lambda: cancel_event(games_id=games.id, event_id=event_id, reason=form.reason.data, actor=actor()), form
    ):
        flash(_("已取消这个小项。"))
        return _back(games, discipline_id)
    return sent_back("games/office_call_off.html", games, form, event=event_by_ref(games.id, event_id))


@blueprint.post(f"{EVENT}/restore")
@requires(Permission.GAMES_EDIT, of="games_ref")
def restore(games_ref: str, event_ref: str) -> Response:
    """Take back that an event was called off."""
    games = games_or_404(games_ref)
    event_id = event_or_404(games.id, event_ref).id
    done(lambda: restore_event(games_id=games.id, event_id=event_id, actor=actor()), N_("已恢复这个小项。"))
    return redirect(url_for("games.edit_event", games_ref=games.code, event_ref=event_id))


@blueprint.route(f"{EVENT}/remove", methods=["GET", "POST"])
@requires(Permission.GAMES_EDIT, of="games_ref")
def drop_event(games_ref: str, event_ref: str) -> Response | str:
    """Remove an event that nobody has entered, after a second look."""
    games = games_or_404(games_ref)
    found = event_or_404(games.id, event_ref)
    event_id, discipline_id = found.id, found.discipline_id
    if request.method == "GET":
        return ask(
            games,
            tab="games.programme",
            what=_("删除%(name)s？", name=found.name),
            told=_("没人报项、没抽签时才能删。"),
            act=_("删除小项"),
            back=url_for("games.edit_event", games_ref=games.code, event_ref=event_id),
        )
    if done(lambda: remove_event(games_id=games.id, event_id=event_id, actor=actor()), N_("已删除。")):
        return _back(games, discipline_id)
    return redirect(url_for("games.edit_event", games_ref=games.code, event_ref=event_id))


# --------------------------------------------------------------------------- library


@blueprint.get(f"{AREA}/library")
@requires(Permission.GAMES_EDIT, of="games_ref")
def library(games_ref: str) -> str:
    """What stands ready, and how much of it is in the programme."""
    games = games_or_404(games_ref)
    there = {event.code for event in events(games.id)}
    return render_template(
        "games/office_library.html",
        games=games,
        ready=[(one, sum(event.code in there for event in one.events)) for one in LIBRARY.values()],
    )


@blueprint.route(f"{AREA}/library/<ready_code>", methods=["GET", "POST"])
@requires(Permission.GAMES_EDIT, of="games_ref")
def ready(games_ref: str, ready_code: str) -> Any:
    """One ready discipline: choose its events (GET), take them over (POST)."""
    games = games_or_404(games_ref)
    found = ready_discipline(ready_code)
    form = RuledForm()
    chosen = request.form.getlist("events")
    added = 0

    def take() -> None:
        nonlocal added
        added = add_from_library(games_id=games.id, discipline=found.code, events=chosen, actor=actor())

    if form.validate_on_submit() and tried(take, form):
        flash(_("已添加 %(n)s 个小项。", n=added) if added else _("选的小项都已在项目里。"))
        return _back(games)
    there = {event.code for event in events(games.id)}
    return sent_back(
        "games/office_ready.html",
        games,
        form,
        ready=found,
        there=there,
        chosen=set(chosen) if request.method == "POST" else {event.code for event in found.events} - there,
    )
