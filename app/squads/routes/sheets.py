"""Sheets of candidates and of results: sent, looked at row by row, confirmed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

from flask import redirect, render_template, url_for
from flask_babel import gettext as _

from app.activities.routes.desk import tried
from app.core.errors import DomainError
from app.core.permissions import Permission
from app.core.text import N_
from app.registrations.routes.team import SHOWN, sentence
from app.squads.forms import ConfirmForm, SheetForm
from app.squads.queries.squads import squad
from app.squads.routes.frame import ONE, blueprint
from app.squads.routes.office import squad_page
from app.squads.services.people_files import PEOPLE
from app.squads.services.result_files import RESULTS
from app.squads.services.sheets import (
    CheckedRow,
    SheetKind,
    SheetState,
    confirm_sheet,
    keep_sheet,
    read_sheet,
    review_sheet,
)
from app.web.access import actor, requires, the_account


@dataclass(frozen=True, slots=True)
class _Shown:
    """A kind of sheet and what its page is called (a msgid)."""

    kind: SheetKind[Any]
    title: str


SHEET: Final = f"{ONE}/<any(people, results):sheet>"
SHEETS: Final = {"people": _Shown(PEOPLE, N_("核对名单")), "results": _Shown(RESULTS, N_("核对成绩"))}
"""By their names in the address, which are those of their forms too."""
ORDER: Final = (
    SheetState.WRONG,
    SheetState.TWICE,
    SheetState.FILLS,
    SheetState.READY,
    SheetState.ADDED,
    SheetState.KNOWN,
)
"""What has to be changed first."""


@blueprint.post(SHEET)
@requires(Permission.SQUAD_EDIT)
def upload_sheet(squad_id: uuid.UUID, sheet: str) -> Any:
    """Read a sheet; no row comes in before the next page is confirmed."""
    squad(squad_id)
    kind, form = SHEETS[sheet].kind, SheetForm(prefix=sheet)
    kept: list[uuid.UUID] = []

    def keep() -> None:
        try:
            with closing(form.file.data) as file:
                table = read_sheet(kind, squad_id, file.read())
        except DomainError as error:  # whatever is wrong with a sheet stands beside it
            error.field = "file"
            raise
        kept.append(
            keep_sheet(
                kind=kind,
                squad_id=squad_id,
                account_id=the_account(),
                file_name=form.file.data.filename or "",
                table=table,
                actor=actor(),
            )
        )

    if form.validate() and tried(keep, form):
        return redirect(url_for("squads.sheet_preview", squad_id=squad_id, sheet=sheet, upload_id=kept[0]))
    return squad_page(squad_id, **{f"{sheet}_form": form}), 422


@blueprint.get(f"{SHEET}/<uuid:upload_id>")
@requires(Permission.SQUAD_EDIT)
def sheet_preview(squad_id: uuid.UUID, sheet: str, upload_id: uuid.UUID) -> str:
    """What was read, row by row; after the confirmation what came of it."""
    return _preview(squad_id, sheet, upload_id, ConfirmForm(formdata=None))


@blueprint.post(f"{SHEET}/<uuid:upload_id>")
@requires(Permission.SQUAD_EDIT)
def confirm_rows(squad_id: uuid.UUID, sheet: str, upload_id: uuid.UUID) -> Any:
    """Take the rows that can be taken; twice is once."""
    form = ConfirmForm()

    def confirm() -> None:
        confirm_sheet(
            kind=SHEETS[sheet].kind, upload_id=upload_id, squad_id=squad_id, account_id=the_account(), actor=actor()
        )

    if form.validate() and tried(confirm, form):
        return redirect(url_for("squads.sheet_preview", squad_id=squad_id, sheet=sheet, upload_id=upload_id))
    return _preview(squad_id, sheet, upload_id, form), 422


def _preview(squad_id: uuid.UUID, sheet: str, upload_id: uuid.UUID, form: ConfirmForm) -> str:
    shown = SHEETS[sheet]
    seen = review_sheet(kind=shown.kind, upload_id=upload_id, squad_id=squad_id, account_id=the_account())
    return render_template(
        "squads/sheet_preview.html",
        squad=squad(squad_id),
        sheet=sheet,
        title=_(shown.title),
        seen=seen,
        form=form,
        counts={state.value: seen.count(state) for state in SheetState},
        rows=_in_order(seen.rows),
        sentence=sentence,
    )


def _in_order(rows: Iterable[CheckedRow[Any]]) -> list[CheckedRow[Any]]:
    """By what has to be done, SHOWN of each at most."""
    kinds: dict[SheetState, list[CheckedRow[Any]]] = {state: [] for state in ORDER}
    for row in rows:
        if len(kinds[row.state]) < SHOWN:
            kinds[row.state].append(row)
    return [row for part in kinds.values() for row in part]
