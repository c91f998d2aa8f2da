"""志愿服务记录: one person's year on A4, with a number and a code that leads to the page which says if it holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from app.core.clock import local
from app.core.qr import modules, stroke_path
from app.core.text import N_
from app.games.documents.typesetting import pdf_of

Say = Callable[..., str]
"""Translates a msgid and fills its places."""
_TEMPLATE: Final = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set page(paper: "a4", margin: (x: 20mm, top: 22mm, bottom: 20mm), footer: context { set text(size: 8.5pt)
  grid(columns: (1fr, auto), data.number, [#counter(page).display() / #counter(page).final().first()]) })
#set text(font: "Noto Sans SC", lang: "zh", region: "cn", size: 10.5pt, cjk-latin-spacing: none)
#grid(columns: (1fr, 24mm), align: (left + horizon, right + top),
  [ #text(size: 22pt, weight: 700, data.title)
    #v(-1mm)
    #text(size: 15pt, weight: 700, data.name)
    #v(-1mm)
    #data.sum \\ #data.number ],
  image(bytes("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 " + data.side + " " + data.side
    + "'><path stroke='#000' d='" + data.path + "'/></svg>"), format: "svg", width: 24mm, height: 24mm))
#v(3mm)
#table(columns: (1.5fr, 2.1fr, auto, auto, auto), inset: (x: 1.5mm, y: 2mm),
  align: (x, y) => if x < 2 { left } else { right }, stroke: (x: none, y: 0.5pt + luma(150)),
  table.header(..data.heads.map(h => text(size: 9.5pt, weight: 700, h))),
  ..data.rows.flatten(), ..data.total.map(t => text(weight: 700, t)))
#v(6mm)
#align(right)[#text(size: 13pt, data.office) \\ #data.day]
#v(4mm)
#text(size: 9pt, data.check)
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One activity: its posts with their times, how often, minutes and hours as text."""

    activity: str
    posts: Sequence[tuple[str, datetime, datetime]]
    minutes: int
    hours: str


@dataclass(frozen=True, slots=True)
class Paper:
    """What the record says; `address` is where its code leads."""

    number: str
    name: str
    year: int
    rows: Sequence[Row]
    minutes: int
    hours: str
    address: str


def service_record_pdf(paper: Paper, *, office: str, fonts: Path, printed_at: datetime, say: Say) -> bytes:
    """The record as a PDF. Names travel as data, never as markup; the minutes add up, hours are rounded once each."""
    code, times = modules(paper.address), sum(len(row.posts) for row in paper.rows)
    day = local(printed_at)
    data = {
        "title": say(N_("志愿服务记录")),
        "name": paper.name,
        "number": say(N_("编号 %(n)s"), n=paper.number),
        "sum": say(N_("%(year)s年，共 %(n)s 次，%(hours)s 小时"), year=paper.year, n=times, hours=paper.hours),
        "heads": [say(one) for one in (N_("活动"), N_("岗位和时间"), N_("次"), N_("分钟"), N_("小时"))],
        "rows": [
            [row.activity, "\n".join(map(_post, row.posts)), str(len(row.posts)), f"{row.minutes:,}", row.hours]
            for row in paper.rows
        ],
        "total": [say(N_("合计")), "", str(times), f"{paper.minutes:,}", paper.hours],
        "office": office,
        "day": say(N_("%(year)s年%(month)s月%(day)s日"), year=day.year, month=day.month, day=day.day),
        "check": say(N_("扫码核验，编号 %(number)s；时长更正过的，以网页为准。"), number=paper.number),
        "side": str(len(code)),
        "path": stroke_path(code),
    }
    return pdf_of(_TEMPLATE, data, fonts=fonts, printed_at=printed_at)


def _post(one: tuple[str, datetime, datetime]) -> str:
    post, starts_at, ends_at = one
    start, end = local(starts_at), local(ends_at)
    until = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%m-%d %H:%M}"
    return f"{post} {start:%m-%d %H:%M}—{until}"
