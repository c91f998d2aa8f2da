"""Files of a squad: sheets to fill in, the roster with who came, the organiser's list."""

from __future__ import annotations

import io
import uuid
from typing import Any

from flask import render_template, send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.queries import holders_of
from app.activities.routes.desk import tried
from app.core.clock import now, today
from app.core.ids import parse_uuid
from app.core.permissions import Permission
from app.people.constants import Sex
from app.people.rules.ages import is_minor
from app.squads.documents import roster, sheet_template
from app.squads.forms import EntryListForm
from app.squads.queries.people import persons_of
from app.squads.queries.squads import attended, members, rehearsals, squad
from app.squads.routes.frame import AREA, ONE, blueprint, shown_name
from app.squads.rules.sheet import PEOPLE, RESULTS
from app.squads.services.export import export_entry_list
from app.web.access import actor, requires, the_caller
from app.web.texts import say

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get(f"{AREA}/<any(people, results):sheet>.xlsx")
@requires(Permission.SQUAD_VIEW)
def template(sheet: str) -> Response:
    """The sheet to fill in."""
    title, columns = (_("名单"), PEOPLE) if sheet == "people" else (_("成绩"), RESULTS)
    return _file(sheet_template(title, columns), f"{title}.xlsx")


@blueprint.get(f"{ONE}/roster.xlsx")
@requires(Permission.SQUAD_VIEW)
def roster_file(squad_id: uuid.UUID) -> Response:
    """Who belongs to the squad and who came to which rehearsal; minors by the surname."""
    found, lines, planned = squad(squad_id), members(squad_id, chosen=True), rehearsals(squad_id)
    persons = persons_of([line.member.person_id for line in lines])
    came = attended(squad_id)
    rows = []
    for line in lines:
        sex = persons[line.member.person_id].sex
        there = came.get(line.member.person_id, ())
        marks = [_("到") if one.activity_id in there else "" for one in planned]
        rows.append(
            [
                line.group,
                shown_name(line),
                say(Sex(sex).label) if sex else "",
                line.organisation,
                line.member.mark,
                say(line.state.label),
                *marks,
                len(there),
            ]
        )
    return _file(roster(found.name, planned, rows, say=say), f"{found.name}.xlsx")


@blueprint.route(f"{ONE}/entry-list", methods=["GET", "POST"])
@requires(Permission.PERSON_UNMASK)
def entry_file(squad_id: uuid.UUID) -> Any:
    """The entry list for the organiser, with whole names and documents; for minors somebody else has to approve."""
    found, lines = squad(squad_id), members(squad_id, chosen=True)
    form = EntryListForm()
    own = the_caller().account_id
    form.offer([(one, name) for one, name in holders_of(Permission.PERSON_UNMASK, at=now()) if one != own])
    made: list[bytes] = []

    def export() -> None:
        approver = parse_uuid(form.approver.data)
        made.append(export_entry_list(squad_id=squad_id, approver_id=approver, actor=actor(), say=say))

    if form.validate_on_submit() and tried(export, form):
        return _file(made[0], f"{found.name}.xlsx")
    minors = sum(is_minor(line.born, today()) for line in lines)
    page = render_template("squads/entry_list.html", squad=found, form=form, people=len(lines), minors=minors)
    return page, 422 if form.is_submitted() else 200


def _file(content: bytes, name: str) -> Response:
    answer = send_file(io.BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
