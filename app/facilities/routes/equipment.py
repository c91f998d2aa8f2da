"""The office's pages of equipment: applications, sets, hand-over, reports, labels to print."""

from __future__ import annotations

import uuid
from contextlib import closing
from typing import Any

from flask import Response as Bytes
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities.routes.desk import tried
from app.checkins.documents import qr_svg
from app.core.clock import today
from app.core.errors import NotFound
from app.core.ids import parse_uuid
from app.core.permissions import Permission
from app.core.text import N_, mask_phone
from app.facilities.constants import GrantState, ReportKind, ReportState
from app.facilities.documents import kept_photo, kept_signature
from app.facilities.forms.equipment import GrantForm, HandOverForm, RoundForm, SettleForm, StepForm
from app.facilities.queries.equipment import (
    ReportLine,
    equipment_set,
    grant,
    grants,
    handed_sets,
    last_inspected,
    reports,
    sets_of,
    town_name,
)
from app.facilities.routes.frame import blueprint, town_choices
from app.facilities.rules.equipment import REPORT_STEPS, STEPS
from app.facilities.services.equipment import (
    apply_for_sets,
    distribute,
    report_set,
    settle_report,
    show_phone,
    step_grant,
)
from app.web.access import actor, requires

AREA = "/office/equipment"
SET = f"{AREA}/sets/<uuid:set_id>"


@blueprint.route(AREA, methods=["GET", "POST"], endpoint="grants")
@requires(Permission.FACILITY_VIEW)
def grants_page() -> str:
    """Applications, and what was reported of sets and waits."""
    return render_template(
        "facilities/grants.html", grants=grants(), waiting=reports(waiting=True), form=GrantForm(formdata=None)
    )


@blueprint.post(f"{AREA}/new")
@requires(Permission.FACILITY_EDIT)
def create_grant() -> Any:
    """Write down an application."""
    form = GrantForm()
    if form.validate() and tried(
        lambda: apply_for_sets(
            name=form.name.data or "",
            sets=form.sets.data,
            applied_on=form.applied_on.data,
            note=form.note.data or "",
            actor=actor(),
        ),
        form,
    ):
        flash(_("已记下申请。"))
        return redirect(url_for("facilities.grants"))
    page = render_template("facilities/grants.html", grants=grants(), waiting=reports(waiting=True), form=form)
    return page, 422


@blueprint.route(f"{AREA}/<uuid:application_id>", methods=["GET", "POST"])
@requires(Permission.FACILITY_VIEW)
def show_grant(application_id: uuid.UUID) -> Any:
    """One application: its sets and the next step."""
    return _grant_page(application_id, None)


@blueprint.post(f"{AREA}/<uuid:application_id>/step")
@requires(Permission.FACILITY_EDIT)
def take_grant_step(application_id: uuid.UUID) -> Any:
    """Note the bureau's answer, or the arrival."""
    found = grant(application_id)
    form = StepForm(steps=STEPS[GrantState(found.state)])
    if form.validate() and tried(
        lambda: step_grant(
            grant_id=application_id,
            to=GrantState(form.to.data),
            on=form.on.data,
            version=form.seen_version,
            actor=actor(),
        ),
        form,
    ):
        flash(_("已记下。"))
        return redirect(url_for("facilities.show_grant", application_id=application_id))
    return _grant_page(application_id, form), 422


def _grant_page(application_id: uuid.UUID, form: StepForm | None) -> str:
    found = grant(application_id)
    steps = STEPS[GrantState(found.state)]
    form = form or StepForm(formdata=None, steps=steps, data={"on": today()})
    form.use_version(found.version)
    return render_template(
        "facilities/grant.html",
        grant=found,
        state=GrantState(found.state),
        sets=sets_of(application_id),
        form=form if steps else None,
    )


@blueprint.get(f"{AREA}/<uuid:application_id>/labels")
@requires(Permission.FACILITY_VIEW)
def labels(application_id: uuid.UUID) -> str:
    """A sheet of QR codes, one to stick on each set."""
    found = grant(application_id)
    sets = [
        (one, qr_svg(url_for("facilities.public_set", code=one.code, _external=True)))
        for one in sets_of(application_id)
    ]
    return render_template("facilities/labels.html", grant=found, sets=sets)


@blueprint.get(f"{AREA}/<uuid:application_id>/receipts")
@requires(Permission.FACILITY_VIEW)
def receipts(application_id: uuid.UUID) -> str:
    """The list of who has received which set, with the signatures, to print and file."""
    found = grant(application_id)
    return render_template("facilities/receipts.html", grant=found, sets=handed_sets(application_id))


@blueprint.get(SET)
@requires(Permission.FACILITY_VIEW)
def show_set(set_id: uuid.UUID) -> str:
    """One set: where it stands, who has signed, what was reported."""
    return _set_page(set_id)


