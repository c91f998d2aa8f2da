"""A sheet of candidates between its upload and its end: read, shown row by row, confirmed.

It is kept as a team's sheet of a registration is, sealed for a day (`TeamUpload`, whose `activity_id`
is here the squad's).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from app.audit.services import Actor, record
from app.core.clock import local, now
from app.core.db import db
from app.core.errors import DomainError
from app.core.spreadsheets import Table, read_table
from app.core.text import N_
from app.core.transactions import act
from app.people.queries.organisations import units
from app.people.services.persons import look_up_persons
from app.registrations.rules.team_file import MAX_ROWS
from app.registrations.services.team_rows import BATCH, Kept
from app.registrations.services.uploads import seal_sheet, sealed_sheet
from app.squads.models import SquadMember, SquadTrial
from app.squads.queries.squads import groups_of, squad
from app.squads.queries.trials import trials_by_member
from app.squads.rules.sheet import PersonRow, cell_of, read_people
from app.squads.services.selection import add_people, known_members
from app.squads.services.sheets import CheckedRow, Review, SheetState, Verdict
from app.squads.services.trials import has_trial


def read_sheet(squad_id: uuid.UUID, data: bytes, *, at: datetime | None = None) -> Table:
    """The table of a file whose head and length are right, or why it is none. Outside an act: it takes long."""
    table = read_table(data, max_rows=MAX_ROWS)
    _read(squad_id, table, at or now())
    return table


def _read(squad_id: uuid.UUID, table: Table, at: datetime) -> list[PersonRow]:
    names = [line.group.name for line in groups_of(squad_id)]
    return read_people(table, names, [one.name for one in units()], local(at).date())


@act
def keep_sheet(
    *,
    squad_id: uuid.UUID,
    account_id: uuid.UUID,
    file_name: str,
    table: Table,
    actor: Actor,
    at: datetime | None = None,
) -> uuid.UUID:
    """Seal what was read for 24 hours, in the place of this account's earlier sheet; nobody comes in by it."""
    found = squad(squad_id)
    row = seal_sheet(
        scope_id=squad_id,
        account_id=account_id,
        name=found.name,
        file_name=file_name,
        kept=Kept(table),
        at=at or now(),
    )
    record(
        actor,
        "squads.people_uploaded",
        subject_kind="squad",
        subject_id=squad_id,
        count=len(table.rows),
        sha256=row.sha256.hex(),
    )
    return row.id


def review_sheet(
    *, upload_id: uuid.UUID, squad_id: uuid.UUID, account_id: uuid.UUID, at: datetime | None = None
) -> Review[PersonRow]:
    """A sheet with every row and what it has come to by now. NotFound for anybody but who sent it."""
    at = at or now()
    upload = sealed_sheet(upload_id, squad_id, account_id, at)
    kept = Kept.from_json(upload.body)
    rows = _read(squad_id, kept.table, at)
    verdicts = _verdicts(squad_id, kept, rows)
    return Review(
        id=upload.id,
        file_name=upload.file_name,
        rows=[CheckedRow(row, *verdicts[row.number]) for row in rows],
        finished=bool(kept.done or kept.refused),
    )


def _verdicts(squad_id: uuid.UUID, kept: Kept, rows: Sequence[PersonRow]) -> dict[int, Verdict]:
    """Row number → what it has come to. A handful of statements, however many rows there are."""
    found: dict[int, Verdict] = {}
    left: list[PersonRow] = []
    for row in rows:
        if row.number in kept.refused:
            found[row.number] = (SheetState.WRONG, (kept.refused[row.number],))
        elif row.person is None:
            found[row.number] = (SheetState.WRONG, row.errors)
        else:
            left.append(row)
    groups = {line.group.name: line.group.id for line in groups_of(squad_id)}
    members, trials = known_members(squad_id), trials_by_member(squad_id)
    seen: set[tuple[str, object]] = set()
    people = look_up_persons([row.person for row in left if row.person is not None])
    for row, (key, person) in zip(left, people, strict=True):
        if row.number in kept.done:
            found[row.number] = (SheetState.ADDED, ())
        elif person.error is not None:
            found[row.number] = (SheetState.WRONG, (cell_of(person.error),))
        elif (row.group, key) in seen:
            found[row.number] = (SheetState.TWICE, ())
        else:
            held = members.get((groups[row.group], person.person_id)) if person.person_id else None
            found[row.number] = (_state(held, trials.get(held.id, ()) if held is not None else (), row), ())
        seen.add((row.group, key))
    return found


def _state(held: SquadMember | None, trials: Sequence[SquadTrial], row: PersonRow) -> SheetState:
    if held is None:
        return SheetState.READY
    if row.guardian and row.agreed_on and held.agreed_on is None:
        return SheetState.FILLS
    return SheetState.FILLS if row.mark and not has_trial(trials, row.mark, row.tried_on) else SheetState.KNOWN


def confirm_sheet(
    *, upload_id: uuid.UUID, squad_id: uuid.UUID, account_id: uuid.UUID, actor: Actor, at: datetime | None = None
) -> None:
    """Take every row that can be taken, in acts of BATCH rows; the others stay to be changed.

    Each act notes its rows: a second confirmation goes on where a first was cut off, and changes
    nothing when all is done. Raises DomainError `nobody_ready`.
    """
    at = at or now()
    found = review_sheet(upload_id=upload_id, squad_id=squad_id, account_id=account_id, at=at)
    ready = found.ready
    if not ready and not found.finished:
        raise DomainError("nobody_ready", N_("没有可以加入的人，请改好名单再上传。"))
    organisations = {one.name: one.id for one in units()}
    for start in range(0, len(ready), BATCH):
        _take_rows(
            upload_id=upload_id,
            squad_id=squad_id,
            account_id=account_id,
            rows=ready[start : start + BATCH],
            organisations=organisations,
            actor=actor,
            at=at,
        )


@act
def _take_rows(
    *,
    upload_id: uuid.UUID,
    squad_id: uuid.UUID,
    account_id: uuid.UUID,
    rows: Sequence[PersonRow],
    organisations: Mapping[str, uuid.UUID],
    actor: Actor,
    at: datetime,
) -> None:
    """Take a part of a sheet and note what its rows came to."""
    upload = sealed_sheet(upload_id, squad_id, account_id, at, lock=True)
    kept = Kept.from_json(upload.body)
    left = [row for row in rows if row.number not in kept.done and row.number not in kept.refused]
    if not left:
        return
    taken = add_people(squad_id=squad_id, rows=left, organisations=organisations, actor=actor, at=at)
    kept.refused |= {number: cell_of(error) for number, error in taken.refused}
    kept.done |= {row.number for row in left} - kept.refused.keys()
    upload.body = kept.to_json()
    db.session.flush()
