"""The sheet of a delegation: one row an athlete; rows of one event and team name are one entry.

It is read as a team's sheet is (`registrations.rules.team_file`): order of columns, spaces and stars
do not matter, and each cell's mistake is told by its name. Whether an entry is eligible is not known
here, but what its rows say is.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from app.core.errors import DomainError
from app.core.spreadsheets import Column, Row, Table
from app.core.text import N_, fold_width, normalise_search
from app.games.constants import EventForm
from app.games.rules.eligibility import EventFacts
from app.games.rules.entering import EntryDraft, Member
from app.people.constants import DocumentType
from app.people.rules.intake import RawPerson, read_person
from app.registrations.rules.team_columns import BY_KEY as USUAL
from app.registrations.rules.team_columns import DOCUMENT_TYPES, EXAMPLE_MARK, SheetColumn
from app.registrations.rules.team_file import CellError, check_free, find_head, look_up_word, rows_below, unreadable

COLUMNS: Final = (
    SheetColumn("event", "小项", ("项目", "参赛项目", "报名项目"), 24, "自由式 57 公斤"),
    SheetColumn("team", "队名", ("队伍", "参赛队", "队伍名称"), 16, ""),
    SheetColumn("name", "姓名", ("名字",), 12, EXAMPLE_MARK + "（上传前可删）"),
    USUAL["document_type"],
    SheetColumn("document_number", "证件号码", ("证件号", "身份证号", "身份证号码", "身份证"), 24, ""),
    USUAL["sex"],
    USUAL["birth_date"],
    USUAL["phone"],
    SheetColumn("organisation", "单位", ("学校", "工作单位", "单位名称"), 20, ""),
    SheetColumn("weight", "体重", ("体重公斤", "体重kg"), 8, "56.5"),
)
BY_KEY: Final = {column.key: column for column in COLUMNS}
GRAMS: Final = (10_000, 300_000)
"""Weights that people have."""


@dataclass(frozen=True, slots=True)
class EventLine:
    """An event as a sheet names it: by its name where only one bears it, by “大项 小项”, or by its code."""

    id: uuid.UUID
    code: str
    discipline: str
    facts: EventFacts

    @property
    def full_name(self) -> str:
        """大项 小项."""
        return f"{self.discipline} {self.facts.name}"


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What the rows are read against; `organisations` by name, `today` in the office's zone."""

    events: Sequence[EventLine]
    today: date
    organisations: Mapping[str, uuid.UUID] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One row: what was understood of it, or what has to be changed."""

    number: int
    name: str
    cells: tuple[str, ...]
    errors: tuple[CellError, ...] = ()
    event_id: uuid.UUID | None = None
    team: str = ""
    member: Member | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one entry."""

    rows: tuple[EntryRow, ...]

    @property
    def wrong(self) -> EntryRow | None:
        """The first row that cannot be read."""
        return next((row for row in self.rows if row.errors), None)

    @property
    def draft(self) -> EntryDraft:
        """The entry, of a group without wrong rows."""
        first = self.rows[0]
        if first.event_id is None:
            raise ValueError("a row without an event is wrong")
        return EntryDraft(first.event_id, tuple(row.member for row in self.rows if row.member), first.team)


def template(events: Sequence[EventLine]) -> tuple[list[Column], list[list[str]]]:
    """Columns and the one example row of the sheet to fill in."""
    example = [column.example for column in COLUMNS]
    if events:
        example[0] = events[0].full_name
    return [Column(column.title, column.width) for column in COLUMNS], [example]


def read_entries(table: Table, facts: SheetFacts) -> list[EntryRow]:
    """Every row of the sheet. Raises DomainError `team_columns`, `sheet_empty`, `sheet_too_long` (413)."""
    head, places, _ = find_head(table.rows, COLUMNS, ["event", "document_number"])
    reader = _Reader(facts, places)
    return [reader.read(row) for row in rows_below(table, head, places)]


