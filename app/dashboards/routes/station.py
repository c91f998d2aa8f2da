"""Who came: the page of one activity, and the part of it that renews itself."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

from flask import current_app, render_template, request, send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.core.clock import now
from app.core.errors import Busy
from app.core.permissions import Permission
from app.core.text import N_
from app.core.transactions import end_read
from app.dashboards.documents import figure_sheets, part_sheet
from app.dashboards.documents.station_pdf import station_pdf
from app.dashboards.queries.station import AttendanceView, attendance_view
from app.dashboards.routes.files import Subject, csv_file, xlsx_file
from app.dashboards.routes.frame import blueprint, counted_station
from app.dashboards.rules.figures import Curve
from app.web.access import requires
from app.web.known import unless_known
from app.web.texts import day_time, number, say

FONTS = "frontend/node_modules/@expo-google-fonts/noto-sans-sc"


@blueprint.get("/office/activities/<activity_ref>/attendance")
@requires(Permission.ATTENDANCE_VIEW, of="activity_ref")
def station(activity_ref: str) -> str:
    """Figures of one activity: who came, by checkpoint, category, quarter of an hour, 镇街, age and sex."""
    view = _view(activity_ref)
    return render_template("dashboards/station.html", view=view, chart=_chart(view.curve))


@blueprint.get("/office/activities/<activity_ref>/attendance/figures")
@requires(Permission.ATTENDANCE_VIEW, of="activity_ref")
def figures(activity_ref: str) -> Response:
    """What the page takes its newest figures from; 304 while nobody has come (by the minute)."""
    view = _view(activity_ref)
    facts = replace(view, as_of=view.as_of.replace(second=0, microsecond=0))
    return unless_known(facts, lambda: render_template("dashboards/figures.html", view=view, chart=_chart(view.curve)))


@blueprint.get("/office/activities/<activity_ref>/attendance/print")
@requires(Permission.ATTENDANCE_VIEW, of="activity_ref")
def station_paper(activity_ref: str) -> str:
    """The same figures on paper."""
    return render_template("dashboards/station_paper.html", view=_view(activity_ref))


@blueprint.get("/office/activities/<activity_ref>/attendance.xlsx")
@requires(Permission.ATTENDANCE_EXPORT, of="activity_ref")
def export_station(activity_ref: str) -> Response:
    """Every table of the page as one Excel file."""
    view = _view(activity_ref)
    sheets = figure_sheets(view.figures, view.curves, as_of=view.as_of, say=say)
    return xlsx_file(sheets, f"{view.activity.name}-{_('到场情况')}", _subject(view, "figures"))


@blueprint.get("/office/activities/<activity_ref>/attendance.pdf")
@requires(Permission.ATTENDANCE_VIEW, of="activity_ref")
def station_report(activity_ref: str) -> Response:
    """The attendance report: every table of the page as a PDF to file or to send."""
    view = _view(activity_ref)
    sheets = figure_sheets(view.figures, view.curves, as_of=view.as_of, say=say)
    title = f"{view.activity.name} {_('到场情况')}"
    under = f"{day_time(view.activity.starts_at)} {view.activity.place}"
    end_read()
    fonts = Path(current_app.root_path).parent / FONTS
    try:
        content = station_pdf(title, under, sheets, fonts=fonts, printed_at=now())
    except FileNotFoundError as error:
        raise Busy("no_fonts", N_("这台机器还没有装好字体，不能生成 PDF。请联系管理员。")) from error
    name = f"{view.activity.code}-attendance.pdf"
    answer = send_file(io.BytesIO(content), mimetype="application/pdf", as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.get("/office/activities/<activity_ref>/attendance/towns.csv")
@requires(Permission.ATTENDANCE_EXPORT, of="activity_ref")
def export_towns(activity_ref: str) -> Response:
    """The table by 镇街 as CSV."""
    view = _view(activity_ref)
    sheet = part_sheet(_("镇街"), view.figures.towns, view.figures.total, say=say)
    name = f"{view.activity.name}-{_('按镇街')}"
    return csv_file(sheet.columns, sheet.rows, name, _subject(view, "towns"))


def _subject(view: AttendanceView, what: str) -> Subject:
    return Subject("activity", view.activity.id, what, scope_id=view.activity.id)


def _view(activity_ref: str) -> AttendanceView:
    return attendance_view(counted_station(activity_ref), point_code=request.args.get("point"))


def _chart(arrivals: Curve | None) -> dict[str, object]:
    """What the script draws; the sentence stands at the peak."""
    if arrivals is None or arrivals.peak is None:
        return {}
    peak = arrivals.peak
    return {
        "kind": "bar",
        "labels": [bar.label for bar in arrivals.bars],
        "values": [bar.n for bar in arrivals.bars],
        "unit": _("人次"),
        "peak": _("%(time)s 最多，%(n)s 人次", time=peak.label, n=number(peak.n)),
    }
