"""A sheet of results between its upload and its end, as that of candidates (`people_files`)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from app.audit.services import Actor, record
from app.core.clock import now
from app.core.db import db
from app.core.errors import DomainError
from app.core.spreadsheets import Table, read_table
from app.core.text import N_
from app.core.transactions import act
from app.registrations.rules.team_file import MAX_ROWS
from app.registrations.services.team_rows import BATCH, Kept
from app.registrations.services.uploads import seal_sheet, sealed_sheet
from app.squads.queries.squads import groups_of, squad
from app.squads.rules.sheet import ResultRow, read_results
from app.squads.services.results import add_results, held_results, key_of
from app.squads.services.sheets import CheckedRow, Review, SheetState, Verdict


def read_result_sheet(squad_id: uuid.UUID, data: bytes) -> Table:
    """The table of a file whose head and length are right, or why it is none. Outside an act: it takes long."""
    table = read_table(data, max_rows=MAX_ROWS)
    _read(squad_id, table)
    return table


def _read(squad_id: uuid.UUID, table: Table) -> list[ResultRow]:
    return read_results(table, [line.group.name for line in groups_of(squad_id)])


def _scope(squad_id: uuid.UUID) -> uuid.UUID:
    """Beside the sheet of candidates, not in its place."""
    return uuid.uuid5(squad_id, "results")


@act
def keep_results(
    *,
    squad_id: uuid.UUID,
    account_id: uuid.UUID,
    file_name: str,
    table: Table,
    actor: Actor,
    at: datetime | None = None,
) -> uuid.UUID:
    """Seal what was read for 24 hours, in the place of this account's earlier sheet; no place comes in by it."""
    found = squad(squad_id)
    row = seal_sheet(
        scope_id=_scope(squad_id),
        account_id=account_id,
        name=found.name,
        file_name=file_name,
        kept=Kept(table),
        at=at or now(),
    )
    record(
        actor,
        "squads.results_uploaded",
        subject_kind="squad",
        subject_id=squad_id,
        count=len(table.rows),
        sha256=row.sha256.hex(),
    )
    return row.id


def review_results(
    *, upload_id: uuid.UUID, squad_id: uuid.UUID, account_id: uuid.UUID, at: datetime | None = None
) -> Review[ResultRow]:
    """A sheet with every row and what it has come to by now. NotFound for anybody but who sent it."""
    upload = sealed_sheet(upload_id, _scope(squad_id), account_id, at or now())
    kept = Kept.from_json(upload.body)
    rows = _read(squad_id, kept.table)
    verdicts = _verdicts(squad_id, kept, rows)
    return Review(
        id=upload.id,
        file_name=upload.file_name,
        rows=[CheckedRow(row, *verdicts[row.number]) for row in rows],
        finished=bool(kept.done),
    )


def _verdicts(squad_id: uuid.UUID, kept: Kept, rows: Sequence[ResultRow]) -> dict[int, Verdict]:
    """Row number → what it has come to."""
    groups = {line.group.name: line.group.id for line in groups_of(squad_id)}
    held = held_results(squad_id)
    seen: set[tuple[uuid.UUID, str, str]] = set()
    found: dict[int, Verdict] = {}
    for row in rows:
        if row.errors:
            found[row.number] = (SheetState.WRONG, row.errors)
            continue
        key = (groups[row.group], row.event, key_of(row.name))
        if row.number in kept.done:
            found[row.number] = (SheetState.ADDED, ())
        elif key in seen:
            found[row.number] = (SheetState.TWICE, ())
        elif key not in held:
            found[row.number] = (SheetState.READY, ())
        else:
            there = held[key].place == row.place
            found[row.number] = (SheetState.KNOWN if there else SheetState.FILLS, ())
        seen.add(key)
    return found


def confirm_results(
    *, upload_id: uuid.UUID, squad_id: uuid.UUID, account_id: uuid.UUID, actor: Actor, at: datetime | None = None
) -> None:
    """Take every row that can be taken, in acts of BATCH rows; twice is once. Raises DomainError `nobody_ready`."""
    at = at or now()
    found = review_results(upload_id=upload_id, squad_id=squad_id, account_id=account_id, at=at)
    ready = found.ready
    if not ready and not found.finished:
        raise DomainError("nobody_ready", N_("没有可以收下的成绩，请改好再上传。"))
    for start in range(0, len(ready), BATCH):
        _take_rows(
            upload_id=upload_id,
            squad_id=squad_id,
            account_id=account_id,
            rows=ready[start : start + BATCH],
            actor=actor,
            at=at,
        )


@act
def _take_rows(
    *,
    upload_id: uuid.UUID,
    squad_id: uuid.UUID,
    account_id: uuid.UUID,
    rows: Sequence[ResultRow],
    actor: Actor,
    at: datetime,
) -> None:
    """Take a part of a sheet and note its rows."""
    upload = sealed_sheet(upload_id, _scope(squad_id), account_id, at, lock=True)
    kept = Kept.from_json(upload.body)
    left = [row for row in rows if row.number not in kept.done]
    if not left:
        return
    add_results(squad_id=squad_id, rows=left, actor=actor)
    kept.done |= {row.number for row in left}
    upload.body = kept.to_json()
    db.session.flush()
