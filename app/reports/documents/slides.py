"""Bars for a slide: a picture of 1920 × 1080 points, figures beside the bars so that nothing has to be guessed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import typst

from app.games.documents.typesetting import fonts_in
from app.reports.rules.fields import written

MOST: Final = 14
_TEMPLATE: Final = """
#let data = json(bytes(sys.inputs.data))
#set page(width: 1920pt, height: 1080pt, margin: (x: 110pt, top: 90pt, bottom: 70pt), fill: rgb("#f5f4ef"))
#set text(font: "Noto Sans SC", lang: "zh", region: "cn", size: data.size * 1pt, fill: rgb("#14272b"),
  cjk-latin-spacing: none)
#text(size: 64pt, weight: 700, data.title)
#v(-26pt)
#text(size: 30pt, fill: rgb("#4b5d60"), data.note)
#v(1fr)
#grid(columns: (auto, 1fr, auto), column-gutter: 28pt, row-gutter: data.gap * 1pt, align: horizon,
  ..data.bars.map(bar => (bar.label,
    rect(width: bar.share * 100%, height: data.size * 1.25pt, radius: 6pt,
      fill: if bar.strong { rgb("#0b5563") } else { rgb("#9fc4bf") }),
    align(right, text(weight: 700, bar.value)))).flatten())
#v(1fr)
"""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: a name, a number, and whether it is the one that the slide is about."""

    label: str
    n: int
    strong: bool = True


def slide_picture(title: str, note: str, bars: Sequence[Bar], *, fonts: Path) -> bytes:
    """A PNG. At most MOST bars: more cannot be read from the last row."""
    shown = list(bars)[:MOST]
    largest = max((bar.n for bar in shown), default=0) or 1
    data = {
        "title": title,
        "note": note,
        "size": 40 if len(shown) <= 8 else 30,
        "gap": 26 if len(shown) <= 8 else 12,
        "bars": [
            {"label": bar.label, "value": written(bar.n), "share": bar.n / largest, "strong": bar.strong}
            for bar in shown
        ],
    }
    made = typst.compile(
        _TEMPLATE.encode(),
        font_paths=fonts_in(fonts),
        ignore_system_fonts=True,
        format="png",
        ppi=72,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    if not isinstance(made, bytes):
        raise TypeError("a slide is one picture")
    return made
