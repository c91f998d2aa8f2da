"""奖状: one page for each entry that is honoured, with the names of all its members."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from app.core.text import N_
from app.games.documents.typesetting import pdf_of
from app.games.rules.awards import Award

Say = Callable[..., str]
"""Translates a msgid and fills its places."""

_TEMPLATE: Final = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set page(paper: "a4", flipped: true, margin: (x: 34mm, top: 30mm, bottom: 26mm), background: {
  place(center + horizon, rect(width: 273mm, height: 186mm, stroke: 2.2pt + luma(40)))
  place(center + horizon, rect(width: 267mm, height: 180mm, stroke: 0.6pt + luma(40)))
})
#set text(font: "Noto Sans SC", lang: "zh", region: "cn", size: 17pt, cjk-latin-spacing: none)
#set par(leading: 0.95em)
#let sheet(c) = [
  #align(center, text(size: 46pt, weight: 700, tracking: 0.5em, data.head))
  #v(9mm)
  #text(size: if c.who.len() > 60 { 17pt } else { 21pt }, weight: 700, c.who)#text(size: 17pt, data.colon)
  #if c.members != "" { v(-3mm); text(size: c.small * 1pt, c.members) }
  #v(2mm)
  #h(2em)#c.body
  #v(3mm)
  #align(center, text(size: 34pt, weight: 700, tracking: 0.12em, c.prize))
  #if c.medal != "" { align(center, text(size: 18pt, c.medal)) }
  #v(2mm)
  #h(2em)#data.foot
  #place(bottom + right, align(right, text(size: 16pt)[#c.office \\ #c.date]))
  #place(bottom + left, text(size: 10pt, fill: luma(60))[#c.number])
]
#for (n, c) in data.pages.enumerate() { if n > 0 { pagebreak() }; sheet(c) }
"""
PLACES: Final = (
    N_("第一名"),
    N_("第二名"),
    N_("第三名"),
    N_("第四名"),
    N_("第五名"),
    N_("第六名"),
    N_("第七名"),
    N_("第八名"),
)
MEDALS: Final = {1: N_("金牌"), 2: N_("银牌"), 3: N_("铜牌")}


@dataclass(frozen=True, slots=True)
class Certificate:
    """What one page says; `members` empty where the entry is one person or nobody is named."""

    number: str
    who: str
    members: tuple[str, ...]
    body: str
    prize: str
    medal: str
    day: str


def certificate_of(award: Award, *, games: str, games_code: str, day: str, say: Say) -> Certificate:
    """The words of one award."""
    alone = len(award.members) == 1 and award.members[0] == award.name
    from_where = "" if award.name.startswith(award.delegation) else award.delegation
    return Certificate(
        number=award.number(games_code),
        who=f"{from_where} {award.name}".strip(),
        members=() if alone else award.members,
        body=say(
            N_("在%(games)s%(discipline)s%(event)s中荣获"),
            games=games,
            discipline="" if award.event.startswith(award.discipline) else award.discipline,
            event=award.event,
        ),
        prize=prize_of(award, say=say),
        medal=say(MEDALS[award.medal]) if award.medal in MEDALS else "",
        day=day,
    )


def prize_of(award: Award, *, say: Say) -> str:
    """一等奖, 第二名, 并列第三名."""
    if award.level:
        return award.level
    if award.rank is None:
        return ""
    place = say(PLACES[award.rank - 1]) if award.rank <= len(PLACES) else say(N_("第 %(n)s 名"), n=award.rank)
    return say(N_("并列%(place)s"), place=place) if award.shared else place


def certificates_pdf(
    certificates: Sequence[Certificate], *, title: str, office: str, fonts: Path, printed_at: datetime, say: Say
) -> bytes:
    """One A4 page each, across, in the order given. Names travel as data, never as markup."""
    pages = [
        {
            "number": say(N_("编号 %(n)s"), n=one.number),
            "who": one.who,
            "members": say(N_("、")).join(one.members),
            "small": 15 if len(one.members) <= 16 else 12 if len(one.members) <= 40 else 9,
            "body": one.body,
            "prize": one.prize,
            "medal": one.medal,
            "office": office,
            "date": one.day,
        }
        for one in certificates
    ]
    data = {
        "title": title,
        "head": say(N_("奖状")),
        "colon": say(N_("：")),
        "foot": say(N_("特发此状，以资鼓励。")),
        "pages": pages,
    }
    return pdf_of(_TEMPLATE, data, fonts=fonts, printed_at=printed_at)
