"""The coordinator's pages about devices: their QR, what each last said, quarantine; and the latest scans."""

from __future__ import annotations

import uuid

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.queries import names_of
from app.activities.queries.plans import CheckinPlan, checkin_plan
from app.activities.queries.refs import activity_id_of
from app.checkins.constants import RELEASED, DeviceKind, ScanKind, Verdict
from app.checkins.documents import qr_svg
from app.checkins.forms import DeviceForm, JoinForm
from app.checkins.queries.devices import device_row, devices_of, joined_by
from app.checkins.queries.quarantine import SHOWN, quarantined_of
from app.checkins.queries.scans import latest_scans
from app.checkins.routes.desk import blueprint, plan_of, tried
from app.checkins.rules.phones import DeviceRow
from app.checkins.services.devices import create_join_code, issue_device, rename_device, revoke_device
from app.checkins.services.quarantine import decide, decide_all
from app.core.clock import from_micros, now
from app.core.errors import NotFound
from app.core.ids import parse_uuid
from app.core.permissions import Permission
from app.core.text import N_
from app.web.access import actor, requires
from app.web.texts import say


def _join_form(plan: CheckinPlan) -> JoinForm:
    form = JoinForm()
    form.checkpoint.choices = [
        ("", say(N_("由志愿者自己选"))),
        *((str(point.id), point.name) for point in sorted(plan.checkpoints.values(), key=lambda one: one.position)),
    ]
    return form


def _devices_page(activity_ref: str, plan: CheckinPlan, form: JoinForm, device_form: DeviceForm) -> str:
    at = now()
    return render_template(
        "checkins/devices.html",
        plan=plan,
        activity_ref=activity_ref,
        devices=devices_of(plan.activity_id, at=at),
        at=at,
        kinds={kind.value: kind.label for kind in DeviceKind},
        form=form,
        device_form=device_form,
    )


@blueprint.get("/<activity_ref>/devices")
@requires(Permission.DEVICE_MANAGE, of="activity_ref")
def devices(activity_ref: str) -> str:
    """Phones and guns of this activity, and the form for a new QR."""
    plan = plan_of(activity_ref)
    return _devices_page(activity_ref, plan, _join_form(plan), DeviceForm())


@blueprint.post("/<activity_ref>/devices/join")
@requires(Permission.DEVICE_MANAGE, of="activity_ref")
def new_join_code(activity_ref: str) -> str | Response:
    """Make a join code and show its QR, good for 30 minutes."""
    plan = plan_of(activity_ref)
    form = _join_form(plan)
    if not form.validate_on_submit():
        return _devices_page(activity_ref, plan, form, DeviceForm(formdata=None))
    checkpoint_id = uuid.UUID(form.checkpoint.data) if form.checkpoint.data else None
    code = create_join_code(
        activity_id=plan.activity_id, checkpoint_id=checkpoint_id, uses=form.uses.data or 1, actor=actor()
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


def _one(plan: CheckinPlan, device_id: uuid.UUID) -> DeviceRow:
    found = device_row(plan.activity_id, device_id)
    if found is None:
        raise NotFound("device_not_found", N_("没有找到这台设备。"))
    return found


@blueprint.get("/<activity_ref>/devices/<uuid:device_id>")
@requires(Permission.DEVICE_MANAGE, of="activity_ref")
def device(activity_ref: str, device_id: uuid.UUID) -> str:
    """What one device last said, what waits of it, its name."""
    plan, at = plan_of(activity_ref), now()
    found = _one(plan, device_id)
    counted = next((one for one in devices_of(plan.activity_id, at=at) if one.id == device_id), found)
    maker = found.account_id or (joined_by(found.join_id) if found.join_id else None)
    return render_template(
        "checkins/device.html",
        plan=plan,
        activity_ref=activity_ref,
        device=counted,
        at=at,
        kind=DeviceKind(found.kind).label,
        maker=names_of([maker]).get(maker, "") if maker else "",
        list_of=from_micros(found.bundle * 1_000_000) if found.bundle else None,
        held=quarantined_of(plan.activity_id, device_id),
        shown=SHOWN,
        verdict_labels={one.value: one.label for one in Verdict},
        kind_labels={
            ScanKind.PASS.value: N_("二维码"),
            ScanKind.CODE.value: N_("短码"),
            ScanKind.BIB.value: N_("号码"),
            ScanKind.REGISTRATION.value: N_("点名"),
            ScanKind.UNDO.value: N_("撤销"),
        },
        form=DeviceForm(formdata=None, name=found.name),
    )


@blueprint.post("/<activity_ref>/devices/<uuid:device_id>/name")
@requires(Permission.DEVICE_MANAGE, of="activity_ref")
def rename(activity_ref: str, device_id: uuid.UUID) -> Response:
    """Call it by another name."""
    plan, name = plan_of(activity_ref), request.form.get("name", "")
    _one(plan, device_id)
    tried(
        lambda: rename_device(activity_id=plan.activity_id, device_id=device_id, name=name, actor=actor()),
        N_("已改名。"),
    )
    return redirect(url_for("checkins_office.device", activity_ref=activity_ref, device_id=device_id))


@blueprint.route("/<activity_ref>/devices/<uuid:device_id>/revoke", methods=["GET", "POST"])
@requires(Permission.DEVICE_MANAGE, of="activity_ref")
def revoke(activity_ref: str, device_id: uuid.UUID) -> str | Response:
    """Ask once more (GET); stop a device (POST): what it sends from now on waits for the office."""
    plan = plan_of(activity_ref)
    if request.method == "GET":
        return render_template(
            "checkins/revoke.html", plan=plan, activity_ref=activity_ref, device=_one(plan, device_id)
        )
    revoke_device(activity_id=plan.activity_id, device_id=device_id, actor=actor())
    flash(_("已停用这台设备。"), "ok")
    return redirect(url_for("checkins_office.devices", activity_ref=activity_ref))


@blueprint.post("/<activity_ref>/devices/<uuid:device_id>/quarantine")
@requires(Permission.CHECKIN_EDIT, of="activity_ref")
def quarantine(activity_ref: str, device_id: uuid.UUID) -> Response:
    """Let one scan of a revoked device count, or all of them; or keep them refused."""
    plan = plan_of(activity_ref)
    _one(plan, device_id)
    activity_id = plan.activity_id
    decision, named = request.form.get("decision", ""), request.form.get("scan", "")
    scan_id = parse_uuid(named) if named else None

    def word() -> int:
        if named and scan_id is None:
            raise NotFound("scan_not_found", N_("没有找到这条记录。"))
        if scan_id is not None:
            return decide(activity_id=activity_id, scan_ids=[scan_id], decision=decision, actor=actor())
        return decide_all(activity_id=activity_id, device_id=device_id, decision=decision, actor=actor())

    tried(word, N_("已放行，按平常的规则计入。") if decision == RELEASED else N_("已记下，不计入。"))
    return redirect(url_for("checkins_office.device", activity_ref=activity_ref, device_id=device_id))


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
