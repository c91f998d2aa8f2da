"""The coordinator's pages: devices of an activity, their QR, and the latest scans."""

from __future__ import annotations

import uuid

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities.queries.plans import CheckinPlan, checkin_plan
from app.activities.queries.refs import activity_id_of
from app.checkins.constants import DeviceKind, Verdict
from app.checkins.documents import qr_svg
from app.checkins.forms import DeviceForm, JoinForm
from app.checkins.queries.devices import devices_of
from app.checkins.queries.scans import latest_scans
from app.checkins.services.devices import create_join_code, issue_device, revoke_device
from app.core.permissions import Permission
from app.core.text import N_
from app.web.access import actor, requires
from app.web.texts import say

blueprint = Blueprint("checkins_office", __name__, url_prefix="/office/activities", template_folder="../templates")


def _join_form(plan: CheckinPlan) -> JoinForm:
    form = JoinForm()
    form.checkpoint.choices = [
        ("", say(N_("由志愿者自己选"))),
        *((str(point.id), point.name) for point in sorted(plan.checkpoints.values(), key=lambda one: one.position)),
    ]
    return form


@blueprint.get("/<activity_ref>/devices")
@requires(Permission.DEVICE_MANAGE, of="activity_ref")
def devices(activity_ref: str) -> str:
    """Phones and guns of this activity, and the form for a new QR."""
    activity_id = activity_id_of(activity_ref)
    plan = checkin_plan(activity_id)
    return render_template(
        "checkins/devices.html",
        plan=plan,
        activity_ref=activity_ref,
        devices=devices_of(activity_id),
        kinds={kind.value: kind.label for kind in DeviceKind},
        form=_join_form(plan),
        device_form=DeviceForm(),
    )


@blueprint.post("/<activity_ref>/devices/join")
@requires(Permission.DEVICE_MANAGE, of="activity_ref")
def new_join_code(activity_ref: str) -> str | Response:
    """Make a join code and show its QR, good for 30 minutes."""
    activity_id = activity_id_of(activity_ref)
    plan = checkin_plan(activity_id)
    form = _join_form(plan)
    if not form.validate_on_submit():
        return render_template(
            "checkins/devices.html",
            plan=plan,
            activity_ref=activity_ref,
            devices=devices_of(activity_id),
            kinds={kind.value: kind.label for kind in DeviceKind},
            form=form,
            device_form=DeviceForm(formdata=None),
        )
    checkpoint_id = uuid.UUID(form.checkpoint.data) if form.checkpoint.data else None
    code = create_join_code(
        activity_id=activity_id, checkpoint_id=checkpoint_id, uses=form.uses.data or 1, actor=actor()
    )
    address = url_for("checkins.scanner", _external=True) + f"#join={code}"
    point = plan.checkpoints.get(checkpoint_id) if checkpoint_id else None
    return render_template(
        "checkins/join.html",
        plan=plan,
        activity_ref=activity_ref,
        code=code,
        address=address,
        qr=qr_svg(address),
        point=point,
        uses=form.uses.data,
        secure=request.is_secure or current_app.config["MODE"] == "demo",
    )


@blueprint.post("/<activity_ref>/devices/issue")
@requires(Permission.DEVICE_MANAGE, of="activity_ref")
def issue(activity_ref: str) -> str | Response:
    """A token for a scan gun's laptop: opened through an address that bears it in the fragment."""
    activity_id = activity_id_of(activity_ref)
    form = DeviceForm()
    if not form.validate_on_submit():
        flash(_("请填名称。"), "error")
        return redirect(url_for("checkins_office.devices", activity_ref=activity_ref))
    issued = issue_device(activity_id=activity_id, name=form.name.data or "", actor=actor(), kind=DeviceKind.GUN)
    address = url_for("checkins.scanner", _external=True) + f"#token={issued.token}"
    return render_template(
        "checkins/issued.html",
        plan=checkin_plan(activity_id),
        activity_ref=activity_ref,
        name=issued.name,
        address=address,
    )


@blueprint.post("/<activity_ref>/devices/<uuid:device_id>/revoke")
@requires(Permission.DEVICE_MANAGE, of="activity_ref")
def revoke(activity_ref: str, device_id: uuid.UUID) -> Response:
    """Stop a device: what it sends from now on waits for the office."""
    revoke_device(activity_id=activity_id_of(activity_ref), device_id=device_id, actor=actor())
    flash(_("已停用这台设备。"), "ok")
    return redirect(url_for("checkins_office.devices", activity_ref=activity_ref))


@blueprint.get("/<activity_ref>/scans")
@requires(Permission.CHECKIN_VIEW, of="activity_ref")
def scans(activity_ref: str) -> str:
    """The latest scans, newest first; by verdict if asked."""
    activity_id = activity_id_of(activity_ref)
    asked = request.args.get("verdict", "")
    verdict = Verdict(asked) if asked in set(Verdict) else None
    return render_template(
        "checkins/scans.html",
        plan=checkin_plan(activity_id),
        activity_ref=activity_ref,
        scans=latest_scans(activity_id, verdict=verdict),
        verdict=verdict,
        verdicts=list(Verdict),
        verdict_labels={one.value: one.label for one in Verdict},
    )
