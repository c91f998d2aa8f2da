"""A sheet of a squad between its upload and its end: read, shown row by row, confirmed.

What is its own about a kind of sheet stands in a `SheetKind`: candidates in `people_files`, results in
`result_files`. It is kept as a team's sheet of a registration is, sealed for a day (`TeamUpload`, whose
`activity_id` is here the scope of the kind).
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from app.audit.services import Actor, record
from app.core.clock import now
from app.core.db import db
from app.core.spreadsheets import Table, read_table
from app.core.text import N_
from app.core.transactions import act
from app.registrations.rules.team_file import MAX_ROWS, CellError
from app.registrations.services.team_rows import BATCH, Kept
from app.registrations.services.uploads import seal_sheet, sealed_sheet, to_confirm
from app.squads.queries.squads import squad


class SheetState(StrEnum):
    """What a row of a sheet has come to."""

    READY = "ready"
    FILLS = "fills"
    ADDED = "added"
    KNOWN = "known"
    TWICE = "twice"
    WRONG = "wrong"

    @property
    def label(self) -> str:
        """The state as a msgid."""
        return {
            SheetState.READY: N_("新的"),
            SheetState.FILLS: N_("已有，补上或改"),
            SheetState.ADDED: N_("已收下"),
            SheetState.KNOWN: N_("已有，跳过"),
            SheetState.TWICE: N_("重复，跳过"),
            SheetState.WRONG: N_("要改"),
        }[self]

    @property
    def badge(self) -> str:
        """The kind of badge that shows it."""
        kinds = {SheetState.READY: "open", SheetState.FILLS: "open", SheetState.ADDED: "ok", SheetState.WRONG: "no"}
        return kinds.get(self, "off")


TAKEN_UP = frozenset({SheetState.READY, SheetState.FILLS})
"""Rows that a confirmation would write."""
Verdict = tuple[SheetState, tuple[CellError, ...]]


class SheetRow(Protocol):
    """A row as it was read: its number in the spreadsheet, and how it is named on the page."""

    @property
    def number(self) -> int:
        """In the spreadsheet."""

    @property
    def shown(self) -> str:
        """As it was typed: whoever sees it has sent it."""


R = TypeVar("R", bound=SheetRow)


@dataclass(frozen=True, slots=True)
class CheckedRow(Generic[R]):
    """A row with what it has come to, and the reasons."""

    row: R
    state: SheetState
    reasons: tuple[CellError, ...] = ()

    @property
    def name(self) -> str:
        """As it was typed: whoever sees it has sent it."""
        return self.row.shown

    @property
    def number(self) -> int:
        """Its number in the spreadsheet."""
        return self.row.number


@dataclass(frozen=True, slots=True)
class Review(Generic[R]):
    """A sheet as whoever sent it sees it."""

    id: uuid.UUID
    file_name: str
    rows: Sequence[CheckedRow[R]]
    finished: bool

    def count(self, state: SheetState) -> int:
        """How many rows have come to `state`."""
        return Counter(one.state for one in self.rows)[state]

    @property
    def ready(self) -> list[R]:
        """What a confirmation would write."""
        return [one.row for one in self.rows if one.state in TAKEN_UP]


@dataclass(frozen=True, slots=True)
class SheetKind(Generic[R]):
    """What one kind of sheet is: how it is read and judged, and how its rows are taken in.

    `uploaded` is the act in the trail; `none_ready` what is said of a sheet of which nothing can be taken. `scope`
    gives what an account has one sheet of at a time. `take` joins the act and answers what it could not take, by row.
    """

    uploaded: str
    none_ready: str
    scope: Callable[[uuid.UUID], uuid.UUID]
    read: Callable[[uuid.UUID, Table, datetime], Sequence[R]]
    judge: Callable[[uuid.UUID, Kept, Sequence[R]], Mapping[int, Verdict]]
    take: Callable[[uuid.UUID, Sequence[R], Actor, datetime], Mapping[int, CellError]]


def read_sheet(kind: SheetKind[Any], squad_id: uuid.UUID, data: bytes, *, at: datetime | None = None) -> Table:
    """The table of a file whose head and length are right, or why it is none. Outside an act: it takes long."""
    table = read_table(data, max_rows=MAX_ROWS)
    kind.read(squad_id, table, at or now())
    return table


@act
def keep_sheet(
    *,
    kind: SheetKind[Any],
    squad_id: uuid.UUID,
    account_id: uuid.UUID,
    file_name: str,
    table: Table,
    actor: Actor,
    at: datetime | None = None,
) -> uuid.UUID:
    """Seal what was read for 24 hours, in the place of this account's earlier sheet; no row comes in by it."""
    found = squad(squad_id)
    row = seal_sheet(
        scope_id=kind.scope(squad_id),
        account_id=account_id,
        name=found.name,
        file_name=file_name,
        kept=Kept(table),
        at=at or now(),
    )
    record(
        actor,
        kind.uploaded,
        subject_kind="squad",
        subject_id=squad_id,
        count=len(table.rows),
        sha256=row.sha256.hex(),
    )
    return row.id


def review_sheet(
    *, kind: SheetKind[R], upload_id: uuid.UUID, squad_id: uuid.UUID, account_id: uuid.UUID, at: datetime | None = None
) -> Review[R]:
    """A sheet with every row and what it has come to by now. NotFound for anybody but who sent it."""
    at = at or now()
    upload = sealed_sheet(upload_id, kind.scope(squad_id), account_id, at)
    kept = Kept.from_json(upload.body)
    rows = kind.read(squad_id, kept.table, at)
    verdicts = kind.judge(squad_id, kept, rows)
    return Review(
        id=upload.id,
        file_name=upload.file_name,
        rows=[CheckedRow(row, *verdicts[row.number]) for row in rows],
        finished=bool(kept.done or kept.refused),
    )


def confirm_sheet(
    *,
    kind: SheetKind[Any],
    upload_id: uuid.UUID,
    squad_id: uuid.UUID,
    account_id: uuid.UUID,
    actor: Actor,
    at: datetime | None = None,
) -> None:
    """Take every row that can be taken, in acts of BATCH rows; the others stay to be changed.

    Each act notes its rows: a second confirmation goes on where a first was cut off, and changes
    nothing when all is done. Raises DomainError `nobody_ready`.
    """
    at = at or now()
    look = partial(review_sheet, kind=kind, upload_id=upload_id, squad_id=squad_id, account_id=account_id, at=at)
    ready = to_confirm(look, kind.none_ready).ready
    for start in range(0, len(ready), BATCH):
        _take_rows(
            kind=kind,
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
    kind: SheetKind[Any],
    upload_id: uuid.UUID,
    squad_id: uuid.UUID,
    account_id: uuid.UUID,
    rows: Sequence[SheetRow],
    actor: Actor,
    at: datetime,
) -> None:
    """Take a part of a sheet and note what its rows came to."""
    upload = sealed_sheet(upload_id, kind.scope(squad_id), account_id, at, lock=True)
    kept = Kept.from_json(upload.body)
    left = [row for row in rows if row.number not in kept.done and row.number not in kept.refused]
    if not left:
        return
    kept.refused |= kind.take(squad_id, left, actor, at)
    kept.done |= {row.number for row in left} - kept.refused.keys()
    upload.body = kept.to_json()
    db.session.flush()
