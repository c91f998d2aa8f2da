"""A delegation's sheet: the template, the file, what each row comes to, what was entered."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterable
from contextlib import closing
from typing import Any

from flask import redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.core.errors import DomainError
from app.core.permissions import Permission
from app.core.spreadsheets import Column, Sheet, xlsx_bytes
from app.core.transactions import end_read
from app.games.forms.entries import ConfirmForm, SheetForm
from app.games.queries.entries import event_lines
from app.games.routes.entry_words import asks_of
from app.games.routes.frame import blueprint
from app.games.routes.leaders import AREA, place
from app.games.rules.entry_file import template
from app.games.services.entry_files import CheckedRow, confirm_sheet, keep_sheet, read_sheet, review_sheet
from app.registrations.routes.team import SHOWN, XLSX, sentence
from app.registrations.services.team_rows import RowState
from app.web.access import actor, requires, the_account
from app.web.errors import note_refusal


def xlsx(data: bytes, name: str) -> Response:
    """A spreadsheet to be kept by whoever asked, and by nobody in between."""
    response = send_file(io.BytesIO(data), XLSX, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route(f"{AREA}/file", methods=["GET", "POST"])
@requires(Permission.ENTRY_EDIT, of="delegation_id")
def enter_file(games_ref: str, delegation_id: uuid.UUID) -> Any:
    """The template to fill in and the file to send."""
    here, form, status = place(games_ref, delegation_id), SheetForm(), 200
    if here.takes and form.validate_on_submit():
        try:
            with closing(form.file.data) as file:
                table = read_sheet(here.games.id, file.read())
            upload_id = keep_sheet(
                games_id=here.games.id,
                delegation_id=delegation_id,
                account_id=the_account(),
                file_name=form.file.data.filename or "",
                table=table,
                actor=actor(),
                desk=here.desk(),
            )
        except DomainError as error:
            end_read()
            note_refusal(error)
            form.refuse(error)
            status = error.status
        else:
            return redirect(
                url_for(
                    "games.enter_preview",
                    games_ref=here.games.code,
                    delegation_id=delegation_id,
                    upload_id=upload_id,
                )
            )
    elif form.errors or request.method == "POST":
        status = 422
    return render_template("games/enter_file.html", here=here, games=here.games, form=form), status


@blueprint.get(f"{AREA}/template.xlsx")
@requires(Permission.ENTRY_EDIT, of="delegation_id")
def enter_template(games_ref: str, delegation_id: uuid.UUID) -> Response:
    """The sheet to fill in, with the events on a second page."""
    here = place(games_ref, delegation_id)
    lines = event_lines(here.games.id)
    columns, rows = template(lines)
    programme = Sheet(
        _("小项"),
        [Column(_("小项"), 30), Column(_("代号"), 14), Column(_("要求"), 50)],
        [[one.full_name, one.code, asks_of(one.facts)] for one in lines],
    )
    return xlsx(xlsx_bytes([Sheet(_("报项表"), columns, rows), programme]), f"{here.games.code}-entries.xlsx")


@blueprint.route(f"{AREA}/file/<uuid:upload_id>", methods=["GET", "POST"])
@requires(Permission.ENTRY_EDIT, of="delegation_id")
def enter_preview(games_ref: str, delegation_id: uuid.UUID, upload_id: uuid.UUID) -> Any:
    """What was read, row by row; the declaration; and after it what came of it."""
    here, form, status = place(games_ref, delegation_id), ConfirmForm(), 200
    address = url_for(
        "games.enter_preview", games_ref=here.games.code, delegation_id=delegation_id, upload_id=upload_id
    )
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                confirm_sheet(
                    upload_id=upload_id,
                    games_id=here.games.id,
                    delegation_id=delegation_id,
                    account_id=the_account(),
                    declared=bool(form.declared.data),
                    actor=actor(),
                    desk=here.desk(form.decision.data),
                )
                return redirect(address)
            except DomainError as error:
                if error.status not in {409, 413, 422}:
                    raise
                end_read()
                note_refusal(error)
                form.refuse(error)
                status = error.status
    seen = _review(here.games.id, delegation_id, upload_id)
    page = render_template(
        "games/enter_preview.html",
        here=here,
        games=here.games,
        form=form,
        address=address,
        seen=seen,
        counts={state.value: seen.count(state) for state in RowState},
        rows=[_cells(one) for one in _shown(seen.rows)],
        sentence=sentence,
    )
    return page, status


def _review(games_id: uuid.UUID, delegation_id: uuid.UUID, upload_id: uuid.UUID) -> Any:
    return review_sheet(upload_id=upload_id, games_id=games_id, delegation_id=delegation_id, account_id=the_account())


def _cells(one: CheckedRow) -> dict[str, object]:
    return {"name": one.row.name, "number": one.row.number, "state": one.state, "reasons": one.reasons}


def _shown(rows: Iterable[CheckedRow]) -> list[CheckedRow]:
    """What has to be changed first, then what is passed over, then the rest; SHOWN of each at most."""
    kinds: dict[RowState, list[CheckedRow]] = {
        state: [] for state in (RowState.WRONG, RowState.KNOWN, RowState.READY, RowState.REGISTERED)
    }
    for row in rows:
        if len(kinds[row.state]) < SHOWN:
            kinds[row.state].append(row)
    return [row for part in kinds.values() for row in part]


@blueprint.get(f"{AREA}/file/<uuid:upload_id>/wrong.xlsx")
@requires(Permission.ENTRY_EDIT, of="delegation_id")
def enter_wrong(games_ref: str, delegation_id: uuid.UUID, upload_id: uuid.UUID) -> Response:
    """The rows to be changed as they were sent, with a column that says why: to mend and to send again."""
    here = place(games_ref, delegation_id)
    seen = _review(here.games.id, delegation_id, upload_id)
    columns = [Column(title, 16) for title in seen.titles]
    rows = [
        (
            *(one.row.cells[n] if n < len(one.row.cells) else "" for n in range(len(columns))),
            one.row.number,
            _("；").join(f"{reason.column}{_('：')}{sentence(reason)}" for reason in one.reasons),
        )
        for one in seen.wrong
    ]
    columns += [Column(_("原行号"), 8), Column(_("要改什么"), 48)]
    return xlsx(xlsx_bytes([Sheet(_("要改的行"), columns, rows)]), f"{here.games.code}-wrong.xlsx")
