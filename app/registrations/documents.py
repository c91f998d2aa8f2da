"""What a unit prints of its registrations: cards with the code, ten to an A4 page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

import typst

from app.core.clock import local
from app.core.qr import modules, stroke_path
from app.passes.rules import format_short_code

CARDS_A_PAGE: Final = 10
CODE_MM: Final = 34
"""The printed code without its quiet zone; readers want at least 30."""
_WEIGHTS: Final = ("400Regular", "700Bold")
_LINE_WIDTH_PT: Final = 130
"""Room for a name beside the code; a long one is set smaller and in at most two lines."""
_NAME_SIZES: Final = (22, 18, 15, 12, 10)


@dataclass(frozen=True, slots=True)
class Card:
    """One card: `text` is the pass, `short_code` its eight characters; empty lines are left out."""

    text: str
    short_code: str
    name: str
    bib: str = ""
    activity: str = ""
    category: str = ""
    unit: str = ""


_TEMPLATE: Final = """
#let data = json(bytes(sys.inputs.cards))
#set document(title: data.title)
#set page(paper: "a4", margin: (x: 10mm, y: 11mm), footer-descent: 3mm, footer: context {
  set text(size: 7pt, fill: luma(60))
  grid(columns: (1fr, auto), data.foot, [#counter(page).display() / #counter(page).final().first()])
})
#set text(font: "Noto Sans SC", lang: "zh", region: "cn", size: 9pt, cjk-latin-spacing: none)
#set par(leading: 0.5em)
#let code(c) = image(
  bytes("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 " + c.side + " " + c.side
    + "'><path stroke='#000' d='" + c.path + "'/></svg>"),
  format: "svg", width: CODE_MMmm, height: CODE_MMmm,
)
#let line(body, ..style) = if body != "" { (text(..style, body),) } else { () }
#let card(c) = box(width: 95mm, height: 55mm, clip: true, stroke: (paint: luma(180), thickness: 0.4pt, dash: "dashed"),
  inset: (left: 5mm, right: 4mm, top: 5mm, bottom: 4mm), grid(columns: (CODE_MMmm, 1fr), column-gutter: 5mm,
    stack(spacing: 3mm, code(c), align(center, text(size: 12pt, weight: 700, tracking: 0.06em, c.short_code))),
    stack(spacing: 3.4mm, ..(
      line(c.activity, size: 9pt)
        + line(c.name, size: c.size * 1pt, weight: 700)
        + line(c.bib, size: 20pt, weight: 700)
        + line(c.category, size: 10pt)
        + line(c.unit, size: 9pt)
    ))))
#grid(columns: (95mm, 95mm), rows: 55mm, ..data.cards.map(card))
""".replace("CODE_MM", str(CODE_MM))


def cards_pdf(cards: Sequence[Card], *, fonts: Path, printed_at: datetime, title: str, foot: str = "") -> bytes:
    """The cards as a PDF, ten to an A4 page, in the order given; the page number stands at the foot.

    `fonts` is the folder of the package @expo-google-fonts/noto-sans-sc (FileNotFoundError when it is
    not there). Names travel as data, never as markup, so no name can command the typesetter.
    """
    pdf = _typeset(cards, fonts, title=title, foot=foot or _stamp(printed_at), printed_at=printed_at)
    if not isinstance(pdf, bytes):
        raise TypeError("a PDF is one piece")
    return pdf


def _stamp(printed_at: datetime) -> str:
    return f"{local(printed_at):%Y-%m-%d %H:%M}"


def _typeset(
    cards: Sequence[Card],
    fonts: Path,
    *,
    title: str,
    foot: str,
    printed_at: datetime,
    form: Literal["pdf", "png"] = "pdf",
) -> bytes | list[bytes] | None:
    """The pages as one PDF, or as one picture each (a single one is no list)."""
    data = {"title": title, "foot": foot, "cards": [_card(card) for card in cards]}
    return typst.compile(
        _TEMPLATE.encode(),
        font_paths=_fonts(fonts),
        ignore_system_fonts=True,
        format=form,
        ppi=200,
        sys_inputs={"cards": json.dumps(data, ensure_ascii=False)},
        timestamp=printed_at.replace(microsecond=0),
    )


def _card(card: Card) -> dict[str, object]:
    rows = modules(card.text)
    return {
        "path": stroke_path(rows),
        "side": str(len(rows)),
        "short_code": format_short_code(card.short_code),
        "name": card.name,
        "size": _name_size(card.name),
        "bib": card.bib,
        "activity": card.activity,
        "category": card.category,
        "unit": card.unit,
    }


def _name_size(name: str) -> int:
    """The largest size at which the name fits: one line for the large ones, two for the smaller."""
    width = sum(0.6 if character < "\u2e80" else 1 for character in name)
    for size in _NAME_SIZES:
        lines = 1 if size >= 18 else 2
        if width * size <= _LINE_WIDTH_PT * lines:
            return size
    return 8


@lru_cache(maxsize=4)
def _fonts(package: Path) -> typst.Fonts:
    """The two weights that are printed; read once a process."""
    folders = [package / weight for weight in _WEIGHTS]
    for folder in folders:
        if not any(folder.glob("*.ttf")):
            raise FileNotFoundError(f"no font in {folder}: run the set-up first")
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder) for folder in folders]
    )
