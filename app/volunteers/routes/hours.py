"""Service hours of a year: for the office as a page and a file."""

from __future__ import annotations

import io

from flask import render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.core.clock import local, now, today
from app.core.permissions import Permission
from app.core.spreadsheets import Column, Kind, Sheet, xlsx_bytes
from app.people.rules.ages import is_minor
from app.volunteers.queries.hours import HoursLine, hours_in, hours_of, years
from app.volunteers.routes.frame import blueprint, masked
from app.volunteers.services.export import note_export
from app.web.access import actor, requires
from app.web.paging import page_number, pager, pages_of

PAGE = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _year() -> int:
    return min(max(request.args.get("year", today().year, type=int), 2000), 2100)


def _name(line: HoursLine) -> str:
    return masked(line.name, line.born)


@blueprint.get("/office/volunteers")
@requires(Permission.SHIFT_EDIT)
def hours() -> str:
    """Who served how long in a year."""
    year, lines = _year(), hours_in(_year())
    pages = pages_of(len(lines), PAGE)
    number = min(page_number(), pages)
    return render_template(
        "volunteers/hours.html",
        year=year,
        years=sorted({*years(), year}, reverse=True),
        lines=lines[(number - 1) * PAGE : number * PAGE],
        people=len(lines),
        shifts=sum(line.shifts for line in lines),
        total=hours_of(sum(line.minutes for line in lines)),
        name=_name,
        minor=lambda born: is_minor(born, today()),
        pager=pager(number, pages, len(lines), lambda n: _address(year, n)),
    )


def _address(year: int, number: int) -> str:
    return url_for("volunteers.hours", year=year, page=number)


@blueprint.get("/office/volunteers.xlsx")
@requires(Permission.SHIFT_EDIT)
def hours_file() -> Response:
    """The same as a file."""
    year, lines = _year(), hours_in(_year())
    columns = [
        Column(_("姓名"), 16),
        Column(_("班次"), 8, Kind.INTEGER),
        Column(_("服务分钟"), 10, Kind.INTEGER),
        Column(_("服务小时"), 10, Kind.DECIMAL),
    ]
    rows = [(_name(line), line.shifts, line.minutes, float(line.hours)) for line in lines]
    content = xlsx_bytes([Sheet(_("志愿服务时长"), columns, rows)])
    note_export(year=year, rows=len(rows), actor=actor())
    name = f"{_('志愿服务时长')}-{year}-{local(now()):%Y%m%d}.xlsx"
    answer = send_file(io.BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
