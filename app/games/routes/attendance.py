"""The office links events and sessions with activities, and sees who was checked in."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities.routes.desk import tried
from app.core.clock import office_time
from app.core.errors import DomainError
from app.core.permissions import Permission
from app.games.forms.attendance import MeetingForm
from app.games.models import Games
from app.games.queries.attendance import attendance, sessions_with_activities
from app.games.routes.frame import blueprint, event_or_404, games_or_404
from app.games.services.attendance import Enrolled, enrol_late, give_event_activity, give_session_activity
from app.web.access import actor, requires
from app.web.errors import note_refusal
from app.web.texts import say

AREA = "/office/games/<games_ref>/attendance"
NAMED = 5


@blueprint.get(AREA)
@requires(Permission.GAMES_VIEW, of="games_ref")
def attendance_office(games_ref: str) -> str:
    """Which events have an activity, how many of the entered came."""
    games = games_or_404(games_ref)
    lines = attendance(games.id)
    return render_template(
        "games/attendance.html",
        games=games,
        lines=lines,
        sessions=sessions_with_activities(games.id),
        linked=[one for one in lines if one.activity],
    )


@blueprint.route(f"{AREA}/events/<event_ref>", methods=["GET", "POST"])
@requires(Permission.GAMES_EDIT, of="games_ref")
def give_activity(games_ref: str, event_ref: str) -> Any:
    """Say when and where the athletes come; the activity is made and they are registered."""
    games = games_or_404(games_ref)
    event = event_or_404(games.id, event_ref)
    first = office_time(games.starts_on.year, games.starts_on.month, games.starts_on.day, 8)
    form = MeetingForm(data={"place": games.place, "starts_at": first, "ends_at": first + timedelta(hours=10)})
    if form.validate_on_submit():
        done: list[Enrolled] = []
        filed = tried(
            lambda: done.append(
                give_event_activity(games_id=games.id, event_id=event.id, meeting=form.meeting, actor=actor())
            ),
            form,
        )
        if filed:
            _tell(done[0])
            return _back(games)
    page = render_template("games/attendance_form.html", games=games, event=event, form=form)
    return (page, 422) if form.errors else page


@blueprint.post(f"{AREA}/events/<event_ref>/late")
@requires(Permission.GAMES_EDIT, of="games_ref")
def enrol_again(games_ref: str, event_ref: str) -> Response:
    """Register whoever was entered since."""
    games = games_or_404(games_ref)
    event = event_or_404(games.id, event_ref)
    _try(lambda: enrol_late(games_id=games.id, event_id=event.id, actor=actor()))
    return _back(games)


@blueprint.post(f"{AREA}/sessions/<uuid:session_id>")
@requires(Permission.GAMES_EDIT, of="games_ref")
def give_session(games_ref: str, session_id: uuid.UUID) -> Response:
    """Make the activity of a session, or register whoever was entered since."""
    games = games_or_404(games_ref)
    _try(lambda: give_session_activity(games_id=games.id, session_id=session_id, actor=actor()))
    return _back(games)


def _try(service: Callable[[], Enrolled]) -> None:
    try:
        _tell(service())
    except DomainError as error:
        if error.status not in {409, 422}:
            raise
        note_refusal(error)
        flash(say(error), "error")


def _tell(done: Enrolled) -> None:
    flash(_("已登记 %(new)s 人，原来已有 %(there)s 人。", new=done.new, there=done.there))
    if done.left_out:
        some = _("、").join(f"{name} ({say(why)})" for name, why in done.left_out[:NAMED])
        flash(_("%(n)s 人没有登记：%(some)s", n=len(done.left_out), some=some), "error")


def _back(games: Games) -> Response:
    return redirect(url_for("games.attendance_office", games_ref=games.code))
