"""A sheet of candidates: how its rows are read, what they come to, how they are taken in."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from app.audit.services import Actor
from app.core.clock import local
from app.core.spreadsheets import Table
from app.core.text import N_
from app.people.queries.organisations import units
from app.people.services.persons import look_up_persons
from app.registrations.rules.team_file import CellError
from app.registrations.services.team_rows import Kept
from app.squads.models import SquadMember, SquadTrial
from app.squads.queries.squads import groups_of
from app.squads.queries.trials import trials_by_member
from app.squads.rules.sheet import PersonRow, cell_of, read_people
from app.squads.services.selection import add_people, known_members
from app.squads.services.sheets import SheetKind, SheetState, Verdict
from app.squads.services.trials import has_trial


def _scope(squad_id: uuid.UUID) -> uuid.UUID:
    return squad_id


def _read(squad_id: uuid.UUID, table: Table, at: datetime) -> list[PersonRow]:
    names = [line.group.name for line in groups_of(squad_id)]
    return read_people(table, names, [one.name for one in units()], local(at).date())


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


def _take(squad_id: uuid.UUID, rows: Sequence[PersonRow], actor: Actor, at: datetime) -> Mapping[int, CellError]:
    organisations = {one.name: one.id for one in units()}
    taken = add_people(squad_id=squad_id, rows=rows, organisations=organisations, actor=actor, at=at)
    return {number: cell_of(error) for number, error in taken.refused}


PEOPLE: Final = SheetKind(
    uploaded="squads.people_uploaded",
    none_ready=N_("没有可以加入的人，请改好名单再上传。"),
    scope=_scope,
    read=_read,
    judge=_verdicts,
    take=_take,
)
