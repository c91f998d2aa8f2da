"""Drawings for pages: the QR of a join code, the bars of the last minutes; and the paper list."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import typst

from app.core.clock import local
from app.core.qr import modules, svg_path


@dataclass(frozen=True, slots=True)
class QrDrawing:
    """A square of `size` modules, quiet zone included, as one SVG path."""

    size: int
    path: str


QUIET = 4
"""Modules of white around the code."""


def qr_svg(text: str) -> QrDrawing:
    """Draw `text` with medium error correction."""
    rows = modules(text)
    return QrDrawing(size=len(rows) + 2 * QUIET, path=svg_path(rows, QUIET))


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars side by side as one SVG path, in a box of `width` by `height` units."""

    width: int
    height: int
    path: str
    most: int


STEP, THICK, TALL = 20, 14, 60


def bars_svg(values: Sequence[int]) -> Bars:
    """A bar a value, the highest as high as the box; nothing but a base line where there is nothing."""
    most = max(values, default=0)
    parts = [f"M0 {TALL}h{STEP * len(values)}v1H0z"]
    for place, value in enumerate(values):
        if value:
            height = max(round(TALL * value / most), 1)
            parts.append(f"M{place * STEP + (STEP - THICK) // 2} {TALL}v-{height}h{THICK}v{height}z")
    return Bars(STEP * len(values), TALL + 1, "".join(parts), most)


ROWS_A_PAGE: Final = 30
_PAPER: Final = """
#let data = json(bytes(sys.inputs.list))
#set document(title: data.title)
#set page(paper: "a4", margin: (x: 11mm, top: 19mm, bottom: 13mm), header-ascent: 3mm, footer-descent: 3mm,
  header: grid(columns: (1fr, auto), text(size: 12pt, weight: 700, data.title), text(size: 9pt, data.foot)),
  footer: context { set text(size: 8pt)
    align(center)[#counter(page).display() / #counter(page).final().first()] })
#set text(font: "Noto Sans SC", lang: "zh", region: "cn", size: 10pt, cjk-latin-spacing: none)
#let box-cell = align(center, rect(width: 4.6mm, height: 4.6mm, stroke: 0.6pt))
#let sheet(part, rows) = [
  #text(size: 10pt, weight: 700, part) #v(-1.5mm)
  #table(
    columns: (19mm, 1fr, 15mm, 24mm) + data.points.map(p => 17mm),
    rows: (9mm,) + rows.map(r => 7.9mm), inset: (x: 1.5mm, y: 0.6mm), align: horizon,
    stroke: (bottom: 0.4pt + luma(150)),
    ..data.heads.map(h => text(size: 8.5pt, weight: 700, h)),
    ..data.points.map(p => align(center, text(size: 7.5pt, p))),
    ..rows.map(r => (text(weight: 700, r.at(0)), r.at(1), text(size: 8pt, r.at(2)), text(size: 8.5pt, r.at(3)))
      + data.points.map(p => box-cell)).flatten()
  )]
#for (n, page) in data.pages.enumerate() { if n > 0 { pagebreak() }; sheet(page.part, page.rows) }
"""


@dataclass(frozen=True, slots=True)
class PaperPart:
    """The same people in one order: its heading, and (bib, name, initials, category) a row."""

    heading: str
    rows: Sequence[tuple[str, str, str, str]]


def paper_list_pdf(
    parts: Sequence[PaperPart],
    *,
    points: Sequence[str],
    heads: Sequence[str],
    title: str,
    fonts: Path,
    printed_at: datetime,
) -> bytes:
    """The list to tick, with a box for each checkpoint (at most six), 30 rows a page, pages numbered.

    `fonts`: as for the cards (FileNotFoundError when they are not there). Names travel as data, never as markup.
    """
    folders = [fonts / weight for weight in ("400Regular", "700Bold")]
    for folder in folders:
        if not any(folder.glob("*.ttf")):
            raise FileNotFoundError(f"no font in {folder}: run the set-up first")
    pages = [
        {"part": part.heading, "rows": part.rows[start : start + ROWS_A_PAGE]}
        for part in parts
        for start in range(0, max(len(part.rows), 1), ROWS_A_PAGE)
    ]
    data = {
        "title": title,
        "foot": f"{local(printed_at):%Y-%m-%d %H:%M}",
        "points": list(points[:6]),
        "heads": list(heads),
        "pages": pages,
    }
    pdf = typst.compile(
        _PAPER.encode(),
        font_paths=typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder) for folder in folders]
        ),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"list": json.dumps(data, ensure_ascii=False)},
        timestamp=printed_at.replace(microsecond=0),
    )
    if not isinstance(pdf, bytes):
        raise TypeError("a PDF is one piece")
    return pdf
