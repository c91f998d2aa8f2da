"""Reading a table that somebody uploaded. All cells come back as text.

A formula is never computed and never trusted: its cell comes back as the value that the file
remembers, and its place stands in `Row.formulas`, so that the caller can refuse it with the name
of its column. In CSV a cell that starts with = is one; `="0012"`, by which some programs keep
leading zeros, is read as the text it means.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from app.core.clock import local
from app.core.errors import DomainError, TooLarge
from app.core.spreadsheets.archive import MAX_COLUMNS, broken, measure, unpack
from app.core.text import N_

MAX_BYTES: Final = 5 * 1024 * 1024
HEAD_ROWS: Final = 5
"""Rows that may stand above the data (a title, a hint, the header) beyond `max_rows`."""

_EXACT_UNTIL: Final = 10**15
"""Spreadsheets keep 15 digits of a number: an ID typed as a number has lost its last three."""
_KEPT_AS_TEXT: Final = re.compile(r'="([^"]*)"')

Value = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not empty.

    `number` as the spreadsheet shows it (from 1), `cells` stripped of outer spaces; `formulas` and
    `rounded` hold the indexes of cells that are formulas, or numbers too long to be exact.
    """

    number: int
    cells: tuple[str, ...]
    formulas: frozenset[int] = frozenset()
    rounded: frozenset[int] = frozenset()

    def cell(self, index: int) -> str:
        """The text at `index`, "" past the end of a short row."""
        return self.cells[index] if index < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Table:
    """The first visible sheet of a file with its rows that are not empty."""

    rows: tuple[Row, ...]


def read_table(data: bytes, *, max_rows: int) -> Table:
    """Read an XLSX or CSV file (told apart by content) of at most `max_rows` rows below its head.

    Raises DomainError `sheet_size`, `sheet_bomb`, `sheet_area`, `sheet_too_long` (413) or
    `sheet_empty`, `sheet_password`, `sheet_old`, `sheet_format`, `sheet_broken` (422).
    """
    if len(data) > MAX_BYTES:
        raise TooLarge("sheet_size", N_("文件超过 5 MB，请分成几份上传。"))
    if not data.strip():
        raise _empty()
    if data.startswith(b"PK\x03\x04"):
        rows = _xlsx_rows(data, max_rows)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise DomainError("sheet_password", N_("文件有密码，请去掉密码再上传。"))
        raise DomainError("sheet_old", N_("旧格式读不了，请另存为 XLSX 再上传。"))
    else:
        rows = _csv_rows(_decode(data))
    kept = tuple(row for row in rows if any(row.cells) or row.formulas)
    if not kept:
        raise _empty()
    if len(kept) > max_rows + HEAD_ROWS:
        raise too_long(len(kept) - 1, max_rows)
    return Table(kept)


def too_long(rows: int, max_rows: int) -> DomainError:
    """The refusal of a table of `rows` rows (its head not counted) where `max_rows` is the most."""
    return TooLarge(
        "sheet_too_long",
        N_("最多 %(limit)s 行，这份有 %(rows)s 行，请分成几份。"),
        limit=f"{max_rows:,}",
        rows=f"{rows:,}",
    )


def _empty() -> DomainError:
    return DomainError("sheet_empty", N_("表格是空的，请填好再上传。"))


# --------------------------------------------------------------------------- XLSX


def _xlsx_rows(data: bytes, max_rows: int) -> Iterator[Row]:
    parts = unpack(data)
    if "xl/workbook.xml" not in parts:
        raise DomainError("sheet_format", N_("这不是表格文件，请上传 XLSX 或 CSV。"))
    shapes = measure(parts)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        index = _first_visible(workbook, len(shapes))
        shape = shapes[index]
        if shape is None:
            raise broken()
        if shape.rows > max_rows + HEAD_ROWS:
            raise too_long(shape.rows - 1, max_rows)
        values: Sequence[Sequence[Value]] = workbook.get_sheet_by_index(index).to_python(skip_empty_area=False)
    except (CalamineError, ValueError, OverflowError):
        raise broken() from None
    formulas: dict[int, set[int]] = {}
    for row, column in shape.formulas:
        formulas.setdefault(row, set()).add(column)
    return (
        _row(number + 1, cells, formulas.get(number, set()))
        for number, cells in enumerate(_padded(values, max(formulas, default=-1)))
    )


def _first_visible(workbook: CalamineWorkbook, known: int) -> int:
    sheets = workbook.sheets_metadata
    if len(sheets) != known:  # two readings of one file: neither can be trusted
        raise broken()
    for index, sheet in enumerate(sheets):
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible:
            return index
    raise _empty()


def _padded(values: Sequence[Sequence[Value]], last: int) -> Iterator[Sequence[Value]]:
    """`values` with empty rows up to `last`: a formula without a remembered value is no value."""
    yield from values
    for _ in range(len(values), last + 1):
        yield ()


def _row(number: int, values: Sequence[Value], formulas: set[int]) -> Row:
    rounded = frozenset(
        i
        for i, value in enumerate(values)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= _EXACT_UNTIL
    )
    return Row(number, tuple(map(_text, values)), frozenset(formulas), rounded)


def _text(value: Value) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        plain = local(value).replace(tzinfo=None) if value.tzinfo else value
        return plain.isoformat(sep=" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


# --------------------------------------------------------------------------- CSV


def _decode(data: bytes) -> str:
    """The text of a CSV file: UTF-8, UTF-16 with a mark, or what Chinese Excel writes (GB 18030)."""
    encodings = ("utf-16",) if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search(r"[\x00-\x08\x0e-\x1f\x7f]", text):
            return text
    raise DomainError("sheet_format", N_("这不是表格文件，请上传 XLSX 或 CSV。"))


def _csv_rows(text: str) -> Iterator[Row]:
    head = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(",\t;", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    try:
        for cells in reader:
            if len(cells) > MAX_COLUMNS:
                raise DomainError("sheet_format", N_("这不是表格文件，请上传 XLSX 或 CSV。"))
            yield _csv_row(reader.line_num, cells)
    except csv.Error:
        raise broken() from None


def _csv_row(number: int, cells: Iterable[str]) -> Row:
    texts, formulas = [], set()
    for i, cell in enumerate(cells):
        text = cell.strip()
        if text.startswith("="):
            if kept := _KEPT_AS_TEXT.fullmatch(text):
                text = kept[1]
            else:
                formulas.add(i)
        texts.append(text)
    return Row(number, tuple(texts), frozenset(formulas))
