"""Signing up a team: the file, the preview, the declaration, what came of it; then its code and cards."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from flask import Blueprint, current_app, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities.queries import Station
from app.core.clock import now
from app.core.errors import Busy, DomainError, NotFound
from app.core.permissions import Permission
from app.core.spreadsheets import Column, Sheet, xlsx_bytes
from app.core.text import N_
from app.core.transactions import end_read
from app.passes.constants import PassKind
from app.passes.documents import code_svg
from app.passes.services import pass_text
from app.people.constants import DocumentType, GuardianNeed
from app.people.queries.notices import notice_version
from app.people.rules.ages import age_on, guardian_need, office_day
from app.registrations.constants import RegistrationState
from app.registrations.documents import Card, cards_pdf
from app.registrations.forms.team import DeclareForm, UploadForm
from app.registrations.queries.teams import TeamLine, codes_of, members_of, team_code, team_of, teams_of
from app.registrations.routes.desk import open_station
from app.registrations.rules.team_columns import template as team_template
from app.registrations.rules.team_file import CellError
from app.registrations.services.disclosure import note_export
from app.registrations.services.team_rows import CheckedRow, RowState
from app.registrations.services.teams import Declared, Review, confirm_upload, keep_upload, read_upload, review
from app.web.access import actor, requires, the_account
from app.web.errors import note_refusal
from app.web.texts import say

blueprint = Blueprint("team", __name__, template_folder="../templates")
AREA = "/activities/<activity_ref>/team"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 100
"""Rows of one kind on a page; all of them stand in the file."""
FONTS = "frontend/node_modules/@expo-google-fonts/noto-sans-sc"


@blueprint.route(AREA, methods=["GET", "POST"])
@requires(Permission.OWN)
def start(activity_ref: str) -> Response | tuple[str, int]:
    """The template to fill in, the file to send, the teams that there are."""
    found, form, status = open_station(activity_ref), UploadForm(), 200
    takes = found.standing(now()).takes_entries
    if takes and form.validate_on_submit():
        try:
            with closing(form.file.data) as file:
                table = read_upload(found.activity.id, file.read())
            upload_id = keep_upload(
                activity_id=found.activity.id,
                account_id=the_account(),
                team_name=form.name.data or "",
                file_name=form.file.data.filename or "",
                table=table,
                actor=actor(),
            )
            return redirect(url_for("team.preview", activity_ref=found.activity.code, upload_id=upload_id))
        except DomainError as error:
            end_read()
            note_refusal(error)
            form.refuse(error)
            status = error.status
    elif form.errors or request.method == "POST":
        status = 422
    page = render_template(
        "registrations/team_start.html",
        form=form,
        activity=found.activity,
        takes=takes,
        teams=teams_of(found.activity.id, the_account()),
    )
    return page, status


@blueprint.get(f"{AREA}/template.xlsx")
@requires(Permission.OWN)
def template(activity_ref: str) -> Response:
    """The sheet to fill in, with the columns that this activity asks for and its groups on a second page."""
    found = open_station(activity_ref)
    columns, rows = team_template([ask.value for ask in found.activity.asks])
    groups = Sheet(_("组别"), [Column(_("组别"), 20)], [[one.name] for one in found.categories])
    data = xlsx_bytes([Sheet(_("团体报名表"), columns, rows), groups])
    return _file(data, f"{found.activity.code}-team.xlsx", XLSX)


@blueprint.route(f"{AREA}/uploads/<uuid:upload_id>", methods=["GET", "POST"])
@requires(Permission.OWN)
def preview(activity_ref: str, upload_id: uuid.UUID) -> Response | tuple[str, int]:
    """What was read, row by row; the declaration; and after it what came of it."""
    found, form, status = open_station(activity_ref), DeclareForm(), 200
    seen = review(upload_id=upload_id, activity_id=found.activity.id, account_id=the_account())
    asked = _asked(found, seen)
    if request.method == "POST":
        if form.validate() and (seen.finished or form.ticked(asked)):
            try:
                confirm_upload(
                    upload_id=upload_id,
                    activity_id=found.activity.id,
                    account_id=the_account(),
                    declared=_declared(found, form),
                    actor=actor(),
                )
                return redirect(url_for("team.preview", activity_ref=found.activity.code, upload_id=upload_id))
            except DomainError as error:
                end_read()
                note_refusal(error)
                form.form_errors.append(say(error))
                status = error.status
        else:
            status = 422
    page = render_template(
        "registrations/team_report.html" if seen.finished else "registrations/team_preview.html",
        form=form,
        activity=found.activity,
        seen=seen,
        counts={state.value: seen.count(state) for state in RowState},
        asked=asked,
        rows=_shown(seen.rows),
        sentence=sentence,
    )
    return page, status


def _asked(found: Station, seen: Review) -> set[str]:
    """The boxes that concern somebody of the sheet."""
    asked = {"notice"} if notice_version() is not None else set()
    if found.terms is not None:
        asked.add("terms")
    activity, first_day = found.activity, office_day(found.activity.starts_at)
    for row in seen.rows:
        if row.state is not RowState.READY or row.member is None:
            continue
        if row.member.person.document_type is not DocumentType.NONE:
            asked.add("document_number")
        birth = row.member.person.birth_date
        need = guardian_need(age_on(birth, first_day), contact_to_18=activity.guardian_to_18) if birth else None
        if need not in {None, GuardianNeed.NONE}:
            asked.add("guardian")
    return asked


def _declared(found: Station, form: DeclareForm) -> Declared:
    return Declared(
        notice=notice_version() if form.notice.data else None,
        terms=found.terms.version if found.terms and form.terms.data else None,
        document_number=bool(form.document_number.data),
        guardian=bool(form.guardian.data),
    )


def _shown(rows: Iterable[CheckedRow]) -> list[CheckedRow]:
    """What has to be changed first, then what is passed over, then the rest; SHOWN of each at most."""
    kinds: dict[RowState, list[CheckedRow]] = {
        state: [] for state in (RowState.WRONG, RowState.TWICE, RowState.KNOWN, RowState.READY, RowState.REGISTERED)
    }
    for row in rows:
        if len(kinds[row.state]) < SHOWN:
            kinds[row.state].append(row)
    return [row for part in kinds.values() for row in part]


def sentence(reason: CellError) -> str:
    """Why a cell is wrong, in the reader's language."""
    return say(DomainError(reason.code, reason.message, field=None, **reason.params))


