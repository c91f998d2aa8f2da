"""Places and equipment as XLSX: what the pages list, nobody's name or phone in it."""

from __future__ import annotations

import io
from collections.abc import Sequence

from flask import send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.core.clock import local, now
from app.core.permissions import Permission
from app.core.spreadsheets import Column, Kind, Sheet, xlsx_bytes
from app.facilities.constants import PlaceKind
from app.facilities.queries.equipment import all_sets
from app.facilities.queries.places import places, titles_by_place
from app.facilities.routes.frame import blueprint, town_names
from app.facilities.services.places import note_export
from app.web.access import actor, requires

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/office/facilities.xlsx")
@requires(Permission.FACILITY_VIEW)
def places_file() -> Response:
    """Every place, closed ones too."""
    towns = town_names()
    titles, joined = titles_by_place(), _("；")
    columns = [
        Column(_("类别"), 14),
        Column(_("名称"), 28),
        Column(_("镇街"), 14),
        Column(_("地址"), 28),
        Column(_("面积（㎡）"), 12, Kind.INTEGER),
        Column(_("长度（km）"), 12, Kind.DECIMAL),
        Column(_("启用日期"), 12, Kind.DATE),
        Column(_("停用日期"), 12, Kind.DATE),
        Column(_("投资（元）"), 16, Kind.INTEGER),
        Column(_("称号"), 36),
    ]
    rows = [
        (
            _(PlaceKind(one.kind).label),
            one.name,
            towns.get(str(one.town_id), ""),
            one.address,
            one.area_m2,
            one.length_m / 1000 if one.length_m is not None else None,
            one.opened_on,
            one.closed_on,
            one.investment,
            joined.join(f"{award.year} {award.title}" for award in titles.get(one.id, ())),
        )
        for one in places()
    ]
    return _send("places", _("场馆场地"), columns, rows)


@blueprint.get("/office/equipment.xlsx")
@requires(Permission.FACILITY_VIEW)
def sets_file() -> Response:
    """Every set: where it stands and what waits."""
    columns = [
        Column(_("申请"), 32),
        Column(_("第几套"), 8, Kind.INTEGER),
        Column(_("器材码"), 12),
        Column(_("镇街"), 14),
        Column(_("村"), 20),
        Column(_("发放日期"), 12, Kind.DATE),
        Column(_("待处理的报修"), 14, Kind.INTEGER),
    ]
    rows = [
        (grant.name, one.number, one.code, one.town, one.village, one.distributed_on, one.open_reports)
        for grant, one in all_sets()
    ]
    return _send("sets", _("健身器材"), columns, rows)


def _send(what: str, title: str, columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> Response:
    content = xlsx_bytes([Sheet(title, columns, rows)])
    note_export(what=what, rows=len(rows), actor=actor())
    name = f"{title}-{local(now()):%Y%m%d}.xlsx"
    answer = send_file(io.BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
