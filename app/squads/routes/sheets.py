"""Sheets of candidates and of results: sent, looked at row by row, confirmed."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Any

from flask import redirect, render_template, url_for
from flask_babel import gettext as _

from app.activities.routes.desk import tried
from app.core.errors import DomainError
from app.core.permissions import Permission
from app.core.spreadsheets import Table
from app.registrations.routes.team import SHOWN, sentence
from app.squads.forms import ConfirmForm, SheetForm
from app.squads.queries.squads import squad
from app.squads.routes.frame import ONE, blueprint
from app.squads.routes.office import squad_page
from app.squads.services.people_files import confirm_sheet, keep_sheet, read_sheet, review_sheet
from app.squads.services.result_files import confirm_results, keep_results, read_result_sheet, review_results
from app.squads.services.sheets import CheckedRow, Review, SheetState
from app.web.access import actor, requires, the_account

ORDER = (
    SheetState.WRONG,
    SheetState.TWICE,
    SheetState.FILLS,
    SheetState.READY,
    SheetState.ADDED,
    SheetState.KNOWN,
)
"""What has to be changed first."""


@blueprint.post(f"{ONE}/people")
@requires(Permission.SQUAD_EDIT)
def upload_people(squad_id: uuid.UUID) -> Any:
    """Read a sheet of candidates or members; nobody comes in before the next page is confirmed."""
    form = SheetForm(prefix="people")
    kept = _keep(squad_id, form, read_sheet, keep_sheet)
    if kept is not None:
        return redirect(url_for("squads.people_preview", squad_id=squad_id, upload_id=kept))
    return squad_page(squad_id, people_form=form), 422


@blueprint.post(f"{ONE}/results")
@requires(Permission.SQUAD_EDIT)
def upload_results(squad_id: uuid.UUID) -> Any:
    """Read a sheet of places; none comes in before the next page is confirmed."""
    form = SheetForm(prefix="results")
    kept = _keep(squad_id, form, read_result_sheet, keep_results)
    if kept is not None:
        return redirect(url_for("squads.results_preview", squad_id=squad_id, upload_id=kept))
    return squad_page(squad_id, results_form=form), 422


@blueprint.get(f"{ONE}/people/<uuid:upload_id>")
@requires(Permission.SQUAD_EDIT)
def people_preview(squad_id: uuid.UUID, upload_id: uuid.UUID) -> str:
    """What was read, row by row; after the confirmation what came of it."""
    return _people(squad_id, upload_id, ConfirmForm(formdata=None))


@blueprint.post(f"{ONE}/people/<uuid:upload_id>")
@requires(Permission.SQUAD_EDIT)
def confirm_people(squad_id: uuid.UUID, upload_id: uuid.UUID) -> Any:
    """Take the rows that can be taken; twice is once."""
    form = ConfirmForm()
    facts: dict[str, Any] = {"upload_id": upload_id, "squad_id": squad_id, "account_id": the_account()}
    if form.validate() and tried(lambda: confirm_sheet(**facts, actor=actor()), form):
        return redirect(url_for("squads.people_preview", squad_id=squad_id, upload_id=upload_id))
    return _people(squad_id, upload_id, form), 422


@blueprint.get(f"{ONE}/results/<uuid:upload_id>")
@requires(Permission.SQUAD_EDIT)
def results_preview(squad_id: uuid.UUID, upload_id: uuid.UUID) -> str:
    """The same of places."""
    return _results(squad_id, upload_id, ConfirmForm(formdata=None))


@blueprint.post(f"{ONE}/results/<uuid:upload_id>")
@requires(Permission.SQUAD_EDIT)
def confirm_places(squad_id: uuid.UUID, upload_id: uuid.UUID) -> Any:
    """Take the rows that can be taken; twice is once."""
    form = ConfirmForm()
    facts: dict[str, Any] = {"upload_id": upload_id, "squad_id": squad_id, "account_id": the_account()}
    if form.validate() and tried(lambda: confirm_results(**facts, actor=actor()), form):
        return redirect(url_for("squads.results_preview", squad_id=squad_id, upload_id=upload_id))
    return _results(squad_id, upload_id, form), 422


def _keep(
    squad_id: uuid.UUID,
    form: SheetForm,
    read: Callable[[uuid.UUID, bytes], Table],
    keep: Callable[..., uuid.UUID],
) -> uuid.UUID | None:
    """The id of what was read and sealed, or None with the reason beside the file."""
    squad(squad_id)
    kept: list[uuid.UUID] = []

    def take() -> None:
        try:
            with closing(form.file.data) as file:
                table = read(squad_id, file.read())
        except DomainError as error:  # whatever is wrong with a sheet stands beside it
            error.field = "file"
            raise
        name = form.file.data.filename or ""
        kept.append(keep(squad_id=squad_id, account_id=the_account(), file_name=name, table=table, actor=actor()))

    return kept[0] if form.validate() and tried(take, form) else None


def _people(squad_id: uuid.UUID, upload_id: uuid.UUID, form: ConfirmForm) -> str:
    seen = review_sheet(upload_id=upload_id, squad_id=squad_id, account_id=the_account())
    confirm = url_for("squads.confirm_people", squad_id=squad_id, upload_id=upload_id)
    return _preview(squad_id, seen, form, _("核对名单"), confirm)


def _results(squad_id: uuid.UUID, upload_id: uuid.UUID, form: ConfirmForm) -> str:
    seen = review_results(upload_id=upload_id, squad_id=squad_id, account_id=the_account())
    confirm = url_for("squads.confirm_places", squad_id=squad_id, upload_id=upload_id)
    return _preview(squad_id, seen, form, _("核对成绩"), confirm)


def _preview(squad_id: uuid.UUID, seen: Review[Any], form: ConfirmForm, title: str, confirm: str) -> str:
    return render_template(
        "squads/sheet_preview.html",
        squad=squad(squad_id),
        seen=seen,
        form=form,
        title=title,
        confirm=confirm,
        counts={state.value: seen.count(state) for state in SheetState},
        rows=_shown(seen.rows),
        sentence=sentence,
    )


def _shown(rows: Iterable[CheckedRow[Any]]) -> list[CheckedRow[Any]]:
    """By what has to be done, SHOWN of each at most."""
    kinds: dict[SheetState, list[CheckedRow[Any]]] = {state: [] for state in ORDER}
    for row in rows:
        if len(kinds[row.state]) < SHOWN:
            kinds[row.state].append(row)
    return [row for part in kinds.values() for row in part]
