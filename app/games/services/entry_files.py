"""A delegation's sheet between its upload and its end: read, shown with what each row comes to, confirmed.

It is kept as a team's sheet of a registration is, sealed for a day (`TeamUpload`, whose `activity_id`
is here the delegation's).
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from app.audit.services import Actor, record
from app.core.clock import local, now
from app.core.db import db
from app.core.errors import DomainError
from app.core.spreadsheets import Table, read_table
from app.core.text import N_
from app.core.transactions import act
from app.games.constants import GamesStatus
from app.games.queries.entries import event_lines, line_ups
from app.games.rules.entering import LEADER, Desk, check_window
from app.games.rules.entry_file import EntryRow, Group, SheetFacts, cell_error, group, read_entries, same_team
from app.games.services.entries import enter_many, look_at_entries, preview
from app.people.queries.organisations import units
from app.people.services.persons import look_up_persons
from app.registrations.rules.team_file import MAX_ROWS, CellError
from app.registrations.services.team_rows import BATCH, Kept, RowState
from app.registrations.services.uploads import seal_sheet, sealed_sheet, to_confirm


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row with what it has come to, and the reasons."""

    row: EntryRow
    state: RowState
    reasons: tuple[CellError, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """A sheet as whoever sent it sees it."""

    id: uuid.UUID
    file_name: str
    titles: tuple[str, ...]
    rows: Sequence[CheckedRow]
    ready: Sequence[Group]
    finished: bool

    def count(self, state: RowState) -> int:
        """How many rows have come to `state`."""
        return Counter(one.state for one in self.rows)[state]

    @property
    def wrong(self) -> list[CheckedRow]:
        """The rows that have to be changed, in their order."""
        return [one for one in self.rows if one.state is RowState.WRONG]


def sheet_facts(games_id: uuid.UUID, at: datetime) -> SheetFacts:
    """What the rows of an edition's sheets are read against. Two statements."""
    return SheetFacts(event_lines(games_id), local(at).date(), {one.name: one.id for one in units()})


def read_sheet(games_id: uuid.UUID, data: bytes, *, at: datetime | None = None) -> Table:
    """The table of a file whose head and length are right, or why it is none. Outside an act: it takes long."""
    table = read_table(data, max_rows=MAX_ROWS)
    read_entries(table, sheet_facts(games_id, at or now()))
    return table


@act
def keep_sheet(
    *,
    games_id: uuid.UUID,
    delegation_id: uuid.UUID,
    account_id: uuid.UUID,
    file_name: str,
    table: Table,
    actor: Actor,
    desk: Desk = LEADER,
    at: datetime | None = None,
) -> uuid.UUID:
    """Seal what was read for 24 hours, in the place of this account's earlier sheet; returns its id.

    Nobody is entered by it: the office says by what decision when it confirms a late sheet.
    """
    at = at or now()
    opened = look_at_entries(games_id, delegation_id, [], at)
    if not desk.office:
        games = opened.games
        check_window(desk, GamesStatus(games.status), games.entries_open_at, games.entries_close_at, at)
    row = seal_sheet(
        scope_id=delegation_id,
        account_id=account_id,
        name=opened.delegation.name,
        file_name=file_name,
        kept=Kept(table),
        at=at,
    )
    record(
        actor,
        "games.entries_uploaded",
        subject_kind="delegation",
        subject_id=delegation_id,
        scope_id=games_id,
        count=len(table.rows),
        sha256=row.sha256.hex(),
    )
    return row.id


def review_sheet(
    *,
    upload_id: uuid.UUID,
    games_id: uuid.UUID,
    delegation_id: uuid.UUID,
    account_id: uuid.UUID,
    at: datetime | None = None,
) -> Review:
    """A sheet with every row and what it has come to by now. NotFound for anybody but who sent it."""
    at = at or now()
    upload = sealed_sheet(upload_id, delegation_id, account_id, at)
    kept = Kept.from_json(upload.body)
    facts = sheet_facts(games_id, at)
    groups = group(read_entries(kept.table, facts), facts)
    verdicts = _verdicts(games_id, delegation_id, kept, groups, at)
    rows = [
        CheckedRow(row, *verdict)
        for one, found in zip(groups, verdicts, strict=True)
        for row, verdict in zip(one.rows, found, strict=True)
    ]
    return Review(
        id=upload.id,
        file_name=upload.file_name,
        titles=kept.titles,
        rows=sorted(rows, key=lambda one: one.row.number),
        ready=[one for one, found in zip(groups, verdicts, strict=True) if found[0][0] is RowState.READY],
        finished=bool(kept.done or kept.refused),
    )


Verdict = tuple[RowState, tuple[CellError, ...]]


def _verdicts(
    games_id: uuid.UUID, delegation_id: uuid.UUID, kept: Kept, groups: Sequence[Group], at: datetime
) -> list[list[Verdict]]:
    """What each row of each group has come to. A handful of statements, however many rows there are."""
    found: dict[int, list[Verdict]] = {}
    left = []
    for index, one in enumerate(groups):
        if one.rows[0].number in kept.done:
            found[index] = [(RowState.REGISTERED, ())] * len(one.rows)
        elif any(row.number in kept.refused for row in one.rows):
            found[index] = [(RowState.WRONG, (_refused(kept, one, row),)) for row in one.rows]
        elif (wrong := one.wrong) is not None:
            found[index] = [(RowState.WRONG, row.errors or (same_team(wrong),)) for row in one.rows]
        else:
            left.append(index)
    there = line_ups(games_id, delegation_id)
    people = look_up_persons([member.person for index in left for member in groups[index].draft.members])
    rest = iter(people)
    open_ = []
    for index in left:
        draft = groups[index].draft
        ids = frozenset(next(rest)[1].person_id for _ in draft.members)
        if ids in there.get(draft.event_id, ()):
            found[index] = [(RowState.KNOWN, ())] * len(groups[index].rows)
        else:
            open_.append(index)
    drafts = [groups[index].draft for index in open_]
    opened = look_at_entries(games_id, delegation_id, {draft.event_id for draft in drafts}, at)
    for index, errors in zip(open_, preview(opened, drafts), strict=True):
        found[index] = _by_row(groups[index], errors)
    return [found[index] for index in range(len(groups))]


def _by_row(one: Group, errors: Sequence[DomainError]) -> list[Verdict]:
    """The reasons at the rows they concern, what concerns the team at its first; the others wait for them."""
    if not errors:
        return [(RowState.READY, ())] * len(one.rows)
    reasons: dict[int, list[CellError]] = {}
    for error in errors:
        index = error.params.get("index")
        reasons.setdefault(index if isinstance(index, int) else 0, []).append(cell_error(error))
    first = one.rows[min(reasons)]
    return [(RowState.WRONG, tuple(reasons.get(n, ())) or (same_team(first),)) for n in range(len(one.rows))]


def _refused(kept: Kept, one: Group, row: EntryRow) -> CellError:
    first = next(other for other in one.rows if other.number in kept.refused)
    return kept.refused.get(row.number, same_team(first))


def confirm_sheet(
    *,
    upload_id: uuid.UUID,
    games_id: uuid.UUID,
    delegation_id: uuid.UUID,
    account_id: uuid.UUID,
    declared: bool,
    actor: Actor,
    desk: Desk = LEADER,
    at: datetime | None = None,
) -> None:
    """Enter every entry of the sheet that can be, in acts of about BATCH rows.

    Each act notes its rows: a second confirmation goes on where a first was cut off, and changes
    nothing when all is done. Raises `nobody_ready`, or what refuses them all.
    """
    at = at or now()
    look = partial(
        review_sheet,
        upload_id=upload_id,
        games_id=games_id,
        delegation_id=delegation_id,
        account_id=account_id,
        at=at,
    )
    for part in _parts(to_confirm(look, N_("没有可以报项的人，请改好名单再上传。")).ready):
        enter_rows(
            upload_id=upload_id,
            games_id=games_id,
            delegation_id=delegation_id,
            account_id=account_id,
            groups=part,
            declared=declared,
            actor=actor,
            desk=desk,
            at=at,
        )


def _parts(groups: Sequence[Group]) -> Iterator[list[Group]]:
    """Whole entries, together at most BATCH rows unless one alone is longer."""
    part: list[Group] = []
    for one in groups:
        if part and sum(len(other.rows) for other in part) + len(one.rows) > BATCH:
            yield part
            part = []
        part.append(one)
    if part:
        yield part


@act
def enter_rows(
    *,
    upload_id: uuid.UUID,
    games_id: uuid.UUID,
    delegation_id: uuid.UUID,
    account_id: uuid.UUID,
    groups: Sequence[Group],
    declared: bool,
    actor: Actor,
    desk: Desk,
    at: datetime,
) -> int:
    """Enter a part of a sheet and note what its rows came to; returns how many entries were made."""
    upload = sealed_sheet(upload_id, delegation_id, account_id, at, lock=True)
    kept = Kept.from_json(upload.body)
    left = [one for one in groups if not any(row.number in kept.done or row.number in kept.refused for row in one.rows)]
    if not left:
        return 0
    outcomes = enter_many(
        games_id=games_id,
        delegation_id=delegation_id,
        drafts=[one.draft for one in left],
        declared=declared,
        actor=actor,
        desk=desk,
        at=at,
    )
    for one, outcome in zip(left, outcomes, strict=True):
        if not outcome.errors:
            kept.done |= {row.number for row in one.rows}
            continue
        for row, (_, reasons) in zip(one.rows, _by_row(one, outcome.errors), strict=True):
            kept.refused[row.number] = reasons[0]
    upload.body = kept.to_json()
    db.session.flush()
    return sum(not outcome.errors for outcome in outcomes)
