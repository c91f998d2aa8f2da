"""The volunteers of one activity as a file: who was where, from when to when, how long."""

from __future__ import annotations

import io
from collections.abc import Sequence

from flask import send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities.routes.desk import station_or_404
from app.core.clock import local, now
from app.core.permissions import Permission
from app.core.spreadsheets import Column, Kind, Sheet, csv_chunks, xlsx_bytes
from app.core.text import mask_phone
from app.volunteers.models import Shift
from app.volunteers.queries.hours import hours_of
from app.volunteers.queries.shifts import ServiceLine, everybody
from app.volunteers.routes.frame import AREA, blueprint, shown_name
from app.volunteers.services.export import note_activity_export
from app.web.access import actor, requires

TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}


@blueprint.get(f"{AREA}.<any(xlsx, csv):form>")
@requires(Permission.SHIFT_EDIT, of="activity_ref")
def activity_file(activity_ref: str, form: str) -> Response:
    """Every shift and everybody in it, as on the pages: phones masked, minors by the surname."""
    found = station_or_404(activity_ref)
    rows = [_row(shift, line) for shift, line in everybody(found.activity.id)]
    title = _("志愿者名单")
    content = xlsx_bytes([Sheet(title, _columns(), rows)]) if form == "xlsx" else b"".join(csv_chunks(_columns(), rows))
    note_activity_export(activity_id=found.activity.id, form=form, rows=len(rows), actor=actor())
    answer = send_file(
        io.BytesIO(content),
        mimetype=TYPES[form],
        as_attachment=True,
        download_name=f"{title}-{found.activity.code}-{local(now()):%Y%m%d}.{form}",
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _columns() -> list[Column]:
    return [
        Column(_("岗位"), 16),
        Column(_("地点"), 18),
        Column(_("开始"), 18, Kind.DATETIME),
        Column(_("结束"), 18, Kind.DATETIME),
        Column(_("姓名"), 14),
        Column(_("手机"), 14),
        Column(_("状态"), 10),
        Column(_("签到"), 18, Kind.DATETIME),
        Column(_("签退"), 18, Kind.DATETIME),
        Column(_("服务分钟"), 10, Kind.INTEGER),
        Column(_("服务小时"), 10, Kind.DECIMAL),
    ]


def _row(shift: Shift, line: ServiceLine) -> Sequence[object]:
    one = line.service
    return (
        shift.post,
        shift.place,
        local(shift.starts_at),
        local(shift.ends_at),
        shown_name(line),
        mask_phone(line.phone) if line.phone else "",
        _("班次取消") if shift.cancelled_at else _(line.state.label),
        local(one.in_at) if one.in_at else None,
        local(one.out_at) if one.out_at else None,
        one.minutes,
        hours_of(one.minutes) if one.minutes is not None else None,
    )