def group(rows: Iterable[EntryRow], facts: SheetFacts) -> list[Group]:
    """The rows as entries, in the order of their first row; an individual, or a row of no event, stands alone."""
    single = {one.id for one in facts.events if one.facts.form is EventForm.INDIVIDUAL}
    found: dict[object, list[EntryRow]] = {}
    for row in rows:
        alone = row.event_id is None or row.event_id in single
        key: object = row.number if alone else (row.event_id, normalise_search(row.team))
        found.setdefault(key, []).append(row)
    return [Group(tuple(some)) for some in found.values()]


def parse_weight(text: str) -> int | None:
    """Grams of `56.5`, `56.5kg` or `56.5 公斤`; None for nothing. Raises DomainError `weight_form`."""
    plain = re.sub(r"(kg|公斤|千克)$", "", fold_width(text).strip().casefold()).strip()
    if not plain:
        return None
    if re.fullmatch(r"\d{1,3}(\.\d{1,3})?", plain):
        whole, _, part = plain.partition(".")
        grams = int(whole) * 1000 + int(part.ljust(3, "0") or 0)
        if GRAMS[0] <= grams <= GRAMS[1]:
            return grams
    raise DomainError("weight_form", N_("体重请填公斤数，例如 56.5。"), field="weight")


def cell_error(refused: DomainError) -> CellError:
    """A refusal at the column of its field; what concerns the team stands at its name."""
    column = BY_KEY.get("team" if refused.field == "members" else refused.field or "", BY_KEY["name"])
    return CellError(column.title, refused.code, refused.message, refused.params)


def same_team(row: EntryRow) -> CellError:
    """Why a row that is right waits: another one of its team is wrong."""
    return CellError(BY_KEY["team"].title, "team_row_wrong", N_("同队第 %(row)s 行要改。"), {"row": row.number})


class _Reader:
    """Reads the rows of one sheet."""

    def __init__(self, facts: SheetFacts, places: Mapping[str, int]) -> None:
        self.facts = facts
        self.places = places
        self.events: dict[str, list[EventLine]] = {}
        for one in facts.events:
            for word in {normalise_search(one.facts.name), normalise_search(one.full_name), normalise_search(one.code)}:
                self.events.setdefault(word, []).append(one)
        self.organisations = {normalise_search(name): id_ for name, id_ in facts.organisations.items()}

    def read(self, row: Row) -> EntryRow:
        """One row."""
        cells = {key: row.cell(place) for key, place in self.places.items()}
        errors = unreadable(row, self.places, BY_KEY)
        refusals: list[DomainError] = []
        event = self._event(cells["event"], refusals)
        member = None if errors else self._member(cells, refusals)
        errors += [cell_error(one) for one in refusals]
        return EntryRow(
            number=row.number,
            name=cells["name"],
            cells=row.cells,
            errors=tuple(errors),
            event_id=event.id if event else None,
            team=cells.get("team", ""),
            member=None if errors else member,
        )

    def _event(self, text: str, refusals: list[DomainError]) -> EventLine | None:
        found = self.events.get(normalise_search(text), [])
        if len(found) == 1:
            return found[0]
        if found:
            message = N_("有几个小项叫这个名，请写“%(name)s”这样的全名。")
            refusals.append(DomainError("event_ambiguous", message, field="event", name=found[0].full_name))
        elif text:
            refusals.append(DomainError("event_unknown", N_("没有这个小项，请照模板填。"), field="event"))
        else:
            refusals.append(DomainError("event_missing", N_("请填小项。"), field="event"))
        return None

    def _member(self, cells: Mapping[str, str], refusals: list[DomainError]) -> Member | None:
        for key in ("team", "organisation"):
            check_free(key, cells.get(key, ""), refusals)
        weight = None
        try:
            weight = parse_weight(cells.get("weight", ""))
        except DomainError as refused:
            refusals.append(refused)
        raw = RawPerson(
            name=cells["name"],
            document_type=look_up_word(DOCUMENT_TYPES, cells.get("document_type", ""), DocumentType.RESIDENT_ID),
            document_number=cells.get("document_number") or None,
            sex=cells.get("sex") or None,
            birth_date=cells.get("birth_date") or None,
            phone=cells.get("phone") or None,
            organisation_id=self.organisations.get(normalise_search(cells.get("organisation", ""))),
        )
        person, found = read_person(raw, self.facts.today)
        refusals += found
        return None if person is None else Member(person, weight=weight)
