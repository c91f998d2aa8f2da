"""Writing tables. Whatever a user typed leaves as text: no cell of theirs ever computes.

In XLSX every text is a text cell, and one that a spreadsheet would take for a formula when it is
edited also bears the quote prefix. CSV knows no types, so such a text gets an apostrophe in front.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, BinaryIO, Final

import xlsxwriter

from app.core.clock import local
from app.core.text import fold_width

GUARDED: Final = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet compute a text (full-width forms too: some fold them on opening)."""

CELL_MAX: Final = 32_767
"""The longest text of an XLSX cell."""
_CUT: Final = "…"
_SHEET_NAME_MAX: Final = 31
_CSV_CHUNK: Final = 500


class Kind(StrEnum):
    """How a column is written."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    SHARE = "share"
    DATE = "date"
    DATETIME = "datetime"


_NUMBER_FORMATS: Final = {
    Kind.TEXT: "@",
    Kind.INTEGER: "#,##0",
    Kind.DECIMAL: "#,##0.00",
    Kind.SHARE: "0.0%",
    Kind.DATE: "yyyy-mm-dd",
    Kind.DATETIME: "yyyy-mm-dd hh:mm:ss",
}
_NUMERIC: Final = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.SHARE})
_DAYS: Final = frozenset({Kind.DATE, Kind.DATETIME})


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, its width in characters, how its values are written."""

    title: str
    width: float = 12
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: `rows` may be a generator, it is gone through once; None is an empty cell."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[object]]


def is_guarded(text: str) -> bool:
    """Whether a spreadsheet might compute `text` instead of showing it."""
    if text[:1].isalnum():  # most cells by far; no sign that is guarded is a letter or a figure
        return False
    first = text.lstrip(" \u3000\n")[:1]
    return bool(first) and fold_width(first) in GUARDED


# --------------------------------------------------------------------------- XLSX


def write_xlsx(target: BinaryIO, sheets: Sequence[Sheet]) -> None:
    """Write `sheets` to `target` row by row: memory stays flat however long they are.

    The head is bold over a rule, stays in view, is repeated on each printed page and filters.
    """
    workbook = xlsxwriter.Workbook(
        target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    try:
        styles = _Styles(
            head=workbook.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "vcenter"}),
            kinds={kind: workbook.add_format({"num_format": code}) for kind, code in _NUMBER_FORMATS.items()},
            quoted=workbook.add_format({"num_format": "@", "quote_prefix": True}),
        )
        used: set[str] = set()
        for sheet in sheets:
            _write_sheet(workbook.add_worksheet(_sheet_name(sheet.name, used)), sheet, styles)
    finally:
        workbook.close()


def xlsx_bytes(sheets: Sequence[Sheet]) -> bytes:
    """The file of `write_xlsx` as bytes, for what is small enough to be answered at once."""
    target = io.BytesIO()
    write_xlsx(target, sheets)
    return target.getvalue()


@dataclass(frozen=True, slots=True)
class _Styles:
    """The formats of one workbook."""

    head: Any
    kinds: dict[Kind, Any]
    quoted: Any


def _write_sheet(page: Any, sheet: Sheet, styles: _Styles) -> None:
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.freeze_panes(1, 0)
    for i, column in enumerate(sheet.columns):
        page.set_column(i, i, column.width, styles.kinds[column.kind])
        page.write_string(0, i, column.title, styles.head)
    last = 0
    for last, row in enumerate(sheet.rows, start=1):
        for i, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            _write_cell(page, (last, i), column.kind, value, styles)
    if sheet.columns:
        page.autofilter(0, 0, last, len(sheet.columns) - 1)


def _write_cell(page: Any, place: tuple[int, int], kind: Kind, value: object, styles: _Styles) -> None:
    if value is None or value == "":
        return
    if kind in _NUMERIC and _is_number(value):
        page.write_number(*place, value, styles.kinds[kind])
    elif kind in _DAYS and isinstance(value, date):
        page.write_datetime(*place, _wall(value), styles.kinds[kind])
    else:
        text = _cut(_plain(value))
        page.write_string(*place, text, styles.quoted if is_guarded(text) else styles.kinds[kind])


def _is_number(value: object) -> bool:
    """A number that both formats can hold; True and False are none."""
    return isinstance(value, int | float | Decimal | Fraction) and not isinstance(value, bool)


def _sheet_name(name: str, used: set[str]) -> str:
    """`name` as Excel allows it (31 characters, no brackets or slashes), different from those before."""
    plain = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", name).strip(" '") or "Sheet"
    candidate, n = plain[:_SHEET_NAME_MAX], 1
    while candidate.casefold() in used:
        n += 1
        candidate = f"{plain[: _SHEET_NAME_MAX - len(str(n)) - 1]} {n}"
    used.add(candidate.casefold())
    return candidate


def _cut(text: str) -> str:
    return text if len(text) <= CELL_MAX else text[: CELL_MAX - len(_CUT)] + _CUT


def _wall(value: date) -> date:
    """An instant as the office's clock shows it: spreadsheets know no zones."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return local(value).replace(tzinfo=None)
    return value


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return f"{_wall(value):%Y-%m-%d %H:%M:%S}"
    return str(value)


# --------------------------------------------------------------------------- CSV


def csv_chunks(columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The table as UTF-8 CSV with a byte order mark (for Excel), in chunks of some hundred rows."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow([_guard(column.title) for column in columns])
    for n, row in enumerate(rows, start=1):
        writer.writerow([_csv_cell(column.kind, value) for column, value in zip(columns, row, strict=True)])
        if n % _CSV_CHUNK == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _csv_cell(kind: Kind, value: object) -> str:
    if value is None:
        return ""
    if kind in _NUMERIC and isinstance(value, int | float | Decimal | Fraction) and not isinstance(value, bool):
        return str(float(value)) if isinstance(value, Fraction) else str(value)
    if kind is Kind.DATE and isinstance(value, datetime):
        return f"{_wall(value):%Y-%m-%d}"
    return _guard(_plain(value))


def _guard(text: str) -> str:
    return f"'{text}" if is_guarded(text) else text
