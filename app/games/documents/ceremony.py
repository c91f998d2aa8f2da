"""领奖名单: event by event, gold first, with the medals that have to lie ready."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from app.core.clock import local
from app.core.text import N_
from app.games.documents.certificates import MEDALS, prize_of
from app.games.documents.typesetting import pdf_of
from app.games.rules.awards import Award, gold_first, medals_needed

Say = Callable[..., str]
_TEMPLATE: Final = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set page(paper: "a4", margin: (x: 15mm, top: 20mm, bottom: 15mm), header-ascent: 4mm,
  header: grid(columns: (1fr, auto), text(size: 12pt, weight: 700, data.title), text(size: 9pt, data.printed)),
  footer: context { set text(size: 8pt)
    align(center)[#counter(page).display() / #counter(page).final().first()] })
#set text(font: "Noto Sans SC", lang: "zh", region: "cn", size: 10.5pt, cjk-latin-spacing: none)
#text(size: 11pt, data.total)
#for event in data.events { block(breakable: event.rows.len() > 12, width: 100%, above: 6mm)[
  #text(size: 12pt, weight: 700, event.name)
  #v(-2mm)
  #table(columns: (24mm, 1fr, 38mm, 20mm), inset: (x: 1.5mm, y: 2mm), align: (left, left, left, right),
    stroke: (x: none, y: 0.5pt + luma(120)),
    table.header(..data.heads.map(h => text(size: 9pt, weight: 700, h))),
    ..event.rows.map(r => (text(weight: 700, r.at(0)), {r.at(1); if r.at(2) != "" { linebreak()
      text(size: 8.5pt, r.at(2)) }}, r.at(3), r.at(4))).flatten())
]}
"""


def ceremony_pdf(awards: Sequence[Award], *, title: str, fonts: Path, printed_at: datetime, say: Say) -> bytes:
    """The list to call by, as a PDF."""
    need = medals_needed(awards)
    data = {
        "title": title,
        "printed": f"{local(printed_at):%Y-%m-%d %H:%M}",
        "total": say(
            N_("奖牌备量：金 %(gold)s，银 %(silver)s，铜 %(bronze)s"), gold=need[1], silver=need[2], bronze=need[3]
        ),
        "heads": [say(one) for one in (N_("名次"), N_("姓名或队名"), N_("代表团"), N_("奖牌数"))],
        "events": [
            {"name": f"{discipline} {event}".strip(), "rows": [_row(one, say) for one in some]}
            for discipline, event, some in gold_first(awards)
        ],
    }
    return pdf_of(_TEMPLATE, data, fonts=fonts, printed_at=printed_at)


def _row(award: Award, say: Say) -> list[str]:
    place = say(MEDALS[award.medal]) if award.medal in MEDALS else prize_of(award, say=say)
    team = len(award.members) > 1
    medals = "" if award.medal is None else str(award.medals) if award.medals else say(N_("按人数"))
    return [place, award.name, say(N_("、")).join(award.members) if team else "", award.delegation, medals]
