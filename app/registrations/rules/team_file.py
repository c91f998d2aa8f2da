"""The sheet of a unit's leader: one row a person, each cell's mistake by its name.

The order of the columns, spaces and stars in their titles, and columns that nobody asked for do
not matter. A row is all right, wrong (with every reason), or the same person as a row above.
Whether a person has registered before is not known here.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from app.accounts.rules.phones import parse_phone
from app.activities.constants import AskField
from app.core.errors import DomainError
from app.core.spreadsheets import Row, Table
from app.core.spreadsheets.reading import too_long
from app.core.spreadsheets.writing import is_guarded
from app.core.text import N_, normalise_search
from app.people.constants import DocumentType
from app.people.rules.ages import age_on, check_age_limits, check_guardian, guardian_need
from app.people.rules.intake import PersonInput, RawPerson, read_person
from app.people.rules.names import clean_name
from app.registrations.rules.admission import CategoryFacts
from app.registrations.rules.team_columns import (
    BY_KEY,
    COLUMNS,
    DOCUMENT_TYPES,
    EXAMPLE_MARK,
    RELATIONS,
    SheetColumn,
    folded_title,
    title_keys,
)

MAX_ROWS: Final = 2_000
TEXT_MAX: Final = 80
HEAD_WITHIN: Final = 5
"""The titles stand in one of the first rows: a heading and a hint may come before."""
_FREE: Final = ("organisation", "shirt")


class RowStatus(StrEnum):
    """What a row came to."""

    OK = "ok"
    ERROR = "error"
    DUPLICATE = "duplicate"

    @property
    def label(self) -> str:
        """The status as a msgid."""
        return {
            RowStatus.OK: N_("可以报名"),
            RowStatus.ERROR: N_("要改"),
            RowStatus.DUPLICATE: N_("重复，跳过"),
        }[self]


@dataclass(frozen=True, slots=True)
class CellError:
    """What is wrong in one cell: the column's title, a code, a msgid with its places."""

    column: str
    code: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


@dataclass(frozen=True, slots=True)
class TeamMember:
    """A person of the sheet, ready to be registered once the leader has declared the consents."""

    person: PersonInput
    category_id: uuid.UUID
    organisation: str = ""
    answers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowResult:
    """One row: its number in the spreadsheet, the name as typed, and the member or the reasons."""

    number: int
    status: RowStatus
    name: str
    errors: tuple[CellError, ...] = ()
    member: TeamMember | None = None


@dataclass(frozen=True, slots=True)
class TeamSheet:
    """All rows in their order, and the titles that were not understood."""

    rows: tuple[RowResult, ...]
    ignored: tuple[str, ...] = ()

    def count(self, status: RowStatus) -> int:
        """How many rows came to `status`."""
        return sum(row.status is status for row in self.rows)


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """What the rows are checked against.

    `towns` and `organisations` by name; `first_day` of the activity and `today` are days in the
    office's zone; `asks` as the activity stores them.
    """

    categories: Sequence[CategoryFacts]
    first_day: date
    today: date
    towns: Mapping[str, uuid.UUID] = field(default_factory=dict)
    organisations: Mapping[str, uuid.UUID] = field(default_factory=dict)
    guardian_to_18: bool = True
    asks: Sequence[str] = ()


# --------------------------------------------------------------------------- reading


def read_team(table: Table, facts: TeamFacts) -> TeamSheet:
    """Every row of the sheet, checked.

    Raises DomainError `team_columns` (a title is missing or stands twice), `sheet_empty` (no row
    below the titles) or `sheet_too_long` (more than MAX_ROWS, 413).
    """
    head, places, ignored = _head(table.rows, needs_category=len(facts.categories) != 1)
    rows = rows_below(table, head, places)
    reader = _Reader(facts, places)
    return TeamSheet(tuple(reader.read(row) for row in rows), ignored)


def _head(rows: Sequence[Row], *, needs_category: bool) -> tuple[int, dict[str, int], tuple[str, ...]]:
    """Where the titles stand, the place of each known column, and the titles not known."""
    return find_head(rows, COLUMNS, ["document_number", *(["category"] if needs_category else [])])


