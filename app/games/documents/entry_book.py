"""秩序册 as a PDF."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Final

from app.core.clock import local
from app.core.text import N_
from app.games.documents.typesetting import pdf_of
from app.games.rules.entry_book import Book, DelegationPart, Say, SessionPart

_TEMPLATE: Final = """
#let data = json(bytes(sys.inputs.data))
#let w = data.words
#set document(title: data.title)
#set page(paper: "a4", margin: (x: 18mm, top: 20mm, bottom: 17mm))
#set text(font: "Noto Sans SC", lang: "zh", region: "cn", size: 10pt, cjk-latin-spacing: none)
#set par(leading: 0.6em, spacing: 0.7em, justify: false)
#show heading.where(level: 1): it => { pagebreak(weak: true)
  block(below: 6mm, text(size: 18pt, weight: 700, it.body)) }
#show heading.where(level: 2): it => block(above: 7mm, below: 3mm, sticky: true, text(size: 13pt, weight: 700, it.body))
#v(55mm)
#align(center, stack(spacing: 14mm, text(size: 30pt, weight: 700, data.title), text(size: 24pt, weight: 700, w.book)))
#v(1fr)
#align(center, stack(spacing: 5mm, ..data.cover.map(line => text(size: 13pt, line))))
#v(25mm)
#pagebreak()
#set page(header: grid(columns: (1fr, auto), text(size: 9pt, data.title), text(size: 9pt, w.book)),
  footer: context align(center, text(size: 9pt)[#counter(page).display()]))
#outline(title: text(size: 18pt, weight: 700, w.contents), depth: 2)
#heading(level: 1, w.delegations)
#table(columns: (1fr, 40mm, 24mm, 24mm), stroke: (x: none, y: 0.5pt + luma(120)), align: (left, left, right, right),
  table.header(..data.heads.map(h => text(weight: 700, h))), ..data.summary.flatten())
#let rows(cells) = { // paragraphs: a grid of as many rows takes a third more memory
  set par(hanging-indent: 52mm)
  for (a, b) in cells.chunks(2) { par[#box(width: 48mm, a)#h(4mm)#b] } }
#for part in data.delegations {
  heading(level: 2, part.name)
  block(below: 3mm, text(size: 9.5pt, part.line))
  rows(part.events.map(e => (text(weight: 700, e.at(0)), e.at(1))).flatten())
}
#heading(level: 1, w.programme)
#for part in data.programme {
  heading(level: 2, part.name)
  table(columns: (1fr, 24mm, 24mm), stroke: (x: none, y: 0.5pt + luma(120)), align: (left, right, right),
    table.header(..data.counts.map(h => text(weight: 700, h))), ..part.rows.flatten())
}
#if data.sessions.len() > 0 {
  heading(level: 1, w.schedule)
  for part in data.sessions {
    heading(level: 2, part.name)
    block(below: 3mm, text(size: 9.5pt, part.line))
    grid(columns: (20mm, 1fr, auto), column-gutter: 4mm, row-gutter: 2.4mm, ..part.rows.flatten())
  }
}
"""


def entry_book_pdf(book: Book, *, fonts: Path, printed_at: datetime, say: Say) -> bytes:
    """The book as a PDF: cover, contents, delegations, programme, schedule."""
    data = {
        "title": book.title,
        "words": {name: say(words) for name, words in HEADINGS.items()},
        "cover": cover_lines(book, say),
        "heads": [say(one) for one in SUMMARY_HEADS],
        "summary": [[one.name, one.leader, f"{one.entries:,}", f"{one.athletes:,}"] for one in book.delegations],
        "delegations": [
            {
                "name": one.name,
                "line": delegation_line(one, say),
                "events": [[name, _joined(texts, say)] for name, texts in one.events],
            }
            for one in book.delegations
        ],
        "counts": [say(one) for one in PROGRAMME_HEADS],
        "programme": [
            {"name": part.discipline, "rows": [[name, f"{n:,}", f"{m:,}"] for name, n, m in part.events]}
            for part in book.programme
        ],
        "sessions": [
            {
                "name": part.name,
                "line": session_line(part, say),
                "rows": [[clock(at), name, say(N_("%(n)s 场"), n=n)] for at, name, n in part.events],
            }
            for part in book.sessions
        ],
    }
    return pdf_of(_TEMPLATE, data, fonts=fonts, printed_at=printed_at)


HEADINGS: Final = {
    "book": N_("秩序册"),
    "contents": N_("目录"),
    "delegations": N_("代表团名单"),
    "programme": N_("竞赛项目"),
    "schedule": N_("竞赛日程"),
}
SUMMARY_HEADS: Final = (N_("代表团"), N_("领队"), N_("项"), N_("人"))
PROGRAMME_HEADS: Final = (N_("小项"), N_("报项"), N_("代表团"))


def cover_lines(book: Book, say: Say) -> list[str]:
    """What stands at the foot of the cover: host, place, days, figures."""
    days = day(book.starts_on, say)
    if book.ends_on != book.starts_on:
        days += f"—{say(N_('%(month)d月%(day)d日'), month=book.ends_on.month, day=book.ends_on.day)}"
    figures = say(
        N_("%(delegations)s 个代表团，%(athletes)s 名运动员，%(entries)s 项报名"),
        delegations=len(book.delegations),
        athletes=f"{book.athletes:,}",
        entries=f"{book.entries:,}",
    )
    host = say(N_("主办：%(host)s"), host=book.host) if book.host else ""
    return [line for line in (host, book.place, days, figures) if line]


def delegation_line(part: DelegationPart, say: Say) -> str:
    """领队：张三，120 人，156 项."""
    figures = say(N_("%(athletes)s 人，%(entries)s 项"), athletes=f"{part.athletes:,}", entries=f"{part.entries:,}")
    if not part.leader:
        return figures
    return say(N_("领队：%(name)s，%(figures)s"), name=part.leader, figures=figures)


def session_line(part: SessionPart, say: Say) -> str:
    """When and where."""
    begins, ends = local(part.starts_at), local(part.ends_at)
    return f"{day(begins.date(), say)} {clock(part.starts_at)}—{ends.hour}:{ends:%M} {part.venue}"


def day(on: date, say: Say) -> str:
    """2030年9月20日."""
    return say(N_("%(year)d年%(month)d月%(day)d日"), year=on.year, month=on.month, day=on.day)


def clock(at: datetime | None) -> str:
    """8:30; nothing for no time."""
    return "" if at is None else f"{local(at).hour}:{local(at):%M}"


def _joined(texts: tuple[str, ...], say: Say) -> str:
    """Single names in one line, teams each on a line of their own."""
    return ("\n" if any(say(N_("：")) in one for one in texts) else say(N_("、"))).join(texts)
