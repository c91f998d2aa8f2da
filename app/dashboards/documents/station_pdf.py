"""The attendance report of a station as a PDF: the tables of its Excel file, set for paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Final

from app.core.clock import local
from app.core.spreadsheets import Sheet
from app.games.documents.typesetting import pdf_of

_TEMPLATE: Final = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set page(paper: "a4", margin: (x: 18mm, top: 20mm, bottom: 16mm),
  footer: context { set text(size: 8pt)
    grid(columns: (1fr, auto), data.printed, [#counter(page).display() / #counter(page).final().first()]) })
#set text(font: "Noto Sans SC", lang: "zh", region: "cn", size: 10pt, cjk-latin-spacing: none)
#text(size: 18pt, weight: 700, data.title)
#v(-3mm)
#text(size: 10.5pt, data.under)
#for sheet in data.sheets { block(breakable: sheet.rows.len() > 14, width: 100%, above: 8mm)[
  #text(size: 12pt, weight: 700, sheet.name)
  #v(-2mm)
  #let width(kind) = if kind == "datetime" { auto } else if kind == "text" { 1.6fr } else { 1fr }
  #table(columns: sheet.kinds.map(width), inset: (x: 1.5mm, y: 1.6mm),
    align: (x, y) => if sheet.kinds.at(x) == "text" { left } else { right },
    stroke: (x: none, y: 0.5pt + luma(150)),
    table.header(..sheet.heads.map(h => text(size: 9pt, weight: 700, h))), ..sheet.rows.flatten())
]}
"""


def station_pdf(title: str, under: str, sheets: Sequence[Sheet], *, fonts: Path, printed_at: datetime) -> bytes:
    """A PDF with one table a sheet. FileNotFoundError when the fonts of the set-up are missing."""
    data = {
        "title": title,
        "under": under,
        "printed": f"{local(printed_at):%Y-%m-%d %H:%M}",
        "sheets": [
            {
                "name": sheet.name,
                "heads": [one.title for one in sheet.columns],
                "kinds": [one.kind.value for one in sheet.columns],
                "rows": [[_text(cell) for cell in row] for row in sheet.rows],
            }
            for sheet in sheets
        ],
    }
    return pdf_of(_TEMPLATE, data, fonts=fonts, printed_at=printed_at)


def _text(cell: object) -> str:
    """A cell as paper shows it: shares come as fractions, thousands get commas."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{local(cell):%Y-%m-%d %H:%M}"
    if isinstance(cell, Fraction | float):
        return f"{float(cell):.1%}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
