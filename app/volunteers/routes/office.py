"""The office's pages of an activity's volunteers."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities.queries import Station
from app.activities.routes.desk import done, station_or_404, tried
from app.checkins.documents import qr_svg
from app.core.clock import now
from app.core.ids import parse_uuid, uuid7
from app.core.permissions import Permission
from app.core.text import N_
from app.volunteers.constants import POSTS
from app.volunteers.forms import CorrectForm, ShiftForm, TellForm
from app.volunteers.queries.shifts import line_of, services_in, shift_of, shifts_of
from app.volunteers.routes.frame import AREA, ONE, blueprint, shown_name
from app.volunteers.routes.shift_page import back_to, shift_page
from app.volunteers.rules.shifts import OF_AGE
from app.volunteers.services.shifts import cancel_shift, save_shift, set_offers
from app.volunteers.services.signing import close_shift, correct
from app.volunteers.services.telling import tell_volunteers
from app.web.access import actor, requires


@blueprint.get(AREA)
@requires(Permission.SHIFT_EDIT, of="activity_ref")
def shifts(activity_ref: str) -> str:
    """Every shift, a form for one more, a form to tell everybody."""
    return _list_page(station_or_404(activity_ref))


@blueprint.post(AREA)
@requires(Permission.SHIFT_EDIT, of="activity_ref")
def create_shift(activity_ref: str) -> Any:
    """Add a shift."""
    found, form = station_or_404(activity_ref), ShiftForm(prefix="shift")
    if form.validate() and tried(
        lambda: save_shift(activity_id=found.activity.id, shift_id=None, draft=form.draft, actor=actor()), form
    ):
        flash(_("已加班次。"))
        return redirect(url_for("volunteers.shifts", activity_ref=found.activity.code))
    return _list_page(found, form=form), 422


@blueprint.post(f"{AREA}/tell")
@requires(Permission.SHIFT_EDIT, of="activity_ref")
def tell(activity_ref: str) -> Any:
    """Tell everybody who is on a shift."""
    found, form = station_or_404(activity_ref), TellForm(prefix="tell")

    def send() -> None:
        people = tell_volunteers(
            activity_id=found.activity.id,
            text=form.text.data or "",
            token=parse_uuid(form.token.data or "") or uuid7(),
            actor=actor(),
            at=now(),
        )
        flash(_("已通知 %(n)s 名志愿者。", n=people))

    if form.validate() and tried(send, form):
        return redirect(url_for("volunteers.shifts", activity_ref=found.activity.code))
    return _list_page(found, telling=form), 422


def _list_page(found: Station, *, form: ShiftForm | None = None, telling: TellForm | None = None) -> str:
    activity = found.activity
    usual = {"starts_at": activity.gate_opens_at, "ends_at": activity.ends_at, "min_age": OF_AGE}
    lines = shifts_of(activity.id)
    return render_template(
        "volunteers/shifts.html",
        station=found,
        activity=activity,
        tab="volunteers.shifts",
        lines=lines,
        posts=POSTS,
        assigned=sum(line.assigned for line in lines if line.shift.cancelled_at is None),
        form=form or ShiftForm(formdata=None, prefix="shift", data=usual),
        telling=telling or TellForm(formdata=None, prefix="tell", data={"token": str(uuid7())}),
    )


# --------------------------------------------------------------------------- one shift


@blueprint.get(ONE)
@requires(Permission.SHIFT_EDIT, of="activity_ref")
def shift(activity_ref: str, shift_id: uuid.UUID) -> str:
    """Who serves in a shift, signing them in and out, its facts."""
    found = station_or_404(activity_ref)
    return shift_page(found, shift_of(found.activity.id, shift_id))


@blueprint.post(ONE)
@requires(Permission.SHIFT_EDIT, of="activity_ref")
def change_shift(activity_ref: str, shift_id: uuid.UUID) -> Any:
    """Change its facts."""
    found, form = station_or_404(activity_ref), ShiftForm(prefix="shift")
    one = shift_of(found.activity.id, shift_id)
    if form.validate() and tried(
        lambda: save_shift(
            activity_id=found.activity.id,
            shift_id=shift_id,
            draft=form.draft,
            version=form.seen_version,
            actor=actor(),
        ),
        form,
    ):
        flash(_("已保存。"))
        return back_to(found, shift_id)
    return shift_page(found, one, facts=form), 422


@blueprint.post(f"{ONE}/offers")
@requires(Permission.SHIFT_EDIT, of="activity_ref")
def offers(activity_ref: str, shift_id: uuid.UUID) -> Response:
    """Take no more offers, or take them again."""
    found = station_or_404(activity_ref)
    shift_of(found.activity.id, shift_id)
    taken = request.form.get("taken") == "yes"
    done(
        lambda: set_offers(activity_id=found.activity.id, shift_id=shift_id, taken=taken, actor=actor()),
        N_("又开始招人了。") if taken else N_("已停止招人，已报名的还在名单里。"),
    )
    return back_to(found, shift_id)


@blueprint.post(f"{ONE}/close")
@requires(Permission.SHIFT_EDIT, of="activity_ref")
def close(activity_ref: str, shift_id: uuid.UUID) -> Response:
    """Whoever did not sign out served to the end."""
    found = station_or_404(activity_ref)
    shift_of(found.activity.id, shift_id)
    done(
        lambda: close_shift(activity_id=found.activity.id, shift_id=shift_id, actor=actor()),
        N_("已结班，没签退的按班次结束算。"),
    )
    return back_to(found, shift_id)


@blueprint.route(f"{ONE}/cancel", methods=["GET", "POST"])
@requires(Permission.SHIFT_EDIT, of="activity_ref")
def cancel(activity_ref: str, shift_id: uuid.UUID) -> Any:
    """Call the shift off, after a second look."""
    found = station_or_404(activity_ref)
    one = shift_of(found.activity.id, shift_id)
    if request.method == "POST":
        done(
            lambda: cancel_shift(activity_id=found.activity.id, shift_id=shift_id, actor=actor()),
            N_("已取消班次，志愿者会收到通知。"),
        )
        return back_to(found, shift_id)
    return render_template(
        "volunteers/cancel.html",
        station=found,
        activity=found.activity,
        tab="volunteers.shifts",
        line=line_of(one),
        shift=one,
    )


@blueprint.route(f"{ONE}/people/<uuid:service_id>", methods=["GET", "POST"])
@requires(Permission.SHIFT_EDIT, of="activity_ref")
def correct_minutes(activity_ref: str, shift_id: uuid.UUID, service_id: uuid.UUID) -> Any:
    """Settle the minutes of one of them, with a reason."""
    found = station_or_404(activity_ref)
    one = shift_of(found.activity.id, shift_id)
    line = next((line for line in services_in(shift_id) if line.service.id == service_id), None)
    if line is None:
        return back_to(found, shift_id)
    form = CorrectForm(data={"minutes": line.service.minutes})
    if form.validate_on_submit() and tried(
        lambda: correct(
            activity_id=found.activity.id,
            shift_id=shift_id,
            service_id=service_id,
            minutes=form.minutes.data,
            reason=form.reason.data or "",
            actor=actor(),
        ),
        form,
    ):
        flash(_("已更正时长。"))
        return back_to(found, shift_id)
    page = render_template(
        "volunteers/correct.html",
        station=found,
        activity=found.activity,
        tab="volunteers.shifts",
        shift=one,
        line=line,
        name=shown_name(line),
        form=form,
    )
    return (page, 422) if form.errors else page


@blueprint.get(f"{ONE}/poster")
@requires(Permission.SHIFT_EDIT, of="activity_ref")
def poster(activity_ref: str, shift_id: uuid.UUID) -> str:
    """The sheet to hang up: volunteers sign in and out with their own phones."""
    found = station_or_404(activity_ref)
    one = shift_of(found.activity.id, shift_id)
    address = url_for("volunteers.own_sign", shift_code=one.code, _external=True)
    return render_template(
        "volunteers/poster.html",
        station=found,
        activity=found.activity,
        tab="volunteers.shifts",
        shift=one,
        qr=qr_svg(address),
        address=address,
    )
