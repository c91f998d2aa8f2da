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
from app.core.text import N_, mask_phone
from app.volunteers.constants import POSTS, ServiceState
from app.volunteers.forms import CorrectForm, DecideForm, NamedForm, ShiftForm, TellForm
from app.volunteers.models import Shift
from app.volunteers.queries.shifts import line_of, services_in, shift_of, shifts_of
from app.volunteers.routes.frame import blueprint, shown_name
from app.volunteers.rules.shifts import OF_AGE
from app.volunteers.services.serving import close_shift, correct, decide, named_person, put_on, sign
from app.volunteers.services.shifts import cancel_shift, save_shift
from app.volunteers.services.telling import tell_volunteers
from app.web.access import actor, requires
from app.web.texts import say

AREA = "/office/activities/<activity_ref>/volunteers"
ONE = f"{AREA}/<uuid:shift_id>"


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


def _back(found: Station, shift_id: uuid.UUID) -> Response:
    return redirect(url_for("volunteers.shift", activity_ref=found.activity.code, shift_id=shift_id))


@blueprint.get(ONE)
@requires(Permission.SHIFT_EDIT, of="activity_ref")
def shift(activity_ref: str, shift_id: uuid.UUID) -> str:
    """Who serves in a shift, signing them in and out, its facts."""
    found = station_or_404(activity_ref)
    return _page(found, shift_of(found.activity.id, shift_id))


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
        return _back(found, shift_id)
    return _page(found, one, facts=form), 422


@blueprint.post(f"{ONE}/decide")
@requires(Permission.SHIFT_EDIT, of="activity_ref")
def decide_people(activity_ref: str, shift_id: uuid.UUID) -> Any:
    """Assign or refuse those ticked."""
    found = station_or_404(activity_ref)
    one = shift_of(found.activity.id, shift_id)
    form = DecideForm(prefix="decide", ids=[str(line.service.id) for line in services_in(shift_id)])

    def do() -> None:
        changed = decide(
            activity_id=found.activity.id,
            shift_id=shift_id,
            service_ids=form.chosen,
            to=ServiceState(form.to.data),
            reason=form.reason.data or "",
            actor=actor(),
        )
        flash(_("已改 %(n)s 人。", n=changed))

    if form.validate() and tried(do, form):
        return _back(found, shift_id)
    return _page(found, one, decision=form), 422


@blueprint.post(f"{ONE}/add")
@requires(Permission.SHIFT_EDIT, of="activity_ref")
def add_person(activity_ref: str, shift_id: uuid.UUID) -> Any:
    """Put somebody on the shift by their code."""
    found, form = station_or_404(activity_ref), NamedForm(prefix="add")
    one = shift_of(found.activity.id, shift_id)
    if form.validate() and tried(
        lambda: put_on(activity_id=found.activity.id, shift_id=shift_id, named=form.named.data or "", actor=actor()),
        form,
    ):
        flash(_("已加到班次。"))
        return _back(found, shift_id)
    return _page(found, one, adding=form), 422


@blueprint.post(f"{ONE}/sign")
@requires(Permission.SHIFT_EDIT, of="activity_ref")
def sign_person(activity_ref: str, shift_id: uuid.UUID) -> Any:
    """Sign somebody in or out by their code."""
    found, form = station_or_404(activity_ref), NamedForm(prefix="sign")
    one = shift_of(found.activity.id, shift_id)

    def do() -> None:
        person_id = named_person(found.activity.id, form.named.data or "")
        service = sign(activity_id=found.activity.id, shift_id=shift_id, person_id=person_id, actor=actor())
        flash(say(N_("已签退。")) if service.out_at is not None else say(N_("已签到。")))

    if form.validate() and tried(do, form):
        return _back(found, shift_id)
    return _page(found, one, signing=form), 422


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
    return _back(found, shift_id)


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
        return _back(found, shift_id)
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
        return _back(found, shift_id)
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
        return _back(found, shift_id)
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


def _page(found: Station, one: Shift, **forms: Any) -> str:
    people = services_in(one.id)
    facts = forms.get("facts") or ShiftForm(formdata=None, prefix="shift", obj=one)
    if not facts.version.data or facts.conflicts:
        facts.use_version(one.version)
    ids = [str(line.service.id) for line in people]
    return render_template(
        "volunteers/shift.html",
        station=found,
        activity=found.activity,
        tab="volunteers.shifts",
        line=line_of(one),
        shift=one,
        people=people,
        shown=shown_name,
        mask=mask_phone,
        posts=POSTS,
        over=one.ends_at <= now(),
        facts=facts,
        decision=forms.get("decision")
        or DecideForm(formdata=None, prefix="decide", ids=ids, data={"to": ServiceState.ASSIGNED.value}),
        adding=forms.get("adding") or NamedForm(formdata=None, prefix="add"),
        signing=forms.get("signing") or NamedForm(formdata=None, prefix="sign"),
    )
