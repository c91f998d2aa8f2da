"""The shape of what this room takes."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, TextAreaField

from app.activities.forms.fields import RuledForm, TrimmedField, WholeNumberField, choices, needed
from app.core.text import N_
from app.honours.rules.certificates import WITHDRAWN
from app.web.texts import lazy


class WithdrawForm(RuledForm):
    """Which certificate is taken back, and why."""

    number = TrimmedField(lazy(N_("证书编号")), [needed()], description=lazy(N_("例如：2026-K7Q4-9XDM")))
    reason = SelectField(
        lazy(N_("原因")),
        choices=choices((code, lazy(words)) for code, words in WITHDRAWN.items() if code != "erased"),
    )


class SealForm(RuledForm):
    """A prize draw before its seed is known."""

    name = TrimmedField(lazy(N_("奖品")), [needed()], description=lazy(N_("例如：运动水壶")))
    prizes = WholeNumberField(lazy(N_("几份")))
    seed_from = TrimmedField(
        lazy(N_("种子从哪里来")), [needed()], description=lazy(N_("例如：今晚双色球开奖号码，先公布再开奖"))
    )


class SeedForm(RuledForm):
    """The seed, once it is known."""

    seed = TrimmedField(lazy(N_("种子")), [needed()])


class NewsForm(RuledForm):
    """A piece of news."""

    title = TrimmedField(lazy(N_("标题")), [needed()])
    text = TextAreaField(lazy(N_("正文")), [needed()])


class PhotoForm(RuledForm):
    """A photo and what is to be seen on it."""

    photo = FileField(
        lazy(N_("照片")),
        [FileRequired(lazy(N_("请选一个文件。")))],
        description=lazy(N_("JPG 或 PNG，保存时去掉位置信息")),
    )
    words = TrimmedField(lazy(N_("照片里是什么")), [needed()], description=lazy(N_("例如：起点处的健步走队伍")))
