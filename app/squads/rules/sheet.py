"""The sheet of candidates or members, and that of results: one row each, read with suspicion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.core.errors import DomainError
from app.core.spreadsheets import Row, Table
from app.core.text import N_, fold_width, normalise_search
from app.people.constants import DocumentType
from app.people.rules.intake import PersonInput, RawPerson, read_person
from app.registrations.rules.team_columns import BY_KEY as USUAL
from app.registrations.rules.team_columns import DOCUMENT_TYPES, EXAMPLE_MARK, SheetColumn
from app.registrations.rules.team_file import CellError, find_head, look_up_word, rows_below, unreadable
from app.squads.constants import Medal

PEOPLE: Final = (
    SheetColumn("group", "大项", ("分队", "项目", "组"), 16, "田径"),
    SheetColumn("name", "姓名", ("名字",), 12, EXAMPLE_MARK + "（上传前可删）"),
    USUAL["document_type"],
    SheetColumn("document_number", "证件号码", ("证件号", "身份证号", "身份证号码", "身份证"), 24, ""),
    USUAL["sex"],
    USUAL["birth_date"],
    USUAL["phone"],
    SheetColumn("organisation", "学校", ("单位", "学校名称", "单位名称"), 20, "山亭区实验中学"),
    SheetColumn("guardian", "监护人", ("家长",), 12, "王建国"),
    SheetColumn("agreed", "监护人同意日期", ("同意日期",), 14, "2021-03-05"),
    SheetColumn("mark", "选拔成绩", ("成绩",), 12, "12.45"),
    SheetColumn("tried", "选拔日期", ("测试日期",), 14, "2021-03-20"),
)
RESULTS: Final = (
    SheetColumn("group", "大项", ("项目",), 16, "田径"),
    SheetColumn("event", "小项", ("比赛项目",), 20, "男子 100 米"),
    SheetColumn("name", "姓名", ("姓名或队名", "队名"), 14, EXAMPLE_MARK + "（上传前可删）"),
    SheetColumn("place", "名次", ("排名",), 8, "1"),
)
BY_KEY: Final = {column.key: column for column in (*RESULTS, *PEOPLE)}
MEDALS: Final = {1: Medal.GOLD, 2: Medal.SILVER, 3: Medal.BRONZE}
MOST_MARK, MOST_EVENT = 20, 60


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody of the sheet, or what has to be changed in the row."""

    number: int
    name: str
    errors: tuple[CellError, ...] = ()
    group: str = ""
    person: PersonInput | None = None
    organisation: str = ""
    guardian: str = ""
    agreed_on: date | None = None
    mark: str = ""
    #: the day of the mark, if the sheet says it
    tried_on: date | None = None

    @property
    def shown(self) -> str:
        """How a page names the row."""
        return self.name


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A place of the sheet, or what has to be changed in the row."""

    number: int
    name: str
    errors: tuple[CellError, ...] = ()
    group: str = ""
    event: str = ""
    place: int = 0

    @property
    def shown(self) -> str:
        """How a page names the row."""
        return " ".join(part for part in (self.event, self.name) if part)


@dataclass(frozen=True, slots=True)
class Known:
    """What the cells of a sheet may name, by how it is searched, and the day on which it is read."""

    groups: Mapping[str, str]
    units: Mapping[str, str]
    today: date


def read_people(table: Table, groups: Sequence[str], units: Sequence[str], today: date) -> list[PersonRow]:
    """Every row of a sheet of people; `units`: the schools and units that are known, by their full names.

    Raises DomainError `team_columns`, `sheet_empty`, `sheet_too_long`.
    """
    head, places, _ = find_head(table.rows, PEOPLE, ["group", "document_number"])
    known = Known(
        {normalise_search(one): one for one in groups},
        {normalise_search(one): one for one in units},
        today,
    )
    return [_person(row, places, known) for row in rows_below(table, head, places)]


def read_results(table: Table, groups: Sequence[str]) -> list[ResultRow]:
    """Every row of a sheet of results; the same refusals."""
    head, places, _ = find_head(table.rows, RESULTS, ["group", "event", "place"])
    known = {normalise_search(one): one for one in groups}
    return [_result(row, places, known) for row in rows_below(table, head, places)]


def _person(row: Row, places: Mapping[str, int], known: Known) -> PersonRow:
    cells = {key: row.cell(place) for key, place in places.items()}
    errors = unreadable(row, places, BY_KEY)
    refusals: list[DomainError] = []
    group = _group(cells["group"], known.groups, refusals)
    unit = _unit(cells.get("organisation", ""), known.units, refusals)
    agreed = _day("agreed", cells.get("agreed", ""), refusals)
    tried = _day("tried", cells.get("tried", ""), refusals)
    if len(cells.get("mark", "")) > MOST_MARK:
        refusals.append(DomainError("mark_long", N_("成绩太长，最多 20 个字。"), field="mark"))
    kind = look_up_word(DOCUMENT_TYPES, cells.get("document_type", ""), DocumentType.RESIDENT_ID.value)
    person, wrong = read_person(
        RawPerson(
            name=cells["name"],
            document_type=kind,
            document_number=cells["document_number"] or None,
            sex=cells.get("sex") or None,
            birth_date=cells.get("birth_date") or None,
            phone=cells.get("phone") or None,
        ),
        known.today,
    )
    errors += [cell_of(one) for one in (*refusals, *wrong)]
    return PersonRow(
        number=row.number,
        name=cells["name"],
        errors=tuple(errors),
        group=group,
        person=None if errors else person,
        organisation=unit,
        guardian=cells.get("guardian", "")[:40],
        agreed_on=agreed,
        mark=cells.get("mark", "").strip(),
        tried_on=tried,
    )


def _result(row: Row, places: Mapping[str, int], known: Mapping[str, str]) -> ResultRow:
    cells = {key: row.cell(place) for key, place in places.items()}
    errors = unreadable(row, places, BY_KEY)
    refusals: list[DomainError] = []
    group = _group(cells["group"], known, refusals)
    text = fold_width(cells["place"]).strip()
    place = int(text) if text.isascii() and text.isdigit() and 0 < int(text) < 1000 else 0
    if not place:
        refusals.append(DomainError("place_wrong", N_("名次应为整数，例如 1。"), field="place"))
    if not cells["event"] or len(cells["event"]) > MOST_EVENT:
        refusals.append(DomainError("event_wrong", N_("请写小项，最多 60 个字。"), field="event"))
    if not cells["name"]:
        refusals.append(DomainError("name_missing", N_("请写姓名或队名。"), field="name"))
    errors += [cell_of(one) for one in refusals]
    return ResultRow(row.number, cells["name"][:60], tuple(errors), group, cells["event"], place)


def _group(text: str, known: Mapping[str, str], refusals: list[DomainError]) -> str:
    found = known.get(normalise_search(text), "")
    if not found:
        refusals.append(
            DomainError("group_unknown", N_("没有叫“%(name)s”的，请先加上。"), field="group", name=text[:20])
        )
    return found


def _unit(text: str, known: Mapping[str, str], refusals: list[DomainError]) -> str:
    """The full name of a school: as it is typed, or the only one that ends so (实验中学 for 山亭区实验中学)."""
    wanted = normalise_search(text)
    if not wanted:
        return ""
    found = [known[wanted]] if wanted in known else [name for key, name in known.items() if key.endswith(wanted)]
    if len(found) == 1:
        return found[0]
    words = N_("有几个单位以“%(name)s”结尾，请写全称。") if found else N_("没有叫“%(name)s”的单位，请先加上。")
    refusals.append(DomainError("unit_unknown", words, field="organisation", name=text[:20]))
    return ""


def _day(field: str, text: str, refusals: list[DomainError]) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text.strip().replace("/", "-").replace(".", "-")[:10])
    except ValueError:
        refusals.append(DomainError("day_wrong", N_("日期请写成 2021-03-05 这样。"), field=field))
        return None


def cell_of(refused: DomainError) -> CellError:
    """A refusal as it stands in a row: at the column of its field, else at the name."""
    column = BY_KEY.get(refused.field or "", BY_KEY["name"])
    return CellError(column.title, refused.code, refused.message, refused.params)
