"""完赛证书: one page each, as PDF or as a picture, with a code that leads to the page which says whether it holds."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import typst

from app.core.qr import modules, stroke_path
from app.core.text import N_
from app.games.documents.typesetting import fonts_in, pdf_of

Say = Callable[..., str]
"""Translates a msgid and fills its places."""
DPI: Final = 110
"""Of the picture: 1,286 × 909 pixels, some 120 kB."""
_TEMPLATE: Final = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#let ink = rgb("#0b5563")
#set page(paper: "a4", flipped: true, margin: (x: 36mm, top: 30mm, bottom: 24mm), background: {
  place(center + horizon, rect(width: 277mm, height: 190mm, stroke: 2pt + ink))
  place(center + horizon, rect(width: 271mm, height: 184mm, stroke: 0.5pt + ink))
})
#set text(font: "Noto Sans SC", lang: "zh", region: "cn", size: 20pt, cjk-latin-spacing: none)
#set par(leading: 1.25em)
#let code(c) = image(
  bytes("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 " + c.side + " " + c.side
    + "'><path stroke='#000' d='" + c.path + "'/></svg>"),
  format: "svg", width: 27mm, height: 27mm,
)
#let sheet(c) = [
  #align(center, text(size: 42pt, weight: 700, tracking: 0.4em, fill: ink, data.head))
  #v(14mm)
  #text(size: c.size * 1pt, weight: 700, c.name)#data.colon
  #v(4mm)
  #h(2em)#c.body
  #v(3mm)
  #h(2em)#data.foot
  #place(bottom + left, grid(columns: (27mm, auto), column-gutter: 4mm, align: bottom, code(c),
    text(size: 9.5pt, fill: luma(60))[#c.number \\ #data.check]))
  #place(bottom + right, align(right, text(size: 16pt)[#data.office \\ #c.day]))
]
#for (n, c) in data.pages.enumerate() { if n > 0 { pagebreak() }; sheet(c) }
"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one page says; `address` is where its code leads."""

    number: str
    name: str
    body: str
    day: str
    address: str


BODY: Final = N_("于%(day)s在%(place)s参加%(activity)s，走完%(category)s%(distance)s全程。")
FOOT: Final = N_("特发此证，以资纪念。")
PLACES: Final[Mapping[str, str]] = {
    N_("日期"): "day",
    N_("地点"): "place",
    N_("活动"): "activity",
    N_("组别"): "category",
    N_("距离"): "distance",
}
"""What an office may name in the words of its certificates."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The two sentences of a certificate, in the code's form (`settings.rules.wording`)."""

    body: str = BODY
    foot: str = FOOT


USUAL: Final = Wording()


def body_of(
    *, activity: str, day: str, place: str, category: str, distance: str, say: Say, wording: Wording = USUAL
) -> str:
    """What somebody has done."""
    return say(
        wording.body,
        day=day,
        place=place,
        activity=activity,
        category=category,
        distance=f" {distance} " if distance else "",
    )


def _data(sheets: Sequence[Sheet], *, title: str, office: str, say: Say, wording: Wording) -> dict[str, Any]:
    return {
        "title": title,
        "head": say(N_("完赛证书")),
        "colon": say(N_("：")),
        "foot": say(wording.foot).replace("%%", "%"),
        "check": say(N_("扫码核验")),
        "office": office,
        "pages": [
            {
                "number": say(N_("编号 %(n)s"), n=one.number),
                "name": one.name,
                "size": 30 if len(one.name) <= 12 else 20,
                "body": one.body,
                "day": one.day,
                "side": str(len(code)),
                "path": stroke_path(code),
            }
            for one in sheets
            for code in [modules(one.address)]
        ],
    }


def certificates_pdf(
    sheets: Sequence[Sheet],
    *,
    title: str,
    office: str,
    fonts: Path,
    printed_at: datetime,
    say: Say,
    wording: Wording = USUAL,
) -> bytes:
    """One A4 page each, across, in the order given. Names travel as data, never as markup."""
    data = _data(sheets, title=title, office=office, say=say, wording=wording)
    return pdf_of(_TEMPLATE, data, fonts=fonts, printed_at=printed_at)


def certificate_png(sheet: Sheet, *, title: str, office: str, fonts: Path, say: Say, wording: Wording = USUAL) -> bytes:
    """The same page as a picture for a phone's album."""
    picture = typst.compile(
        _TEMPLATE.encode(),
        font_paths=fonts_in(fonts),
        ignore_system_fonts=True,
        format="png",
        ppi=DPI,
        sys_inputs={
            "data": json.dumps(_data([sheet], title=title, office=office, say=say, wording=wording), ensure_ascii=False)
        },
    )
    if not isinstance(picture, bytes):
        raise TypeError("a picture is one piece")
    return picture
