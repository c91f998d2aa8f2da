"""The shape of what this room takes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, SelectMultipleField
from wtforms.validators import Optional

from app.activities.forms.fields import (
    DayField,
    RuledForm,
    TrimmedField,
    WholeNumberField,
    choices,
    choices_of,
    needed,
)
from app.core.ids import parse_uuid
from app.core.text import N_
from app.squads.constants import MarkOrder, MarkRule, MemberState, SquadKind
from app.web.texts import lazy


class SquadForm(RuledForm):
    """A squad or troupe."""

    kind = SelectField(lazy(N_("类别")), choices=choices_of(SquadKind))
    name = TrimmedField(lazy(N_("名称")), [needed()])
    event = TrimmedField(lazy(N_("参加什么")), [needed()], description=lazy(N_("例如：枣庄市第十届运动会")))
    year = WholeNumberField(lazy(N_("年份")))
    award = TrimmedField(lazy(N_("获得的奖")), description=lazy(N_("例如：优秀奖")))


class GroupForm(RuledForm):
    """A 大项 or a section."""

    name = TrimmedField(lazy(N_("名称")), [needed()])
    quota = WholeNumberField(lazy(N_("名额")), optional=True)


class SheetForm(RuledForm):
    """A sheet of people or of results."""

    file = FileField(
        lazy(N_("表格")),
        [FileRequired(lazy(N_("请选一个文件。")))],
        description=lazy(N_("XLSX 或 CSV，最大 5 MB")),
    )


class ConfirmForm(RuledForm):
    """Nothing but the button: take the rows of a sheet that was looked at."""


class RehearsalForm(RuledForm):
    """Which activity is a rehearsal."""

    activity = TrimmedField(lazy(N_("活动代号")), [needed()], description=lazy(N_("先在“活动”里建好排练")))


class TrialForm(RuledForm):
    """The mark of one candidate's trial, or a guardian's consent."""

    mark = TrimmedField(lazy(N_("选拔成绩")))
    guardian = TrimmedField(lazy(N_("监护人")))
    on = DayField(lazy(N_("日期")))


class MarksForm(RuledForm):
    """Which mark is the better one, and which of several counts."""

    better = SelectField(lazy(N_("哪种成绩更好")), choices=choices_of(MarkOrder))
    counts = SelectField(lazy(N_("多次选拔")), choices=choices_of(MarkRule))


class EntryListForm(RuledForm):
    """Who approved that minors' data leaves the office."""

    approver = SelectField(lazy(N_("批准的负责人")), [Optional()], description=lazy(N_("名单里有未成年人时要选")))

    def offer(self, people: Iterable[tuple[uuid.UUID, str]]) -> None:
        """Whom one can name as approving."""
        nobody = ("", lazy(N_("请选择")))
        self.approver.choices = choices((nobody, *((str(one), name) for one, name in people)))


class DecideForm(RuledForm):
    """What becomes of those ticked."""

    members = SelectMultipleField(lazy(N_("名单")))
    to = SelectField(lazy(N_("决定")))
    reason = TrimmedField(lazy(N_("原因")), description=lazy(N_("提名、落选、退出时要写")))

    def __init__(self, *args: Any, ids: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members.choices = choices((one, one) for one in ids)
        self.to.choices = choices((one.value, lazy(one.label)) for one in MemberState)

    @property
    def chosen(self) -> list[uuid.UUID]:
        """Those ticked."""
        return [found for one in self.members.data or () if (found := parse_uuid(one)) is not None]
