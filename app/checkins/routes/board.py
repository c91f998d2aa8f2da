"""The day's board, which renews itself, and closing the activity."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities.constants import LIVE_STATUSES
from app.checkins.documents import Bars, bars_svg
from app.checkins.queries.board import MINUTES, Board, board
from app.checkins.queries.devices import told_devices
from app.checkins.routes.desk import blueprint, plan_of
from app.checkins.rules.phones import holding
from app.checkins.services.closing import close_activity
from app.core.clock import now
from app.core.errors import DomainError
from app.core.ids import parse_uuid
from app.core.permissions import Permission
from app.web.access import actor, requires
from app.web.errors import note_refusal
from app.web.texts import say


@blueprint.get("/<activity_ref>/board")
@requires(Permission.DEVICE_MANAGE, of="activity_ref")
def day(activity_ref: str) -> str:
    """The whole page."""
    return _page("checkins/board.html", activity_ref)


@blueprint.get("/<activity_ref>/board/live")
@requires(Permission.DEVICE_MANAGE, of="activity_ref")
def day_live(activity_ref: str) -> str:
    """The part that renews itself every ten seconds, on a page of its own."""
    return _page("checkins/board_live.html", activity_ref)


def _page(template: str, activity_ref: str) -> str:
    plan = plan_of(activity_ref)
    found: Board = board(plan.activity_id, at=now())
    chart: Bars = bars_svg(found.minutes)
    return render_template(
        template,
        plan=plan,
        activity_ref=activity_ref,
        board=found,
        chart=chart,
        minutes=MINUTES,
        open=plan.status in LIVE_STATUSES,
    )


@blueprint.route("/<activity_ref>/closing", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_EDIT, of="activity_ref")
def closing(activity_ref: str) -> str | tuple[str, int] | Response:
    """Ask (GET); ask again, naming them, while phones hold scans (POST without their names); close."""
    plan, at = plan_of(activity_ref), now()
    again = False
    if request.method == "POST":
        despite = {one for text in request.form.getlist("despite") if (one := parse_uuid(text))}
        version = request.form.get("version", type=int)
        try:
            close_activity(
                activity_id=plan.activity_id,
                version=-1 if version is None else version,
                despite=despite,
                actor=actor(),
                at=at,
            )
        except DomainError as error:
            if error.code != "phones_hold_scans":
                note_refusal(error)
                if error.status not in {409, 422}:
                    raise
                flash(say(error), "error")
                return redirect(url_for("activities.overview", activity_ref=activity_ref))
            again = True
        else:
            flash(_("活动已结束。"))
            return redirect(url_for("activities.overview", activity_ref=activity_ref))
    devices = told_devices(plan.activity_id)
    page = render_template(
        "checkins/closing.html",
        plan=plan,
        activity_ref=activity_ref,
        held=holding(devices),
        silent=[one for one in devices if one.is_silent(at) and not one.holds],
        again=again,
        at=at,
    )
    return (page, 409) if again else page
