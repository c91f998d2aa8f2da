"""What somebody takes along: one archive with a file for people (XLSX) and one for programs (JSON)."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from typing import Protocol

from app.core.spreadsheets import Column, Sheet, xlsx_bytes

Value = str | int | None


class Part(Protocol):
    """A table: its title, its columns (msgids), its rows."""

    @property
    def title(self) -> str:
        """The table's words, a msgid."""

    @property
    def columns(self) -> Sequence[str]:
        """The columns' words, msgids."""

    @property
    def rows(self) -> Sequence[Sequence[Value]]:
        """The values."""


def archive(parts: Sequence[Part], *, say: Callable[[str], str], made_at: str) -> bytes:
    """A ZIP of `data.json` ({"made_at", "sections": [{"title", "rows": [{column: value}]}]}) and `data.xlsx`."""
    told = {
        "made_at": made_at,
        "sections": [
            {
                "title": say(part.title),
                "rows": [dict(zip(map(say, part.columns), row, strict=True)) for row in part.rows],
            }
            for part in parts
        ],
    }
    sheets = [
        Sheet(
            say(part.title),
            [Column(say(one), 18) for one in part.columns],
            [["" if value is None else str(value) for value in row] for row in part.rows],
        )
        for part in parts
    ]
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("data.json", json.dumps(told, ensure_ascii=False, indent=2))
        if sheets:
            file.writestr("data.xlsx", xlsx_bytes(sheets))
    return target.getvalue()