def find_head(
    rows: Sequence[Row], columns: Sequence[SheetColumn], needed: Sequence[str]
) -> tuple[int, dict[str, int], tuple[str, ...]]:
    """Where the titles of a sheet with these columns stand, the place of each key, and the titles not known.

    Raises DomainError `team_columns` when one of `needed` is missing or a title stands twice.
    """
    by_key = {column.key: column for column in columns}
    index, keys = _find_titles(rows, title_keys(columns))
    places: dict[str, int] = {}
    for place, key in enumerate(keys):
        if key in places:
            raise _columns(N_("表头有两列“%(title)s”，请删去一列。"), title=by_key[key].title)
        if key is not None:
            places[key] = place
    for key in needed:
        if key not in places:
            raise _columns(N_("表头缺“%(title)s”，请用模板填写。"), title=by_key[key].title)
    ignored = (cell for cell, key in zip(rows[index].cells, keys, strict=True) if key is None and cell)
    return index, places, tuple(ignored)


def _find_titles(rows: Sequence[Row], known: Mapping[str, str]) -> tuple[int, list[str | None]]:
    """The row of the titles (姓名 and one more) and the key of each of its cells."""
    for index, row in enumerate(rows[:HEAD_WITHIN]):
        keys = [known.get(folded_title(cell)) for cell in row.cells]
        if "name" in keys and len(set(keys) - {None}) > 1:
            return index, keys
    raise _columns(N_("没找到表头，请用模板填写。"))


def _columns(message: str, *, title: str = "") -> DomainError:
    return DomainError("team_columns", message, title=title)


def rows_below(table: Table, head: int, places: Mapping[str, int]) -> list[Row]:
    """The rows below the titles without the template's example. Raises `sheet_empty`, `sheet_too_long` (413)."""
    rows = [row for row in table.rows[head + 1 :] if not row.cell(places["name"]).startswith(EXAMPLE_MARK)]
    if not rows:
        raise DomainError("sheet_empty", N_("名单是空的，请填好再上传。"))
    if len(rows) > MAX_ROWS:
        raise too_long(len(rows), MAX_ROWS)
    return rows


def unreadable(row: Row, places: Mapping[str, int], columns: Mapping[str, SheetColumn]) -> list[CellError]:
    """Cells that hold no text of their own: formulas, and numbers whose end is lost."""
    titles = {place: columns[key].title for key, place in places.items()}
    formulas = [
        CellError(titles[place], "formula", N_("这格是公式，请改成文字。"))
        for place in sorted(row.formulas & titles.keys())
    ]
    rounded = [
        CellError(titles[place], "rounded", N_("末几位丢了，请把这列设成文本再填。"))
        for place in sorted(row.rounded & titles.keys() - row.formulas)
    ]
    return formulas + rounded


