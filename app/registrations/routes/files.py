"""Lists of registrations as files: what is filtered, and the insurer's list."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, cast

from flask import render_template, request, send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities.queries import Station
from app.core.clock import local, now
from app.core.errors import DomainError, TooLarge
from app.core.ids import parse_uuid
from app.core.permissions import Permission
from app.core.spreadsheets import Column, Kind, Sheet, csv_chunks, write_xlsx
from app.core.text import N_
from app.people.constants import Sex
from app.registrations.forms.office import InsuranceForm
from app.registrations.queries.office import Row, all_rows, page_of
from app.registrations.routes.desk import blueprint
from app.registrations.routes.office import AREA, approvers, asked, refused, station_of
from app.registrations.services.disclosure import Insured, insurance_list, note_export
from app.web.access import actor, requires

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSX_ROWS = 50_000
"""Beyond this Excel's format takes too long to answer at once; CSV has no limit."""
IN_MEMORY = 4 * 1024 * 1024


def _columns() -> list[Column]:
    return [
        Column(_("号码"), 10),
        Column(_("姓名"), 14),
        Column(_("性别"), 6),
        Column(_("年龄"), 6, Kind.INTEGER),
        Column(_("组别"), 14),
        Column(_("状态"), 10),
        Column(_("镇街"), 14),
        Column(_("单位"), 24),
        Column(_("来源"), 10),
        Column(_("报名时间"), 20, Kind.DATETIME),
    ]


def _cells(row: Row) -> Sequence[object]:
    return (
        row.bib,
        row.name,
        _(Sex(row.sex).label) if row.sex else None,
        row.age,
        row.category,
        _(row.state.label),
        row.town,
        row.organisation,
        _(row.source.label),
        row.created_at,
    )


class _Counted:
    """Rows on their way into a file, counted as they pass."""

    def __init__(self, rows: Iterable[Sequence[object]]) -> None:
        self._rows, self.n = rows, 0

    def __iter__(self) -> Iterator[Sequence[object]]:
        for row in self._rows:
            self.n += 1
            yield row


def _new() -> BinaryIO:
    return cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))


def _send(
    found: Station, what: str, form: str, columns: list[Column], rows: Iterable[Sequence[object]]
) -> tuple[Response, int]:
    """The file made whole, and how many rows it has."""
    counted = _Counted(rows)
    file = _new()
    if form == "xlsx":
        write_xlsx(file, [Sheet(found.activity.name, columns, counted)])
    else:
        for chunk in csv_chunks(columns, counted):
            file.write(chunk)
    file.seek(0)
    content_type = XLSX if form == "xlsx" else "text/csv; charset=utf-8"
    name = f"{found.activity.code}-{what}-{local(now()):%Y%m%d-%H%M}.{form}"
    response = send_file(file, content_type, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response, counted.n


@blueprint.get(f"{AREA}/registrations.<any(xlsx,csv):form>")
@requires(Permission.REGISTRATION_VIEW, of="activity_ref")
def office_file(activity_ref: str, form: str) -> Response:
    """What the list shows under its filters, as a file; masked as there."""
    found, wanted = station_of(activity_ref), asked()
    if form == "xlsx" and page_of(found.activity.id, wanted, 1).total > XLSX_ROWS:
        raise TooLarge("too_many_rows", N_("超过 %(limit)s 行，请导出 CSV，或先筛选。"), limit=XLSX_ROWS)
    rows = (_cells(row) for row in all_rows(found.activity.id, wanted))
    response, n = _send(found, "registrations", form, _columns(), rows)
    note_export(activity_id=found.activity.id, what="registrations", form=form, rows=n, actor=actor())
    return response


def _insured(one: Insured) -> Sequence[object]:
    return (
        one.name,
        _(one.document_type.label),
        one.document_number,
        _(Sex(one.sex).label) if one.sex else None,
        one.birth_date,
        one.phone,
    )


@blueprint.route(f"{AREA}/insurance", methods=["GET", "POST"])
@requires(Permission.PERSON_UNMASK, of="activity_ref")
def insurance(activity_ref: str) -> Response | tuple[str, int]:
    """The insurer's list: full documents and phones, noted in the trail; minors by approval."""
    found, form, status = station_of(activity_ref), InsuranceForm(), 200
    form.offer(approvers())
    if form.validate_on_submit():
        try:
            people = insurance_list(
                activity_id=found.activity.id,
                minors=bool(form.minors.data),
                approver_id=parse_uuid(form.approver.data),
                actor=actor(),
            )
            columns = [
                Column(_("姓名"), 14),
                Column(_("证件类型"), 20),
                Column(_("证件号"), 24),
                Column(_("性别"), 6),
                Column(_("出生日期"), 12, Kind.DATE),
                Column(_("手机"), 18),
            ]
            kind = "csv" if request.form.get("form") == "csv" else "xlsx"
            return _send(found, "insurance", kind, columns, map(_insured, people))[0]
        except DomainError as error:
            refused(form, error)
            status = 422
    elif form.errors:
        status = 422
    return (
        render_template(
            "registrations/insurance.html",
            station=found,
            activity=found.activity,
            tab="registrations.office_list",
            form=form,
        ),
        status,
    )
