"""秩序册 as a Word document, to be edited by the office before it goes to the printer."""

from __future__ import annotations

import io
from copy import deepcopy
from typing import Any, Final

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from app.core.text import N_
from app.games.documents.entry_book import (
    HEADINGS,
    PROGRAMME_HEADS,
    SUMMARY_HEADS,
    clock,
    cover_lines,
    delegation_line,
    session_line,
)
from app.games.rules.entry_book import Book, Progress, Say

FONT: Final = "宋体"
HEAD_FONT: Final = "黑体"


def entry_book_docx(book: Book, *, say: Say, progress: Progress) -> bytes:
    """The book as DOCX. `progress` is told after each delegation.

    Lists are paragraphs with a tab, no tables: a table of thousands of rows takes Word minutes to lay out.
    """
    document = docx.Document()
    _styles(document)
    _cover(document, book, say)
    listed = _Lines(document)
    document.add_heading(say(HEADINGS["delegations"]), 1)
    rows = [[one.name, one.leader, f"{one.entries:,}", f"{one.athletes:,}"] for one in book.delegations]
    _table(document, [say(one) for one in SUMMARY_HEADS], rows)
    for done, part in enumerate(book.delegations, start=1):
        document.add_heading(part.name, 2)
        document.add_paragraph(delegation_line(part, say))
        for name, texts in part.events:
            listed.add(name, say(N_("、")).join(texts))
        progress(done, len(book.delegations))
    document.add_heading(say(HEADINGS["programme"]), 1)
    for programme in book.programme:
        document.add_heading(programme.discipline, 2)
        counted = [[name, f"{n:,}", f"{m:,}"] for name, n, m in programme.events]
        _table(document, [say(one) for one in PROGRAMME_HEADS], counted)
    if book.sessions:
        document.add_heading(say(HEADINGS["schedule"]), 1)
    for session in book.sessions:
        document.add_heading(session.name, 2)
        document.add_paragraph(session_line(session, say))
        for at, name, n in session.events:
            listed.add(clock(at), f"{name} {say(N_('%(n)s 场'), n=n)}")
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


class _Lines:
    """Lines of a bold word, a tab and a text: copies of one paragraph, which is ten times as fast as to
    have each of ten thousand made and its style looked up.
    """

    def __init__(self, document: Document) -> None:
        self.body: Any = document.element.body
        paragraph = document.add_paragraph(style="List")
        paragraph.add_run("word").bold = True
        paragraph.add_run("\t")
        paragraph.add_run("text")
        self.pattern = paragraph._p  # noqa: SLF001 - python-docx's own way to the element
        self.body.remove(self.pattern)

    def add(self, word: str, text: str) -> None:
        """One more line at the end."""
        line = deepcopy(self.pattern)
        first, last = (run.find(qn("w:t")) for run in (line.r_lst[0], line.r_lst[2]))
        first.text, last.text = word, text
        self.body.sectPr.addprevious(line)


def _styles(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    styles: Any = document.styles
    sizes = {"Normal": 10.5, "List": 10.5, "Heading 1": 18, "Heading 2": 14, "Title": 32}
    for name, size in sizes.items():
        style = styles[name]
        font = HEAD_FONT if name in {"Heading 1", "Heading 2", "Title"} else FONT
        style.font.size, style.font.name = Pt(size), font
        properties = style.element.get_or_add_rPr()
        properties.get_or_add_rFonts().set(qn("w:eastAsia"), font)
    styles["Heading 1"].paragraph_format.page_break_before = True
    lines = styles["List"].paragraph_format
    lines.left_indent, lines.first_line_indent = Cm(5), Cm(-5)
    lines.tab_stops.add_tab_stop(Cm(5))
    lines.space_after = Pt(3)


def _cover(document: Document, book: Book, say: Say) -> None:
    for text in ("", "", "", ""):
        document.add_paragraph(text)
    for text in (book.title, say(HEADINGS["book"])):
        document.add_paragraph(text, style="Title").alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text in ("", "", *cover_lines(book, say)):
        document.add_paragraph(text).alignment = WD_ALIGN_PARAGRAPH.CENTER


def _table(document: Document, heads: list[str], rows: list[list[str]]) -> None:
    table: Any = document.add_table(rows=1, cols=len(heads), style="Light List")
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.text = head
    pattern = table.add_row()
    for cell in pattern.cells:
        cell.text = "x"
    for row in rows:
        line = deepcopy(pattern._tr)  # noqa: SLF001 - python-docx's own way to the element
        for mark, text in zip(line.iter(qn("w:t")), row, strict=True):
            mark.text = text
        table._tbl.append(line)  # noqa: SLF001
    table._tbl.remove(pattern._tr)  # noqa: SLF001
