"""The shape of what reports take."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired

from app.core.text import N_
from app.web.texts import lazy


class TemplateForm(FlaskForm):
    """A Word template; what it may hold is checked by filling it."""

    file = FileField(
        lazy(N_("Word 模板（.docx）")),
        [FileRequired(lazy(N_("请选一个文件。")))],
        description=lazy(N_("用 Word 或 WPS 改好的 .docx，最大 3 MB")),
    )
