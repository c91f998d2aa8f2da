"""A team's sheet between its upload and its end: how it is kept, and what each row has come to."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Self

from sqlalchemy import bindparam, select

from app.core.clock import local
from app.core.db import db
from app.core.errors import DomainError
from app.core.spreadsheets import Row, Table, read_table
from app.core.text import N_
from app.people.models import Person
from app.people.queries.organisations import towns, units
from app.people.rules.ages import office_day
from app.people.rules.intake import PersonInput
from app.people.services.persons import document_index, no_document_key
from app.registrations.constants import ACTIVE_STATES
from app.registrations.models import Registration
from app.registrations.rules.team_columns import BY_KEY, key_of_title
from app.registrations.rules.team_file import (
    MAX_ROWS,
    CellError,
    RowResult,
    RowStatus,
    TeamFacts,
    TeamMember,
    read_team,
)
from app.registrations.services.facts import ActivityWithTexts

BATCH: Final = 500
"""People that are looked up or registered at once: the store is not held longer than for these."""


class RowState(StrEnum):
    """What a row of an upload has come to, the leader's words in `label`."""

    READY = "ready"
    REGISTERED = "registered"
    KNOWN = "known"
    TWICE = "twice"
    WRONG = "wrong"

    @property
    def label(self) -> str:
        """The state as a msgid."""
        return {
            RowState.READY: N_("可报名"),
            RowState.REGISTERED: N_("报上了"),
            RowState.KNOWN: N_("已报过，跳过"),
            RowState.TWICE: N_("重复，跳过"),
            RowState.WRONG: N_("要改"),
        }[self]

    @property
    def badge(self) -> str:
        """The kind of badge that shows it."""
        return {RowState.READY: "open", RowState.REGISTERED: "ok", RowState.WRONG: "no"}.get(self, "off")


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row: its number in the spreadsheet, the name and all cells as typed, the reasons or the member."""

    number: int
    name: str
    state: RowState
    cells: tuple[str, ...] = ()
    reasons: tuple[CellError, ...] = ()
    member: TeamMember | None = None


@dataclass(slots=True)
class Kept:
    """What is sealed of an upload: the table, and how far its registration has come.

    `done`: numbers of rows that were registered; `refused`: number → why that row could not be.
    """

    table: Table
    done: set[int] = field(default_factory=set)
    refused: dict[int, CellError] = field(default_factory=dict)
    team_id: uuid.UUID | None = None

    def to_json(self) -> str:
        """As it is sealed."""
        refused = {
            number: [error.column, error.code, error.message, {key: str(value) for key, value in error.params.items()}]
            for number, error in self.refused.items()
        }
        rows = [[row.number, row.cells, sorted(row.formulas), sorted(row.rounded)] for row in self.table.rows]
        kept = {
            "rows": rows,
            "done": sorted(self.done),
            "refused": refused,
            "team": str(self.team_id) if self.team_id else None,
        }
        return json.dumps(kept, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The inverse."""
        kept = json.loads(text)
        return cls(
            table=Table(
                tuple(Row(number, tuple(cells), frozenset(f), frozenset(r)) for number, cells, f, r in kept["rows"])
            ),
            done=set(kept["done"]),
            refused={int(number): CellError(*parts) for number, parts in kept["refused"].items()},
            team_id=uuid.UUID(kept["team"]) if kept["team"] else None,
        )

    @property
    def titles(self) -> tuple[str, ...]:
        """The head of the sheet as the leader wrote it."""
        return next(row.cells for row in self.table.rows if "name" in {key_of_title(cell) for cell in row.cells})


def team_facts(facts: ActivityWithTexts, at: datetime) -> TeamFacts:
    """What the rows of an activity's sheet are checked against. Two statements."""
    return TeamFacts(
        categories=list(facts.categories.values()),
        first_day=office_day(facts.activity.starts_at),
        today=local(at).date(),
        towns={one.name: one.id for one in towns()},
        organisations={one.name: one.id for one in units()},
        guardian_to_18=facts.activity.guardian_to_18,
        asks=facts.activity.asks,
    )


def read_file(data: bytes, facts: TeamFacts) -> Table:
    """The table of a file whose head and length are right; else the refusal of `read_table` or `read_team`."""
    table = read_table(data, max_rows=MAX_ROWS)
    read_team(table, facts)
    return table


