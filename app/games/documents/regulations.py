"""竞赛规程 as a PDF: chapters, and the programme as tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Final

from app.games.documents.typesetting import pdf_of
from app.games.rules.regulations import Chapter

_TEMPLATE: Final = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set page(paper: "a4", margin: (x: 24mm, top: 24mm, bottom: 20mm),
  footer: context { set text(size: 8.5pt)
    grid(columns: (1fr, auto), data.foot, [#counter(page).display() / #counter(page).final().first()]) })
#set text(font: "Noto Sans SC", lang: "zh", region: "cn", size: 10.5pt, cjk-latin-spacing: none)
#set par(leading: 0.85em, spacing: 0.95em, justify: false)
#align(center, block(above: 4mm, below: 9mm, text(size: 20pt, weight: 700, data.title)))
#for chapter in data.chapters [
  #block(above: 7mm, below: 3.4mm, sticky: true, text(size: 12.5pt, weight: 700, chapter.heading))
  #for line in chapter.lines { par(first-line-indent: (amount: 2em, all: true), line) }
  #for t in chapter.tables [
    #block(above: 5mm, below: 2mm, sticky: true, text(weight: 700, t.title))
    #table(columns: (1fr, 42mm, 20mm, 19mm, 19mm), inset: (x: 1.4mm, y: 1.7mm), align: left,
      stroke: (x: none, y: 0.5pt + luma(120)),
      table.header(..t.head.map(h => text(size: 9pt, weight: 700, h))),
      ..t.rows.flatten().map(c => text(size: 9.5pt, c)))
  ]
]
"""


def regulations_pdf(title: str, chapters: Sequence[Chapter], *, fonts: Path, printed_on: date, foot: str) -> bytes:
    """The 规程 as a PDF; the same words on the same day are set once, since anybody may ask for it."""
    return _set(title, tuple(chapters), fonts, printed_on, foot)


@lru_cache(maxsize=16)
def _set(title: str, chapters: tuple[Chapter, ...], fonts: Path, printed_on: date, foot: str) -> bytes:
    data = {
        "title": title,
        "foot": foot,
        "chapters": [
            {
                "heading": one.heading,
                "lines": list(one.lines),
                "tables": [
                    {"title": table.title, "head": list(table.rows[0]), "rows": [list(row) for row in table.rows[1:]]}
                    for table in one.tables
                ],
            }
            for one in chapters
        ],
    }
    return pdf_of(_TEMPLATE, data, fonts=fonts, printed_at=datetime.combine(printed_on, time(), UTC))
