"""Tables as files: made whole, recorded in the trail, then sent."""

from __future__ import annotations

import hashlib
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, cast

from flask import send_file
from werkzeug.wrappers import Response

from app.core.clock import local, now
from app.core.errors import TooLarge
from app.core.ids import NIL
from app.core.spreadsheets import Column, Sheet, csv_chunks, write_xlsx
from app.core.text import N_
from app.dashboards.services import note_export
from app.web.access import actor

IN_MEMORY = 4 * 1024 * 1024
XLSX_ROWS = 50_000
"""Beyond this Excel's format takes too long to answer at once; CSV has no limit."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Subject:
    """What the trail says of an export."""

    kind: str
    id: uuid.UUID
    what: str
    scope_id: uuid.UUID = NIL
    narrowed: tuple[tuple[str, str], ...] = ()


class Counted:
    """Rows on their way into a file, counted as they pass."""

    def __init__(self, rows: Iterable[Sequence[object]]) -> None:
        self._rows = rows
        self.n = 0

    def __iter__(self) -> Iterator[Sequence[object]]:
        for row in self._rows:
            self.n += 1
            yield row


def check_size(total: int) -> None:
    """Refuse more rows than an Excel file is made of at once."""
    if total > XLSX_ROWS:
        raise TooLarge(
            "too_many_rows",
            N_("超过 %(limit)s 行，请导出 CSV，或先按镇街筛选。"),
            limit=XLSX_ROWS,
        )


def xlsx_file(sheets: Sequence[Sheet], name: str, subject: Subject) -> Response:
    """An Excel file of `sheets`."""
    counted = [Counted(sheet.rows) for sheet in sheets]
    file = _new()
    pages = [Sheet(sheet.name, sheet.columns, rows) for sheet, rows in zip(sheets, counted, strict=True)]
    write_xlsx(file, pages)
    return _send(file, f"{name}.xlsx", XLSX, subject, sum(rows.n for rows in counted))


def csv_file(columns: Sequence[Column], rows: Iterable[Sequence[object]], name: str, subject: Subject) -> Response:
    """A CSV file that Excel opens as it is."""
    counted, file = Counted(rows), _new()
    for chunk in csv_chunks(columns, counted):
        file.write(chunk)
    return _send(file, f"{name}.csv", "text/csv; charset=utf-8", subject, counted.n)


def _new() -> BinaryIO:
    return cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))


def _send(file: BinaryIO, name: str, content_type: str, subject: Subject, rows: int) -> Response:
    file.seek(0)
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    note_export(
        actor=actor(),
        subject_kind=subject.kind,
        subject_id=subject.id,
        scope_id=subject.scope_id,
        what=subject.what,
        rows=rows,
        sha256=digest.hexdigest(),
        file=name.rpartition(".")[2],
        **dict(subject.narrowed),
    )
    file.seek(0)
    stamped = f"{name.rpartition('.')[0]}-{local(now()):%Y%m%d-%H%M}.{name.rpartition('.')[2]}"
    response = send_file(file, content_type, as_attachment=True, download_name=stamped)
    response.headers["Cache-Control"] = "no-store"
    return response