class _Reader:
    """Reads the rows of one sheet and remembers whom it has seen."""

    def __init__(self, facts: TeamFacts, places: Mapping[str, int]) -> None:
        self.facts = facts
        self.places = places
        self.categories = {normalise_search(one.code): one for one in facts.categories}
        self.categories |= {normalise_search(one.name): one for one in facts.categories}
        self.towns = {normalise_search(name): id_ for name, id_ in facts.towns.items()}
        self.organisations = {normalise_search(name): id_ for name, id_ in facts.organisations.items()}
        self.seen: dict[tuple[object, ...], int] = {}

    def read(self, row: Row) -> RowResult:
        """One row as a result."""
        cells = {key: row.cell(place) for key, place in self.places.items()}
        name = cells["name"]
        errors = unreadable(row, self.places, BY_KEY)
        if errors:
            return RowResult(row.number, RowStatus.ERROR, name, tuple(errors))
        refusals: list[DomainError] = []
        member = self._member(cells, refusals)
        if member is None:
            return RowResult(row.number, RowStatus.ERROR, name, tuple(map(_cell_error, refusals)))
        first = self.seen.setdefault(row_identity(member.person), row.number)
        if first != row.number:
            same = CellError(
                BY_KEY["document_number"].title,
                "duplicate_row",
                N_("和第 %(row)s 行是同一个人。"),
                {"row": first},
            )
            return RowResult(row.number, RowStatus.DUPLICATE, name, (same,))
        return RowResult(row.number, RowStatus.OK, name, (), member)

    def _member(self, cells: Mapping[str, str], refusals: list[DomainError]) -> TeamMember | None:
        category = self._category(cells.get("category", ""), refusals)
        town = self._town(cells.get("town", ""), refusals)
        answers = self._answers(cells, refusals)
        for key in _FREE:
            check_free(key, cells.get(key, ""), refusals)
        organisation = cells.get("organisation", "")
        raw = RawPerson(
            name=cells["name"],
            document_type=look_up_word(DOCUMENT_TYPES, cells.get("document_type", ""), DocumentType.RESIDENT_ID),
            document_number=cells.get("document_number") or None,
            sex=cells.get("sex") or None,
            birth_date=cells.get("birth_date") or None,
            phone=cells.get("phone") or None,
            town_id=town,
            organisation_id=self.organisations.get(normalise_search(organisation)),
            guardian_name=cells.get("guardian_name") or None,
            guardian_phone=cells.get("guardian_phone") or None,
            guardian_relation=look_up_word(RELATIONS, cells.get("guardian_relation", ""), "") or None,
        )
        person, found = read_person(raw, self.facts.today)
        refusals += found
        if person is not None and category is not None:
            self._check_age(person, category, refusals)
        if refusals or person is None or category is None:
            return None
        return TeamMember(person, category.id, organisation, answers)

    def _category(self, text: str, refusals: list[DomainError]) -> CategoryFacts | None:
        if not text and len(self.facts.categories) == 1:
            return self.facts.categories[0]
        found = self.categories.get(normalise_search(text))
        if found is None:
            names = "、".join(category.name for category in self.facts.categories)
            refusals.append(DomainError("category_unknown", N_("组别请填：%(names)s。"), field="category", names=names))
        return found

    def _town(self, text: str, refusals: list[DomainError]) -> uuid.UUID | None:
        if not text:
            return None
        found = self.towns.get(normalise_search(text))
        if found is None:
            refusals.append(DomainError("town_unknown", N_("没有这个镇街，请照模板填。"), field="town"))
        return found

    def _answers(self, cells: Mapping[str, str], refusals: list[DomainError]) -> dict[str, str]:
        answers = {}
        if AskField.EMERGENCY in self.facts.asks:
            name, phone = cells.get("emergency_name", ""), cells.get("emergency_phone", "")
            try:
                answers["emergency_name"] = clean_name(name, field="emergency_name")
                answers["emergency_phone"] = parse_phone(phone, field="emergency_phone", mobile=False)
            except DomainError as refused:
                refusals.append(refused)
        if AskField.SHIRT in self.facts.asks and cells.get("shirt"):
            answers["shirt"] = cells["shirt"]
        return answers

    def _check_age(self, person: PersonInput, category: CategoryFacts, refusals: list[DomainError]) -> None:
        if person.birth_date is None:
            return
        age = age_on(person.birth_date, self.facts.first_day)
        try:
            check_age_limits(age, category=category.name, minimum=category.min_age, maximum=category.max_age)
            check_guardian(
                guardian_need(age, contact_to_18=self.facts.guardian_to_18),
                has_contact=bool(person.guardian_name and person.guardian_phone),
                has_consent=True,  # the leader declares it for the whole sheet
            )
        except DomainError as refused:
            refusals.append(refused)


def look_up_word(known: Mapping[str, str], text: str, default: str) -> str:
    """What `text` is known as; unknown text stays, and is refused where it is read."""
    return known.get(text, text) if text else default


def check_free(key: str, text: str, refusals: list[DomainError]) -> None:
    """Refuse a free text that is too long, or that a spreadsheet might compute."""
    if len(text) > TEXT_MAX:
        refusals.append(DomainError("text_too_long", N_("最多 80 个字，请改短。"), field=key))
    elif is_guarded(text) or re.search(r"[\x00-\x1f\x7f]", text):
        refusals.append(DomainError("text_character", N_("开头或中间有不能用的字符，请改。"), field=key))


def row_identity(person: PersonInput) -> tuple[object, ...]:
    """What makes two rows the same person: the document, or name, birth date and phone without one."""
    if person.document_number:
        return person.document_type, person.document_number
    return normalise_search(person.name), person.birth_date, person.phone


def _cell_error(refused: DomainError) -> CellError:
    """A refusal at the column of its field; a guardian's declaration has none and stands at the name."""
    column = BY_KEY.get(refused.field or "", BY_KEY["name"])
    return CellError(column.title, refused.code, refused.message, refused.params)
