"""A sheet of candidates: sent, looked at row by row, confirmed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from contextlib import closing
from typing import Any

from flask import redirect, render_template, url_for

from app.activities.routes.desk import tried
from app.core.errors import DomainError
from app.core.permissions import Permission
from app.registrations.routes.team import SHOWN, sentence
from app.squads.forms import ConfirmForm, SheetForm
from app.squads.queries.squads import squad
from app.squads.routes.frame import ONE, blueprint
from app.squads.routes.office import squad_page
from app.squads.services.people_files import (
    CheckedRow,
    SheetState,
    confirm_sheet,
    keep_sheet,
    read_sheet,
    review_sheet,
)
from app.web.access import actor, requires, the_account


@blueprint.post(f"{ONE}/people")
@requires(Permission.SQUAD_EDIT)
def upload_people(squad_id: uuid.UUID) -> Any:
    """Read a sheet of candidates or members; nobody comes in before the next page is confirmed."""
    squad(squad_id)
    form = SheetForm(prefix="people")
    kept: list[uuid.UUID] = []

    def keep() -> None:
        try:
            with closing(form.file.data) as file:
                table = read_sheet(squad_id, file.read())
        except DomainError as error:  # whatever is wrong with a sheet stands beside it
            error.field = "file"
            raise
        kept.append(
            keep_sheet(
                squad_id=squad_id,
                account_id=the_account(),
                file_name=form.file.data.filename or "",
                table=table,
                actor=actor(),
            )
        )

    if form.validate() and tried(keep, form):
        return redirect(url_for("squads.people_preview", squad_id=squad_id, upload_id=kept[0]))
    return squad_page(squad_id, people_form=form), 422


@blueprint.get(f"{ONE}/people/<uuid:upload_id>")
@requires(Permission.SQUAD_EDIT)
def people_preview(squad_id: uuid.UUID, upload_id: uuid.UUID) -> str:
    """What was read, row by row; after the confirmation what came of it."""
    return _preview(squad_id, upload_id, ConfirmForm(formdata=None))


@blueprint.post(f"{ONE}/people/<uuid:upload_id>")
@requires(Permission.SQUAD_EDIT)
def confirm_people(squad_id: uuid.UUID, upload_id: uuid.UUID) -> Any:
    """Take the rows that can be taken; twice is once."""
    form = ConfirmForm()

    def confirm() -> None:
        confirm_sheet(upload_id=upload_id, squad_id=squad_id, account_id=the_account(), actor=actor())

    if form.validate() and tried(confirm, form):
        return redirect(url_for("squads.people_preview", squad_id=squad_id, upload_id=upload_id))
    return _preview(squad_id, upload_id, form), 422


def _preview(squad_id: uuid.UUID, upload_id: uuid.UUID, form: ConfirmForm) -> str:
    seen = review_sheet(upload_id=upload_id, squad_id=squad_id, account_id=the_account())
    return render_template(
        "squads/people_preview.html",
        squad=squad(squad_id),
        seen=seen,
        form=form,
        counts={state.value: seen.count(state) for state in SheetState},
        rows=_shown(seen.rows),
        sentence=sentence,
    )


def _shown(rows: Iterable[CheckedRow]) -> list[CheckedRow]:
    """What has to be changed first, then the rest; SHOWN of each at most."""
    order = (
        SheetState.WRONG,
        SheetState.TWICE,
        SheetState.FILLS,
        SheetState.READY,
        SheetState.ADDED,
        SheetState.KNOWN,
    )
    kinds: dict[SheetState, list[CheckedRow]] = {state: [] for state in order}
    for row in rows:
        if len(kinds[row.state]) < SHOWN:
            kinds[row.state].append(row)
    return [row for part in kinds.values() for row in part]
