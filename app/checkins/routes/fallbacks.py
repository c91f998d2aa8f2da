"""Paper: the list to tick and its quick entry. Files: what a phone exported."""

from __future__ import annotations

import io
import uuid
from datetime import datetime, time
from pathlib import Path

from flask import current_app, flash, render_template, request, send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities.queries.plans import CheckinPlan, CheckpointFacts
from app.checkins.constants import Verdict
from app.checkins.documents import PaperPart, paper_list_pdf
from app.checkins.queries.paper import bearers, paper_rows
from app.checkins.routes.desk import blueprint, plan_of
from app.checkins.rules.paper import MOST, Typed, read_bibs
from app.checkins.rules.queue_file import MOST_BYTES, read_queue_file
from app.checkins.services.fallbacks import FileReport, enter_paper, import_queue
from app.core.clock import OFFICE_ZONE, local, now
from app.core.errors import Busy, DomainError
from app.core.permissions import Permission
from app.core.text import N_
from app.core.transactions import end_read
from app.registrations.constants import RegistrationState
from app.registrations.services.disclosure import note_export
from app.web.access import actor, requires
from app.web.errors import note_refusal
from app.web.texts import say

FONTS = "frontend/node_modules/@expo-google-fonts/noto-sans-sc"
SHOWN = 200


def _points(plan: CheckinPlan) -> list[CheckpointFacts]:
    return sorted(plan.checkpoints.values(), key=lambda one: one.position)


@blueprint.get("/<activity_ref>/fallbacks")
@requires(Permission.CHECKIN_EDIT, of="activity_ref")
def fallbacks(activity_ref: str) -> str:
    """The three ways, and what each is for."""
    return _page(activity_ref, plan_of(activity_ref))


def _page(activity_ref: str, plan: CheckinPlan, **more: object) -> str:
    facts: dict[str, object] = {"typed": "", "chosen": "", "clock": "", "rows": None, "error": "", "report": None}
    return render_template(
        "checkins/fallbacks.html",
        plan=plan,
        activity_ref=activity_ref,
        points=_points(plan),
        most=MOST,
        verdict_labels={one.value: one.label for one in Verdict},
        shown=SHOWN,
        **(facts | more),
    )


@blueprint.get("/<activity_ref>/paper.pdf")
@requires(Permission.CHECKIN_EDIT, of="activity_ref")
def paper(activity_ref: str) -> Response:
    """The list to tick: by bib and by pinyin, a box for each checkpoint. Its making stands in the trail."""
    plan = plan_of(activity_ref)
    rows = [(one.bib, one.name, one.initials, one.category) for one in paper_rows(plan.activity_id)]
    end_read()
    parts = [
        PaperPart(_("按号码"), rows),
        PaperPart(_("按拼音"), sorted(rows, key=lambda row: (row[2], row[1], row[0]))),
    ]
    try:
        data = paper_list_pdf(
            parts,
            points=[one.name for one in _points(plan)],
            heads=[_("号码"), _("姓名"), _("拼音"), _("组别")],
            title=f"{plan.name} {_('纸质签到表')}",
            fonts=Path(current_app.root_path).parent / FONTS,
            printed_at=now(),
        )
    except FileNotFoundError as error:
        raise Busy("fonts_missing", N_("服务器缺少打印用的字体，请联系办公室。"), retry_after=3600) from error
    note_export(activity_id=plan.activity_id, what="paper_list", form="pdf", rows=len(rows), actor=actor())
    response = send_file(
        io.BytesIO(data), "application/pdf", as_attachment=True, download_name=f"{plan.code}-paper.pdf"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/<activity_ref>/paper")
@requires(Permission.CHECKIN_EDIT, of="activity_ref")
def enter(activity_ref: str) -> str | tuple[str, int]:
    """Preview what was typed (name and trouble a row), then record it."""
    plan = plan_of(activity_ref)
    form = request.form
    typed, chosen, clock = form.get("bibs", ""), form.get("checkpoint", ""), form.get("at", "")
    kept = {"typed": typed[:30_000], "chosen": chosen, "clock": clock}
    try:
        point_id, at, read = _read(plan, typed, chosen, clock)
        found = bearers(plan.activity_id, point_id, read.bibs)
        if "record" in form:
            good = [bib for bib in read.bibs if bib in found]
            report = enter_paper(
                activity_id=plan.activity_id,
                checkpoint_id=point_id,
                bibs=good,
                at=at,
                actor=actor(),
                received_at=now(),
            )
            flash(
                _("记了 %(n)s 人，其中 %(known)s 人以前记过。", n=report.new + report.known, known=report.known),
                "ok",
            )
            return _page(activity_ref, plan)
    except DomainError as error:
        note_refusal(error)
        return _page(activity_ref, plan, error=say(error), **kept), error.status
    confirmed = RegistrationState.CONFIRMED.value
    rows = [(bib, found.get(bib), bib in found and found[bib].state == confirmed) for bib in read.bibs]
    return _page(activity_ref, plan, rows=rows, unread=read.unread, **kept)


def _read(plan: CheckinPlan, typed: str, chosen: str, clock: str) -> tuple[uuid.UUID, datetime | None, Typed]:
    point_id = plan.by_code.get(chosen)
    if point_id is None:
        raise DomainError("checkpoint_missing", N_("请选签到点。"), field="checkpoint")
    at = None
    if clock:
        try:
            on = time.fromisoformat(clock)
        except ValueError as error:
            raise DomainError("time_unreadable", N_("时间请填成 8:30 这样。"), field="at") from error
        at = datetime.combine(local(plan.starts_at).date(), on.replace(tzinfo=None), OFFICE_ZONE)
    return point_id, at, read_bibs(typed)


@blueprint.post("/<activity_ref>/queue-file")
@requires(Permission.CHECKIN_EDIT, of="activity_ref")
def queue_file(activity_ref: str) -> str | tuple[str, int]:
    """Take in what a phone exported; every item is answered."""
    plan = plan_of(activity_ref)
    sent = request.files.get("file")
    try:
        data = sent.stream.read(MOST_BYTES + 1) if sent else b""
        report: FileReport = import_queue(
            activity_id=plan.activity_id, file=read_queue_file(data), actor=actor(), at=now()
        )
    except DomainError as error:
        note_refusal(error)
        return _page(activity_ref, plan, file_error=say(error)), error.status
    return _page(activity_ref, plan, report=report)
