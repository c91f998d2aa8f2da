"""The poster: its address, which any phone's own scanner opens, and the sheet that the office prints."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.activities.queries import poster_target, station
from app.activities.queries.plans import CheckinPlan, CheckpointFacts, checkin_plan
from app.activities.queries.refs import activity_id_of
from app.checkins.constants import Verdict
from app.checkins.documents import qr_svg
from app.checkins.queries.posters import AtPoster, family_at
from app.checkins.rules.screen import is_shown, screen_code, seen_at, was_seen
from app.checkins.services.posters import check_in_by_poster, poster_hours, takes_posters
from app.core.clock import now
from app.core.errors import Conflict, NotFound
from app.core.ids import parse_uuid
from app.core.permissions import Permission
from app.core.text import N_
from app.registrations.services.storing import not_found
from app.web.access import actor, public, requires, the_account
from app.web.errors import note_refusal

blueprint = Blueprint("checkins_poster", __name__, template_folder="../templates")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a poster hangs."""

    plan: CheckinPlan
    point: CheckpointFacts


def _place(poster_code: str) -> _Place:
    target = poster_target(poster_code)
    if target is None:
        raise NotFound("poster_unknown", N_("没有找到这一页。"))
    plan = checkin_plan(target[0])
    return _Place(plan, plan.checkpoints[target[1]])


def _hours(place: _Place, one: AtPoster) -> tuple[bool, tuple[datetime, datetime]]:
    """Whether it is this person's time now, and the hours."""
    opens, closes = poster_hours(place.plan, one.registration.category_id, place.point.id)
    return opens <= now() <= closes, (opens, closes)


@blueprint.get("/c/<poster_code>")
@requires(Permission.OWN)
def poster(poster_code: str) -> str:
    """The checkpoint, and a button for each of the family who is registered here."""
    place = _place(poster_code)
    seen = request.args.get("seen", "")
    if not takes_posters(place.plan, seen=was_seen(place.point.id, seen, now())):
        return _stale() if seen else _closed()
    family = family_at(the_account(), place.plan.activity_id, place.point.id)
    return render_template(
        "checkins/poster.html",
        plan=place.plan,
        point=place.point,
        poster_code=poster_code,
        seen=seen,
        family=[(one, *_hours(place, one)) for one in family],
    )


@blueprint.post("/c/<poster_code>")
@requires(Permission.OWN)
def check_in(poster_code: str) -> str | tuple[str, int]:
    """Check one of the family in, and say what it came to. Sending it again changes nothing."""
    place = _place(poster_code)
    wanted: uuid.UUID | None = parse_uuid(request.form.get("registration", ""))
    family = family_at(the_account(), place.plan.activity_id, place.point.id)
    one = next((one for one in family if one.registration.id == wanted), None)
    if one is None:
        raise not_found()
    try:
        result = check_in_by_poster(
            registration=one.registration,
            checkpoint_id=place.point.id,
            actor=actor(),
            seen=was_seen(place.point.id, request.form.get("seen", ""), now()),
        )
    except Conflict as refusal:
        note_refusal(refusal)
        if refusal.code == "poster_closed":
            return _stale() if request.form.get("seen") else _closed(), 409
        return _answer(place, poster_code, one, refusal.message, good=False), 409
    before = one.checked_in_at is not None or result.replay
    if result.checkin:
        return _answer(place, poster_code, one, N_("已签过") if before else N_("通过"), good=True)
    return _answer(place, poster_code, one, Verdict(result.verdict).label, good=False)


@blueprint.get("/c/<poster_code>/<screen_word>")
@public("a code on a screen: it leads on to the checkpoint's page, which asks who it is")
def from_screen(poster_code: str, screen_word: str) -> Response | tuple[str, int]:
    """Whoever has read the screen within the last minute goes on, with ten minutes to sign in."""
    place, at = _place(poster_code), now()
    if not is_shown(place.point.id, screen_word, at):
        return _stale(), 410
    return redirect(url_for("checkins_poster.poster", poster_code=poster_code, seen=seen_at(place.point.id, at)))


@blueprint.get("/office/activities/<activity_ref>/screen/<checkpoint_code>")
@requires(Permission.DEVICE_MANAGE, of="activity_ref")
def screen(activity_ref: str, checkpoint_code: str) -> str:
    """The page for a hall's screen; it renews itself before its code has gone."""
    found = station(activity_id_of(activity_ref))
    point = next((one for one in found.checkpoints if one.code == checkpoint_code), None) if found else None
    if found is None or point is None or not point.poster_code:
        raise NotFound("checkpoint_not_found", N_("没有找到这个签到点。"))
    word = screen_code(point.id, now())
    address = url_for("checkins_poster.from_screen", poster_code=point.poster_code, screen_word=word, _external=True)
    return render_template(
        "checkins/poster_screen.html",
        activity=found.activity,
        activity_ref=activity_ref,
        point=point,
        address=address,
        qr=qr_svg(address),
    )


def _stale() -> str:
    return render_template("checkins/poster_stale.html")


def _closed() -> str:
    return render_template("checkins/poster_closed.html")


def _answer(place: _Place, poster_code: str, one: AtPoster, words: str, *, good: bool) -> str:
    return render_template(
        "checkins/poster_done.html",
        plan=place.plan,
        point=place.point,
        poster_code=poster_code,
        one=one,
        words=words,
        good=good,
    )


@blueprint.get("/office/activities/<activity_ref>/poster/<checkpoint_code>")
@requires(Permission.DEVICE_MANAGE, of="activity_ref")
def sheet(activity_ref: str, checkpoint_code: str) -> str:
    """The sheet to hang up at a checkpoint."""
    found = station(activity_id_of(activity_ref))
    point = next((one for one in found.checkpoints if one.code == checkpoint_code), None) if found else None
    if found is None or point is None or not point.poster_code:
        raise NotFound("checkpoint_not_found", N_("没有找到这个签到点。"))
    address = url_for("checkins_poster.poster", poster_code=point.poster_code, _external=True)
    return render_template(
        "checkins/poster_sheet.html",
        activity=found.activity,
        activity_ref=activity_ref,
        point=point,
        address=address,
        qr=qr_svg(address),
    )