def check_rows(activity_id: uuid.UUID, kept: Kept, facts: TeamFacts) -> list[CheckedRow]:
    """Every row of an upload with what it has come to by now, in the order of the sheet."""
    sheet = read_team(kept.table, facts)
    cells = {row.number: row.cells for row in kept.table.rows}
    open_rows = [row for row in sheet.rows if row.number not in kept.done and row.number not in kept.refused]
    known, contradicting = _known(activity_id, [row for row in open_rows if row.member is not None])
    found = []
    for row in sheet.rows:
        state, reasons = _state(row)
        if row.number in kept.done:
            state, reasons = RowState.REGISTERED, ()
        elif row.number in kept.refused:
            state, reasons = RowState.WRONG, (kept.refused[row.number],)
        elif row.number in known:
            state = RowState.KNOWN
        elif row.number in contradicting:
            state, reasons = RowState.WRONG, (_contradicting(),)
        found.append(CheckedRow(row.number, row.name, state, cells[row.number], reasons, row.member))
    return found


def mismatches(activity_id: uuid.UUID, kept: Kept, facts: TeamFacts) -> int:
    """Of how many rows the preview would tell that the name is not the document's."""
    readable = [row for row in read_team(kept.table, facts).rows if row.member is not None]
    return len(_known(activity_id, readable)[1])


def _state(row: RowResult) -> tuple[RowState, tuple[CellError, ...]]:
    states = {
        RowStatus.OK: RowState.READY,
        RowStatus.DUPLICATE: RowState.TWICE,
        RowStatus.ERROR: RowState.WRONG,
    }
    return states[row.status], row.errors


def cell_error(error: DomainError) -> CellError:
    """A refusal as it stands in a row: at the column of its field, else at the name."""
    column = BY_KEY.get(error.field or "", BY_KEY["name"])
    return CellError(column.title, error.code, error.message, error.params)


def _contradicting() -> CellError:
    return cell_error(DomainError("person_mismatch", N_("姓名和证件对不上，请核对。"), field="name"))


# --------------------------------------------------------------------------- who has registered before

_BY_DOCUMENT = select(Person.id, Person.name, Person.document_index.label("key")).where(
    Person.document_index.in_(bindparam("keys", expanding=True))
)
_BY_KEY = select(Person.id, Person.name, Person.no_document_key.label("key")).where(
    Person.no_document_key.in_(bindparam("keys", expanding=True))
)
_REGISTERED = select(Registration.person_id).where(
    Registration.activity_id == bindparam("a"),
    Registration.person_id.in_(bindparam("ids", expanding=True)),
    Registration.state.in_([state.value for state in ACTIVE_STATES]),
)


def _known(activity_id: uuid.UUID, rows: Sequence[RowResult]) -> tuple[set[int], set[int]]:
    """Numbers of rows whose person is registered already, and of those whose name is not the document's.

    Three statements for each BATCH of rows. Nothing else of a person is read or told.
    """
    registered: set[int] = set()
    contradicting: set[int] = set()
    for part in _parts(rows):
        keys = {row.number: _key(row.member.person) for row in part if row.member is not None}
        names = {row.number: row.member.person.name for row in part if row.member is not None}
        documents = [key for has_document, key in keys.values() if has_document]
        others = [key for has_document, key in keys.values() if not has_document]
        people = {}
        for statement, wanted in ((_BY_DOCUMENT, documents), (_BY_KEY, others)):
            if wanted:
                people.update({one.key: one for one in db.session.execute(statement, {"keys": wanted})})
        ids = [one.id for one in people.values()]
        there = set(db.session.execute(_REGISTERED, {"a": activity_id, "ids": ids}).scalars()) if ids else set()
        for number, (_has_document, key) in keys.items():
            person = people.get(key)
            if person is None:
                continue
            if person.name != names[number]:
                contradicting.add(number)
            elif person.id in there:
                registered.add(number)
    return registered, contradicting


def _parts(rows: Sequence[RowResult]) -> Iterator[Sequence[RowResult]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def _key(person: PersonInput) -> tuple[bool, bytes]:
    """Under what a person is found; without a document a birth date and a phone have been asked for."""
    if person.document_number:
        return True, document_index(person.document_type.value, person.document_number)
    if person.birth_date is None or person.phone is None:
        return False, b""
    return False, no_document_key(person.name, person.birth_date, person.phone)