@blueprint.get(f"{AREA}/uploads/<uuid:upload_id>/wrong.xlsx")
@requires(Permission.OWN)
def wrong(activity_ref: str, upload_id: uuid.UUID) -> Response:
    """The rows to be changed as they were sent, with a column that says why: to mend and to send again."""
    found = open_station(activity_ref)
    seen = review(upload_id=upload_id, activity_id=found.activity.id, account_id=the_account())
    columns = [Column(title, 16) for title in seen.titles]
    rows = [
        (
            *(row.cells[place] if place < len(row.cells) else "" for place in range(len(columns))),
            row.number,
            _("；").join(f"{reason.column}{_('：')}{sentence(reason)}" for reason in row.reasons),
        )
        for row in seen.wrong
    ]
    data = xlsx_bytes([Sheet(_("要改的行"), [*columns, Column(_("原行号"), 8), Column(_("要改什么"), 48)], rows)])
    return _file(data, f"{found.activity.code}-wrong.xlsx", XLSX)


# --------------------------------------------------------------------------- the team


def _team(found: Station, team_id: uuid.UUID) -> TeamLine:
    team = team_of(found.activity.id, team_id, the_account())
    if team is None:
        raise NotFound("team_not_found", N_("没有找到这个团体。"))
    return team


@blueprint.get(f"{AREA}/<uuid:team_id>")
@requires(Permission.OWN)
def show(activity_ref: str, team_id: uuid.UUID) -> str:
    """The team's code and its members."""
    found = open_station(activity_ref)
    team, code = _team(found, team_id), team_code(team_id)
    if code is None:
        raise NotFound("team_not_found", N_("没有找到这个团体。"))
    text = pass_text(PassKind.TEAM, code.pass_id, code.generation, code.kid)
    members = members_of(found.activity.id, team_id, the_account())
    return render_template(
        "registrations/team_show.html",
        activity=found.activity,
        team=team,
        members=members,
        confirmed=sum(one.state is RegistrationState.CONFIRMED for one in members),
        cards=sum(one.code_known and one.state is RegistrationState.CONFIRMED for one in members),
        svg=code_svg(text, _("%(name)s的团体码", name=team.name)),
        short_code=code.short_code,
    )


@blueprint.get(f"{AREA}/<uuid:team_id>/cards.pdf")
@requires(Permission.OWN)
def cards(activity_ref: str, team_id: uuid.UUID) -> Response:
    """A card for each confirmed member whose code the leader may hold, ten to a page."""
    found = open_station(activity_ref)
    team = _team(found, team_id)
    members = [
        one
        for one in members_of(found.activity.id, team_id, the_account())
        if one.code_known and one.state is RegistrationState.CONFIRMED
    ]
    codes = codes_of([one.person_id for one in members])
    printed = [
        Card(
            text=pass_text(PassKind.PERSON, code.pass_id, code.generation, code.kid),
            short_code=code.short_code,
            name=one.name,
            bib=one.bib or "",
            activity=found.activity.name,
            category=one.category,
            unit=team.name,
        )
        for one in members
        if (code := codes.get(one.person_id)) is not None
    ]
    if not printed:
        raise NotFound("no_cards", N_("没有可以打印的卡。"))
    end_read()
    fonts = Path(current_app.root_path).parent / FONTS
    try:
        data = cards_pdf(printed, fonts=fonts, printed_at=now(), title=f"{found.activity.name} {team.name}")
    except FileNotFoundError as error:
        raise Busy("fonts_missing", N_("服务器缺少打印用的字体，请联系办公室。"), retry_after=3600) from error
    note_export(activity_id=found.activity.id, what="team_cards", form="pdf", rows=len(printed), actor=actor())
    return _file(data, f"{found.activity.code}-cards.pdf", "application/pdf")


def _file(data: bytes, name: str, content_type: str) -> Response:
    response = send_file(io.BytesIO(data), content_type, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response
