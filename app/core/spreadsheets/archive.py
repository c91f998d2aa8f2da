"""An XLSX file as the archive it is: unpacked within limits, and measured before anyone builds its table.

The reader of the cells allocates the whole rectangle up to the last cell, and believes what the
archive says about itself. So the archive is unpacked here first, with a hard end, and each sheet
is walked once for its last cell and its formulas.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Final
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

import defusedxml.sax
from defusedxml import DefusedXmlException

from app.core.errors import DomainError, TooLarge
from app.core.text import N_

MAX_UNPACKED: Final = 50 * 1024 * 1024
MAX_RATIO: Final = 100
MAX_ENTRIES: Final = 1_000
MAX_COLUMNS: Final = 256
MAX_AREA: Final = 2_000_000
"""Cells of the rectangle from A1 to the last one, empty ones too: about 100 MB while it is read."""

_RATIO_FROM: Final = 1024 * 1024
_CHUNK: Final = 256 * 1024
_LOCAL_HEADER: Final = 30
_SHEET_MARKS: Final = tuple("sheetData".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


@dataclass(slots=True)
class SheetShape:
    """What a sheet holds before it is read: rows and columns counted from 0, empty cells left out."""

    rows: int = 0
    last_row: int = -1
    last_column: int = -1
    formulas: set[tuple[int, int]] = field(default_factory=set)


def broken() -> DomainError:
    """The refusal of a file that says it is a table and cannot be read as one."""
    return DomainError("sheet_broken", N_("文件打不开，请重新保存后再上传。"))


def _bomb() -> DomainError:
    return TooLarge("sheet_bomb", N_("文件解开后太大，不能读取。"))


def unpack(data: bytes) -> dict[str, bytes]:
    """Every XML part of the archive by its path in lower case, after the whole archive proved to be harmless.

    Raises DomainError `sheet_bomb` (more than MAX_UNPACKED bytes, a ratio above MAX_RATIO or too
    many entries), `sheet_password`, or `sheet_broken` (also when an entry is longer than it says).
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise broken() from None
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise _bomb()
    parts: dict[str, bytes] = {}
    left = MAX_UNPACKED
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise DomainError("sheet_password", N_("文件有密码，请去掉密码再上传。"))
        content = _inflate(data, entry, left)
        left -= len(content)
        if len(content) > _RATIO_FROM and len(content) > MAX_RATIO * max(entry.compress_size, 1):
            raise _bomb()
        path = entry.filename.lower()  # readers find parts in any case
        if path in parts:
            raise broken()
        if path.endswith((".xml", ".rels")):
            parts[path] = content
    if MAX_UNPACKED - left > _RATIO_FROM and MAX_UNPACKED - left > MAX_RATIO * len(data):
        raise _bomb()
    return parts


def _inflate(data: bytes, entry: zipfile.ZipInfo, limit: int) -> bytes:
    """The content of one entry, at most `limit` bytes, whatever its headers say."""
    name_and_extra = data[entry.header_offset + 26 : entry.header_offset + 30]
    if len(name_and_extra) < 4 or entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise broken()
    start = entry.header_offset + _LOCAL_HEADER
    start += int.from_bytes(name_and_extra[:2], "little") + int.from_bytes(name_and_extra[2:], "little")
    packed = data[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        content = packed
    else:
        try:
            content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, limit + 1)
        except zlib.error:
            raise broken() from None
    if len(content) > limit:
        raise _bomb()
    if len(content) != entry.file_size:
        raise broken()
    return content


class _Names(ContentHandler):
    """Elements by their local name: producers choose their own prefixes."""

    def startElement(self, name: str, attrs: object) -> None:  # noqa: N802 - the name that SAX calls
        self.start(name.rpartition(":")[2], dict(attrs.items()))  # type: ignore[attr-defined]

    def start(self, name: str, attrs: dict[str, str]) -> None:
        """An element begins."""
        raise NotImplementedError


class _Cells(_Names):
    """Walks a worksheet: where its last filled cell is, and which cells are formulas."""

    def __init__(self) -> None:
        super().__init__()
        self.shape = SheetShape()
        self.is_worksheet: bool | None = None
        self.row = -1
        self.column = -1
        self.filled_row = -1

    def start(self, name: str, attrs: dict[str, str]) -> None:
        """Follow rows and cells; a cell counts once it holds something."""
        if self.is_worksheet is None:
            self.is_worksheet = name == "worksheet"
        if name == "row":
            self.row = int(attrs["r"]) - 1 if "r" in attrs else self.row + 1
            self.column = -1
        elif name == "c":
            self._cell(attrs.get("r"))
        elif name in {"v", "is", "f"}:
            self._filled()
            if name == "f":
                self.shape.formulas.add((self.row, self.column))

    def _cell(self, reference: str | None) -> None:
        if reference is None:
            self.column += 1
            return
        found = _REFERENCE.fullmatch(reference)
        if found is None:
            raise broken()
        self.row = int(found[2]) - 1
        self.column = -1
        for letter in found[1]:
            self.column = (self.column + 1) * 26 + ord(letter) - ord("A")

    def _filled(self) -> None:
        if self.row != self.filled_row:
            self.shape.rows += 1
            self.filled_row = self.row
        self.shape.last_row = max(self.shape.last_row, self.row)
        self.shape.last_column = max(self.shape.last_column, self.column)


class _Sheets(_Names):
    """workbook.xml: the relation ids of the sheets, in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.relations: list[str] = []

    def start(self, name: str, attrs: dict[str, str]) -> None:
        """Keep the relation of a sheet (r:id, under whatever prefix)."""
        if name == "sheet":
            ids = [value for key, value in attrs.items() if key.rpartition(":")[2] == "id" and ":" in key]
            self.relations.append(ids[0] if ids else "")


class _Targets(_Names):
    """workbook.xml.rels: path by relation id."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: dict[str, str] = {}

    def start(self, name: str, attrs: dict[str, str]) -> None:
        """Keep one relation."""
        if name == "Relationship":
            self.targets[attrs.get("Id", "")] = attrs.get("Target", "")


def _walk(part: bytes, handler: _Names) -> None:
    try:
        defusedxml.sax.parseString(part, handler, forbid_dtd=True)
    except (SAXException, DefusedXmlException, ValueError, LookupError):  # LookupError: an unknown encoding
        raise broken() from None


def measure(parts: dict[str, bytes]) -> list[SheetShape | None]:
    """The shape of each sheet in the workbook's order; None where it is not a worksheet.

    Every worksheet in the archive is measured, listed or not, so that no sheet can be too large
    to be read. Raises DomainError `sheet_broken` or `sheet_area`.
    """
    shapes: dict[str, SheetShape] = {}
    for path, part in parts.items():
        if path.endswith(".rels") or not any(mark in part for mark in _SHEET_MARKS):
            continue
        cells = _Cells()
        _walk(part, cells)
        shape = cells.shape
        if not cells.is_worksheet:
            continue
        if shape.last_column >= MAX_COLUMNS or (shape.last_row + 1) * (shape.last_column + 1) > MAX_AREA:
            raise TooLarge("sheet_area", N_("表格太大，请删掉多余的行和列再上传。"))
        shapes[path] = shape
    sheets, targets = _Sheets(), _Targets()
    _walk(parts.get("xl/workbook.xml", b""), sheets)
    _walk(parts.get("xl/_rels/workbook.xml.rels", b""), targets)
    return [shapes.get(_path(targets.targets.get(relation, ""))) for relation in sheets.relations]


def _path(target: str) -> str:
    path = target[1:] if target.startswith("/") else posixpath.normpath(f"xl/{target}")
    return path.lower()
