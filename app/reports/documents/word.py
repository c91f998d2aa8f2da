"""The annual work report as a Word document, filled from a template that the office edits."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any, Final

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docxtpl import DocxTemplate
from jinja2 import TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from lxml.etree import XMLSyntaxError

from app.core.errors import DomainError
from app.core.text import N_
from app.reports.rules.template import Fields, check_source, unknown, wrong

LARGEST: Final = 3 * 1024 * 1024
UNPACKED: Final = 40 * 1024 * 1024
PARTS: Final = 500
FONT, HEAD_FONT = "仿宋", "黑体"
TITLE_SIZE, HEAD_SIZE, TEXT_SIZE, SMALL = 22, 16, 16, 10.5
"""Of official documents in China (GB/T 9704): title 二号, text 三号."""

_TEXT: Final = Path(__file__).with_name("annual_template.txt")
_HEADS: Final = ("数据", "本年", "上年", "增减", "出处")
_CELLS: Final = ("label", "value", "before", "change", "source")


def default_template() -> bytes:
    """The template that comes with the product, to be used or edited."""
    document = docx.Document()
    _styles(document)
    title = document.add_paragraph("{{ office }}{{ year }}年全民健身工作报告", style="Title")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for line in _TEXT.read_text(encoding="utf-8").splitlines()[1:]:  # the first says what the file is
        head = line.startswith("## ")
        document.add_paragraph(line.removeprefix("## "), style="Heading 1" if head else None)
    document.add_paragraph("附：数据与出处", style="Heading 1")
    _figure_table(document)
    closing = document.add_paragraph("{{ office }}\n{{ made_on }}")
    closing.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return _bytes(document)


def _figure_table(document: Document) -> None:
    table: Any = document.add_table(rows=4, cols=len(_HEADS), style="Table Grid")
    for cell, head in zip(table.rows[0].cells, _HEADS, strict=True):
        cell.text = head
    table.rows[1].cells[0].text = "{%tr for one in figures %}"
    for cell, name in zip(table.rows[2].cells, _CELLS, strict=True):
        cell.text = "{{ one.value }} {{ one.unit }}" if name == "value" else f"{{{{ one.{name} }}}}"
    table.rows[3].cells[0].text = "{%tr endfor %}"
    for row in table.rows:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.first_line_indent = Pt(0)
                for run in paragraph.runs:
                    run.font.size = Pt(SMALL)


def filled(template: bytes, context: dict[str, Any]) -> bytes:
    """The document. Raises DomainError `template_wrong` or `template_field`."""
    opened = _open(template)
    try:
        for part in _parts(opened):
            check_source(opened.patch_xml(part))
        opened.render(context, Fields(), autoescape=True)
    except UndefinedError as error:
        raise unknown(error) from error
    except (TemplateSyntaxError, SecurityError) as error:
        raise wrong(str(error.message or error)) from error
    except (KeyError, XMLSyntaxError, TypeError, ValueError) as error:
        raise wrong(type(error).__name__) from error
    target = io.BytesIO()
    opened.save(target)
    return target.getvalue()


def _open(template: bytes) -> DocxTemplate:
    _check_package(template)
    try:
        opened = DocxTemplate(io.BytesIO(template))
        opened.init_docx()
    except (KeyError, ValueError, OSError, XMLSyntaxError, zipfile.BadZipFile) as error:
        raise _no_word() from error
    return opened


def _check_package(template: bytes) -> None:
    """Refuse what is no Word document, or would unpack to more than a report is."""
    if len(template) > LARGEST:
        raise DomainError("template_large", N_("模板太大，最大 3 MB。"), field="file")
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as package:
            parts = package.infolist()
            if sum(one.file_size for one in parts) > UNPACKED or len(parts) > PARTS:
                raise DomainError("template_large", N_("模板太大，最大 3 MB。"), field="file")
            names = {one.filename for one in parts}
            if "word/document.xml" not in names or any("vbaProject" in name for name in names):
                raise _no_word()
            if package.testzip() is not None:
                raise _no_word()
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise _no_word() from error


def _parts(opened: DocxTemplate) -> list[str]:
    found = [opened.get_xml()]
    for uri in (opened.HEADER_URI, opened.FOOTER_URI):
        found += [opened.get_part_xml(part) for _, part in opened.get_headers_footers(uri)]
    return found


def _no_word() -> DomainError:
    return DomainError("template_no_word", N_("这不是能用的 Word 文件（.docx）。"), field="file")


def _styles(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    styles: Any = document.styles
    for name, size, font in (
        ("Normal", TEXT_SIZE, FONT),
        ("Heading 1", HEAD_SIZE, HEAD_FONT),
        ("Title", TITLE_SIZE, HEAD_FONT),
    ):
        style = styles[name]
        style.font.size, style.font.name = Pt(size), font
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    text = styles["Normal"].paragraph_format
    text.first_line_indent, text.line_spacing, text.space_after = Pt(2 * TEXT_SIZE), Pt(28), Pt(0)
    for name in ("Heading 1", "Title"):
        styles[name].paragraph_format.first_line_indent = Pt(0)


def paragraphs(document: bytes) -> list[tuple[str, bool]]:
    """(text, whether it is a heading) of a report, as its page shows it; empty ones and tables are left out."""
    opened = docx.Document(io.BytesIO(document))
    return [
        (one.text, str(one.style.name if one.style is not None else "").startswith(("Heading", "Title")))
        for one in opened.paragraphs
        if one.text.strip()
    ]


def _bytes(document: Document) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()
