"""A sheet of results: how its rows are read, what they come to, how they are taken in."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from app.audit.services import Actor
from app.core.spreadsheets import Table
from app.core.text import N_
from app.registrations.rules.team_file import CellError
from app.registrations.services.team_rows import Kept
from app.squads.queries.squads import groups_of
from app.squads.rules.sheet import ResultRow, read_results
from app.squads.services.results import add_results, held_results, key_of
from app.squads.services.sheets import SheetKind, SheetState, Verdict


def _scope(squad_id: uuid.UUID) -> uuid.UUID:
    """Beside the sheet of candidates, not in its place."""
    return uuid.uuid5(squad_id, "results")


def _read(squad_id: uuid.UUID, table: Table, _at: datetime) -> list[ResultRow]:
    return read_results(table, [line.group.name for line in groups_of(squad_id)])


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


def _take(squad_id: uuid.UUID, rows: Sequence[ResultRow], actor: Actor, _at: datetime) -> Mapping[int, CellError]:
    add_results(squad_id=squad_id, rows=rows, actor=actor)
    return {}


RESULTS: Final = SheetKind(
    uploaded="squads.results_uploaded",
    none_ready=N_("没有可以收下的成绩，请改好再上传。"),
    scope=_scope,
    read=_read,
    judge=_verdicts,
    take=_take,
)
