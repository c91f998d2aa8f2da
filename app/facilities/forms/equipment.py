"""Applications for equipment, the hand-over of a set, reports of faults."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, SelectField, TextAreaField

from app.activities.forms.fields import (
    DayField,
    Pairs,
    RuledForm,
    TrimmedField,
    WholeNumberField,
    choices,
    needed,
)
from app.activities.rules.drafts import Problem, check_text
from app.core.text import N_
from app.facilities.constants import GrantState, ReportState
from app.web.texts import lazy


class GrantForm(RuledForm):
    """An application."""

    name = TrimmedField(lazy(N_("名称")), [needed()], description=lazy(N_("例如：2021 年双十镇自然村健身器材")))
    sets = WholeNumberField(lazy(N_("套数")))
    applied_on = DayField(lazy(N_("申请日期")))
    note = TrimmedField(lazy(N_("备注")))


class StepForm(RuledForm):
    """What came of an application, and on which day."""

    to = SelectField(lazy(N_("下一步")))
    on = DayField(lazy(N_("日期")))

    def __init__(self, *args: Any, steps: Iterable[GrantState], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.to.choices = choices((one.value, lazy(one.label)) for one in steps)


class HandOverForm(RuledForm):
    """A set goes to a village."""

    town = SelectField(lazy(N_("镇街")))
    village = TrimmedField(lazy(N_("村")), [needed()])
    receiver = TrimmedField(lazy(N_("签收人")), [needed()], description=lazy(N_("村里签字的人，加密保存")))
    on = DayField(lazy(N_("发放日期")))
    signature = HiddenField(lazy(N_("签名")), description=lazy(N_("请签收人用手指在框里签")))
    photo = FileField(lazy(N_("安装照片")), description=lazy(N_("JPG 或 PNG，保存时去掉位置信息")))

    def __init__(self, *args: Any, towns: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.town.choices = choices([("", lazy(N_("请选"))), *towns])


class FaultForm(RuledForm):
    """What a citizen says of a set."""

    text = TextAreaField(lazy(N_("哪里坏了")), [needed()])
    phone = TrimmedField(lazy(N_("手机号")), description=lazy(N_("想知道结果就填，只用来联系，加密保存")))

    def problems(self) -> Iterable[Problem]:
        """The rules of texts."""
        return check_text("text", self.text.data or "", 300, lines=True)


class RoundForm(RuledForm):
    """What a round of the office has found."""

    fine = BooleanField(lazy(N_("都完好")))
    text = TextAreaField(lazy(N_("发现的问题")))


class SettleForm(RuledForm):
    """What becomes of a report."""

    to = SelectField(lazy(N_("处理")))
    answer = TrimmedField(lazy(N_("说明")))

    def __init__(self, *args: Any, steps: Iterable[ReportState], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.to.choices = choices((one.value, lazy(one.label)) for one in steps)
