"""Service hours on paper: for the volunteer, and for the office on behalf of who has no account."""

from __future__ import annotations

import io
import uuid

from flask import send_file
from werkzeug.wrappers import Response

from app.core.clock import now, today
from app.core.errors import Conflict, NotFound
from app.core.permissions import Permission
from app.core.text import N_
from app.games.tasks import plainly
from app.honours.documents.service_record import Paper, Row, service_record_pdf
from app.honours.queries.service_records import Served
from app.honours.routes.frame import blueprint, check_base
from app.honours.services.service_records import issue_record
from app.honours.tasks import fonts
from app.people.queries.family import relative
from app.people.queries.office import office_person
from app.people.services.family import not_on_list
from app.volunteers.queries.hours import hours_of
from app.web.access import actor, requires, the_account
from app.web.texts import seal_line

YEARS = range(2000, 2101)


@blueprint.get("/my/volunteer/record/<uuid:person_id>/<int:year>.pdf")
@requires(Permission.OWN)
def own_service_record(person_id: uuid.UUID, year: int) -> Response:
    """The numbered record of oneself or of one of the family; numbered when it is asked for first."""
    found = relative(the_account(), person_id)
    if found is None or not found.proven:
        raise not_on_list()
    return _sent(person_id, year)


@blueprint.get("/office/volunteers/<uuid:person_id>/<int:year>.pdf")
@requires(Permission.SHIFT_EDIT)
def office_service_record(person_id: uuid.UUID, year: int) -> Response:
    """The same for the office, of adults: what bears the whole name of a minor is asked for by their guardian."""
    found = office_person(person_id, today())
    if found is None:
        raise NotFound("person_not_found", N_("没有找到这个人。"))
    if found.minor:
        raise Conflict("minor_s_record", N_("未成年人的记录由监护人在“我的”里打印。"))
    return _sent(person_id, year)


def _sent(person_id: uuid.UUID, year: int) -> Response:
    if year not in YEARS:
        raise NotFound("nothing_served", N_("这一年还没有服务记录。"))
    served = issue_record(person_id=person_id, year=year, actor=actor())
    data = service_record_pdf(_paper(served), office=seal_line(), fonts=fonts(), printed_at=now(), say=plainly)
    answer = send_file(
        io.BytesIO(data),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"{served.record.number}.pdf",
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _paper(served: Served) -> Paper:
    record = served.record
    return Paper(
        number=record.number,
        name=served.name,
        year=record.year,
        rows=[Row(one.activity, one.posts, one.minutes, str(hours_of(one.minutes))) for one in served.lines],
        minutes=served.minutes,
        hours=str(hours_of(served.minutes)),
        address=f"{check_base()}{record.number}",
    )
