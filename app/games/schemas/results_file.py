"""`sport,event,place,delegation[,competitor,mark]` as CSV or XLSX: results of events held elsewhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from app.core.errors import DomainError
from app.core.spreadsheets.reading import Row, read_table
from app.core.text import N_
from app.games.rules.programme import ResultRow

MAX_ROWS: Final = 20_000
NEEDED: Final = ("sport", "event", "place", "delegation")
ALSO: Final = ("competitor", "mark")
WORDS: Final = {
    "sport": ("sport", "大项", "项目"),
    "event": ("event", "小项"),
    "place": ("place", "rank", "名次"),
    "delegation": ("delegation", "代表团", "代表队", "单位"),
    "competitor": ("competitor", "姓名", "队名"),
    "mark": ("mark", "成绩"),
}
_LONGEST: Final = {"sport": 80, "event": 80, "delegation": 80, "competitor": 60, "mark": 60}


def read_results(content: bytes) -> list[ResultRow]:
    """The rows of a file. Raises DomainError with row and column for the first that cannot be read."""
    table = read_table(content, max_rows=MAX_ROWS)
    head, columns = _head(table.rows)
    rows = [_row(row, columns) for row in table.rows if row.number > head]
    if not rows:
        raise DomainError("no_rows", N_("文件里没有成绩。"))
    return rows


def _head(rows: Sequence[Row]) -> tuple[int, dict[str, int]]:
    for row in rows[:5]:
        words = [cell.strip().casefold() for cell in row.cells]
        columns = {
            name: next(words.index(word) for word in spellings if word in words)
            for name, spellings in WORDS.items()
            if any(word in words for word in spellings)
        }
        if all(name in columns for name in NEEDED):
            return row.number, columns
    raise DomainError(
        "columns_missing", N_("表头要有 %(needed)s，可以有 %(also)s。"), needed=", ".join(NEEDED), also=", ".join(ALSO)
    )


def _row(row: Row, columns: dict[str, int]) -> ResultRow:
    texts = {name: row.cell(index) for name, index in columns.items()}
    for name, index in columns.items():
        if index in row.formulas:
            raise _wrong(row, name, N_("第 %(row)s 行 %(column)s 列：是公式，请改成文字或数。"))
        if name in _LONGEST and len(texts[name]) > _LONGEST[name]:
            raise _wrong(row, name, N_("第 %(row)s 行 %(column)s 列：太长。"))
        if name in NEEDED and not texts[name]:
            raise _wrong(row, name, N_("第 %(row)s 行 %(column)s 列：没有填。"))
    if not re.fullmatch(r"[1-9]\d{0,3}", texts["place"]):
        raise _wrong(row, "place", N_("第 %(row)s 行 %(column)s 列：名次应为 1 起的整数。"))
    return ResultRow(row.number, **{**texts, "place": int(texts["place"])})  # type: ignore[arg-type]


def _wrong(row: Row, column: str, message: str) -> DomainError:
    return DomainError("row_wrong", message, row=row.number, column=column)
