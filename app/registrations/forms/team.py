"""The leader's two forms: the file, and the declaration for everybody of it."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired

from app.core.errors import DomainError
from app.core.text import N_
from app.people.forms import at_most
from app.web.texts import lazy, say


class UploadForm(FlaskForm):
    """The team's name and its file."""

    name = StringField(
        lazy(N_("团体名称")),
        description=lazy(N_("例如“山亭区第一中学”，志愿者扫团体码时会看到")),
        validators=[InputRequired(lazy(N_("请填团体名称。"))), at_most(80)],
    )
    file = FileField(
        lazy(N_("名单文件")),
        description=lazy(N_("XLSX 或 CSV，最多 2,000 行、5 MB")),
        validators=[FileRequired(lazy(N_("请选一个文件。")))],
    )

    def refuse(self, error: DomainError) -> None:
        """Put a refusal beside its input; one of the file's content beside the file."""
        field = self.name if error.field == "name" else self.file
        field.errors = [say(error)]


class DeclareForm(FlaskForm):
    """What the leader declares; which boxes are asked depends on the activity and the sheet."""

    notice = BooleanField(lazy(N_("隐私告知")))
    document_number = BooleanField(lazy(N_("他们都同意使用证件号核对身份、买保险")))
    terms = BooleanField(lazy(N_("参加须知")))
    guardian = BooleanField(lazy(N_("未成年人的监护人都同意参加，并同意收集孩子的信息")))

    def ticked(self, asked: set[str]) -> bool:
        """Whether every box of `asked` is ticked; what is missing is said beside its box."""
        missing = [self[name] for name in ("notice", "document_number", "terms", "guardian") if name in asked]
        missing = [box for box in missing if not box.data]
        for box in missing:
            box.errors = [say(N_("需要您代大家声明，才能报名。"))]
        return not missing
