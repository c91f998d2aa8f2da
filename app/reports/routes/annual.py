"""The report of a year: its page, the Word document, pictures for slides."""

from __future__ import annotations

import io
from collections import Counter

from flask import render_template, send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.core.clock import today
from app.core.errors import Busy, DomainError
from app.core.permissions import Permission
from app.core.text import N_
from app.core.transactions import end_read
from app.reports.documents.slides import Bar, slide_picture
from app.reports.documents.word import paragraphs
from app.reports.queries.annual import annual_report, years
from app.reports.routes.frame import as_word, blueprint, checked, fonts, report_name
from app.reports.rules.annual import AnnualReport
from app.reports.tasks import address, both, word
from app.settings.constants import FileKey
from app.settings.queries import stored_file
from app.web.access import requires
from app.web.texts import say

BACK = 5
"""Years side by side on a slide."""


@blueprint.get("/office/reports")
@requires(Permission.REPORT_VIEW)
def latest() -> str:
    """The report of this year, or of the last one of which something is known."""
    known = years()
    return _page(known[0] if known else today().year)


@blueprint.get("/office/reports/annual/<int:year>")
@requires(Permission.REPORT_VIEW)
def annual(year: int) -> str:
    """The report as the Word document says it, and every figure with its list and the year before."""
    return _page(checked(year))


def _page(year: int) -> str:
    report, lines = both(year)
    text, refused = [], ""
    try:
        text = paragraphs(word(report, lines))
    except DomainError as error:  # the office's own template does not fit any more
        refused = say(error)
    return render_template(
        "reports/annual.html",
        year=year,
        years=sorted({*years(), year}, reverse=True),
        report=report,
        lines=lines,
        address=address,
        text=text,
        refused=refused,
        own=stored_file(FileKey.ANNUAL_REPORT),
        charts=[(name, say(title)) for name, title in CHARTS],
    )


@blueprint.get("/office/reports/annual/<int:year>/report.docx")
@requires(Permission.REPORT_VIEW)
def annual_word(year: int) -> Response:
    """The report as Word."""
    report, lines = both(checked(year))
    return as_word(word(report, lines), report_name(year))


CHARTS = (
    ("stations", N_("各站参加人次")),
    ("months", N_("各月参加人次")),
    ("years", N_("历年参加人次")),
)


@blueprint.get("/office/reports/annual/<int:year>/slides/<any(stations, months, years):slide>.png")
@requires(Permission.REPORT_VIEW)
def annual_slide(year: int, slide: str) -> Response:
    """A picture for a slide."""
    report = annual_report(checked(year))
    bars = {"stations": _stations, "months": _months, "years": _years}[slide](report)
    end_read()
    note = _("%(n)s 人次，共 %(people)s 人", n=f"{report.attendances:,}", people=f"{report.people:,}")
    try:
        picture = slide_picture(f"{year} {say(dict(CHARTS)[slide])}", note, bars, fonts=fonts())
    except FileNotFoundError as error:
        raise Busy("no_fonts", N_("这台机器还没有装好字体，不能生成图片。请联系管理员。")) from error
    answer = send_file(io.BytesIO(picture), mimetype="image/png", download_name=f"{year}-{slide}.png")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _stations(report: AnnualReport) -> list[Bar]:
    return [Bar(one.name, one.attendances) for one in sorted(report.held, key=lambda one: -one.attendances)]


def _months(report: AnnualReport) -> list[Bar]:
    by_month: Counter[int] = Counter()
    for one in report.held:
        by_month[one.day.month] += one.attendances
    return [Bar(_("%(n)s 月", n=month), by_month[month]) for month in range(1, 13)]


def _years(report: AnnualReport) -> list[Bar]:
    earlier = [annual_report(year) for year in range(report.year - BACK + 1, report.year)]
    return [Bar(str(one.year), one.attendances, one is report) for one in [*earlier, report]]
