"""The office's acts on people: assigned, moved, found, put on, signed in and out."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, make_response, render_template, request
from flask_babel import gettext as _

from app.activities.routes.desk import station_or_404, tried
from app.core.clock import local
from app.core.errors import DomainError
from app.core.ids import parse_uuid
from app.core.permissions import Permission
from app.core.text import N_
from app.core.transactions import end_read
from app.volunteers.constants import ServiceState
from app.volunteers.forms import AddForm, FindForm, NamedForm
from app.volunteers.queries.candidates import find
from app.volunteers.queries.shifts import services_in, shift_of
from app.volunteers.routes.frame import AREA, ONE, blueprint, shown_name
from app.volunteers.routes.shift_page import back_to, decide_form, shift_page
from app.volunteers.services.export import note_search
from app.volunteers.services.serving import decide, move, named_person, put_on
from app.volunteers.services.signing import sign, sign_here
from app.web.access import actor, requires
from app.web.errors import note_refusal
from app.web.texts import say


@blueprint.post(f"{ONE}/decide")
@requires(Permission.SHIFT_EDIT, of="activity_ref")
def decide_people(activity_ref: str, shift_id: uuid.UUID) -> Any:
    """Assign or refuse those ticked."""
    found = station_or_404(activity_ref)
    one = shift_of(found.activity.id, shift_id)
    form = decide_form(found, one, services_in(shift_id))

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
        return back_to(found, shift_id)
    return shift_page(found, one, decision=form), 422


@blueprint.post(f"{ONE}/move")
@requires(Permission.SHIFT_EDIT, of="activity_ref")
def move_people(activity_ref: str, shift_id: uuid.UUID) -> Any:
    """Put those ticked on another shift of the activity."""
    found = station_or_404(activity_ref)
    one = shift_of(found.activity.id, shift_id)
    form = decide_form(found, one, services_in(shift_id))

    def do() -> None:
        target = parse_uuid(form.target.data or "")
        if target is None:
            raise DomainError("no_target", N_("请选换到哪个班次。"), field="target")
        moved = move(
            activity_id=found.activity.id,
            shift_id=shift_id,
            to_shift_id=target,
            service_ids=form.chosen,
            actor=actor(),
        )
        flash(_("已换班 %(n)s 人，对方会收到通知。", n=moved))

    if form.validate() and tried(do, form):
        return back_to(found, shift_id)
    return shift_page(found, one, decision=form), 422


# --------------------------------------------------------------------------- putting on


@blueprint.post(f"{ONE}/add")
@requires(Permission.SHIFT_EDIT, of="activity_ref")
def add_person(activity_ref: str, shift_id: uuid.UUID) -> Any:
    """Put somebody on the shift by their code."""
    found, form = station_or_404(activity_ref), AddForm(prefix="add")
    one = shift_of(found.activity.id, shift_id)

    def do() -> None:
        put_on(
            activity_id=found.activity.id,
            shift_id=shift_id,
            named=form.named.data or "",
            guardian=bool(form.guardian.data),
            actor=actor(),
        )

    if form.validate() and tried(do, form):
        flash(_("已加到班次。"))
        return back_to(found, shift_id)
    return shift_page(found, one, adding=form), 422


@blueprint.post(f"{ONE}/find")
@requires(Permission.SHIFT_EDIT, of="activity_ref")
def find_person(activity_ref: str, shift_id: uuid.UUID) -> Any:
    """Look for somebody by name. Sent, not in the address: names stand in no log."""
    found, form = station_or_404(activity_ref), FindForm(prefix="find")
    one = shift_of(found.activity.id, shift_id)
    if form.validate() and not form.words.data:
        form.refuse(DomainError("words_missing", N_("请填姓名。"), field="words"))
    if form.errors:
        return shift_page(found, one, finding=form), 422
    rows = find(found.activity.id, form.words.data or "")
    end_read()
    note_search(activity_id=found.activity.id, found=len(rows), actor=actor())
    return shift_page(found, shift_of(found.activity.id, shift_id), finding=form, candidates=rows)


@blueprint.post(f"{ONE}/add-found")
@requires(Permission.SHIFT_EDIT, of="activity_ref")
def add_found(activity_ref: str, shift_id: uuid.UUID) -> Any:
    """Put somebody on the shift who was found by name."""
    found, form = station_or_404(activity_ref), FindForm(prefix="find")
    one = shift_of(found.activity.id, shift_id)
    person_id = parse_uuid(form.person.data or "")
    rows = find(found.activity.id, form.words.data or "")

    def do() -> None:
        if person_id is None:
            raise DomainError("nobody_chosen", N_("请先选人。"), field="words")
        put_on(
            activity_id=found.activity.id,
            shift_id=shift_id,
            person_id=person_id,
            guardian=bool(form.guardian.data),
            actor=actor(),
        )

    if form.validate() and tried(do, form):
        flash(_("已加到班次，对方会收到通知。"))
        return back_to(found, shift_id)
    return shift_page(found, one, finding=form, candidates=rows), 422


# --------------------------------------------------------------------------- in and out


@blueprint.post(f"{ONE}/sign")
@requires(Permission.SHIFT_EDIT, of="activity_ref")
def sign_person(activity_ref: str, shift_id: uuid.UUID) -> Any:
    """Sign somebody in or out by their code."""
    found, form = station_or_404(activity_ref), NamedForm(prefix="sign")
    one = shift_of(found.activity.id, shift_id)

    def do() -> None:
        person_id = named_person(found.activity.id, form.named.data or "")
        signed = sign(activity_id=found.activity.id, shift_id=shift_id, person_id=person_id, actor=actor())
        flash(say(N_("已签退。")) if signed.out else say(N_("已签到。")))

    if form.validate() and tried(do, form):
        return back_to(found, shift_id)
    return shift_page(found, one, signing=form), 422


@blueprint.route(f"{AREA}/camera", methods=["GET", "POST"])
@requires(Permission.SHIFT_EDIT, of="activity_ref")
def camera(activity_ref: str) -> Any:
    """Codes read by the camera, one after the other, each for that shift of the person whose turn it is.

    The script sends what it has read as the form does, and takes the verdict from the page that answers.
    """
    found, form = station_or_404(activity_ref), NamedForm(prefix="sign")
    verdict: dict[str, Any] | None = None
    if request.method == "POST":
        verdict = _verdict(found.activity.id, form)
    body = render_template(
        "volunteers/camera.html",
        station=found,
        activity=found.activity,
        tab="volunteers.shifts",
        form=form if verdict and verdict["tone"] != "accepted" else NamedForm(formdata=None, prefix="sign"),
        verdict=verdict,
    )
    response = make_response(body, 200 if verdict is None or verdict["tone"] == "accepted" else 422)
    response.headers["Cache-Control"] = "private, no-store"
    return response


REPEATS = frozenset({"just_signed", "signed_out"})
"""Refusals that are no reason to send anybody away."""


def _verdict(activity_id: uuid.UUID, form: NamedForm) -> dict[str, Any]:
    """What the screen says of a code: `tone`, `word`, and lines with name, post and time."""
    try:
        signed = sign_here(activity_id=activity_id, named=form.named.data or "", actor=actor())
    except DomainError as error:
        note_refusal(error)
        end_read()
        tone = "repeat" if error.code in REPEATS else "refused"
        word = _("已签过") if tone == "repeat" else _("没签上")
        return {"tone": tone, "word": word, "line": None, "text": say(error)}
    line = next(line for line in services_in(signed.shift_id) if line.service.id == signed.service_id)
    return {
        "tone": "accepted",
        "word": _("已签退") if signed.out else _("已签到"),
        "line": line,
        "name": shown_name(line),
        "shift": shift_of(activity_id, signed.shift_id),
        "at": local(signed.at),
        "minutes": signed.minutes,
        "text": "",
    }