@blueprint.post(f"{SET}/hand-over")
@requires(Permission.FACILITY_EDIT)
def hand_over(set_id: uuid.UUID) -> Any:
    """Hand a set over to a village."""
    equipment_set(set_id)
    form = HandOverForm(prefix="to", towns=town_choices())

    def keep() -> None:
        photo = None
        if form.photo.data and form.photo.data.filename:
            with closing(form.photo.data) as file:
                photo = kept_photo(file.read())
        distribute(
            set_id=set_id,
            town_id=parse_uuid(form.town.data),
            village=form.village.data or "",
            receiver=form.receiver.data or "",
            on=form.on.data,
            photo=photo,
            signature=kept_signature(form.signature.data or ""),
            version=form.seen_version,
            actor=actor(),
        )

    if form.validate() and tried(keep, form):
        flash(_("已记下发放。"))
        return redirect(url_for("facilities.show_set", set_id=set_id))
    if form.signature.errors:  # what could not be read is not sent again
        form.signature.data = ""
    return _set_page(set_id, to=form), 422


@blueprint.post(f"{SET}/round")
@requires(Permission.FACILITY_EDIT)
def write_round(set_id: uuid.UUID) -> Any:
    """Write down what a round has found."""
    equipment_set(set_id)
    form = RoundForm(prefix="round")
    if form.validate() and tried(
        lambda: report_set(
            set_id=set_id,
            kind=ReportKind.INSPECTION,
            text=form.text.data or "",
            fine=bool(form.fine.data),
            actor=actor(),
        ),
        form,
    ):
        flash(_("已记下巡查。"))
        return redirect(url_for("facilities.show_set", set_id=set_id))
    return _set_page(set_id, round_=form), 422


@blueprint.post(f"{SET}/reports/<uuid:report_id>")
@requires(Permission.FACILITY_EDIT)
def settle(set_id: uuid.UUID, report_id: uuid.UUID) -> Any:
    """Say what becomes of a report."""
    line = next((one for one in reports(set_id=set_id) if one.report.id == report_id), None)
    if line is None:
        raise NotFound("report_not_found", N_("没有找到这条报修。"))
    form = SettleForm(prefix=f"r{report_id.hex}", steps=REPORT_STEPS[line.state])
    if form.validate() and tried(
        lambda: settle_report(
            report_id=report_id, to=ReportState(form.to.data), answer=form.answer.data or "", actor=actor()
        ),
        form,
    ):
        flash(_("已记下处理。"))
        return redirect(url_for("facilities.show_set", set_id=set_id))
    return _set_page(set_id, settled=(report_id, form)), 422


@blueprint.post(f"{SET}/reports/<uuid:report_id>/phone")
@requires(Permission.FACILITY_EDIT)
def report_phone(set_id: uuid.UUID, report_id: uuid.UUID) -> Bytes:
    """The same page with the number of whoever has reported, once: masked by default, each look is in the trail."""
    equipment_set(set_id)
    phone = show_phone(report_id=report_id, set_id=set_id, actor=actor())
    return Bytes(_set_page(set_id, phone=(report_id, phone)), headers={"Cache-Control": "no-store"})


@blueprint.get(f"{SET}/photo.jpg")
@requires(Permission.FACILITY_VIEW)
def set_photo(set_id: uuid.UUID) -> Response:
    """The photo of a set where it stands."""
    found = equipment_set(set_id)
    if found.photo is None:
        raise NotFound("photo_not_found", N_("没有照片。"))
    return Bytes(found.photo, mimetype="image/jpeg", headers={"Cache-Control": "private, no-store"})


@blueprint.get(f"{SET}/signature.png")
@requires(Permission.FACILITY_VIEW)
def set_signature(set_id: uuid.UUID) -> Response:
    """What the receiver of a set has drawn."""
    found = equipment_set(set_id)
    if found.signature is None:
        raise NotFound("signature_not_found", N_("没有签名。"))
    return Bytes(found.signature, mimetype="image/png", headers={"Cache-Control": "private, no-store"})


def _set_page(
    set_id: uuid.UUID,
    *,
    to: HandOverForm | None = None,
    round_: RoundForm | None = None,
    settled: tuple[uuid.UUID, SettleForm] | None = None,
    phone: tuple[uuid.UUID, str] | None = None,
) -> str:
    """`settled`: a report's form that was refused; `phone`: the number that is shown in full."""
    found = equipment_set(set_id)
    if to is None:
        to = HandOverForm(formdata=None, prefix="to", towns=town_choices(), obj=found)
        to.signature.data = ""
        to.town.data, to.on.data = str(found.town_id or ""), found.distributed_on or today()
    if not to.version.data or to.conflicts:
        to.use_version(found.version)
    return render_template(
        "facilities/set.html",
        set=found,
        grant=grant(found.grant_id),
        town=town_name(found.town_id),
        to=to,
        round=round_ or RoundForm(formdata=None, prefix="round"),
        reports=[(one, _settle_form(one, settled)) for one in reports(set_id=set_id)],
        phone=phone,
        mask=mask_phone,
        inspected_at=last_inspected(set_id),
    )


def _settle_form(line: ReportLine, settled: tuple[uuid.UUID, SettleForm] | None) -> SettleForm:
    if settled is not None and settled[0] == line.report.id:
        return settled[1]
    return SettleForm(formdata=None, prefix=f"r{line.report.id.hex}", steps=REPORT_STEPS[line.state])
