"""The shape of what this room takes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField, TextAreaField

from app.activities.forms.fields import (
    OfficeTimeField,
    RuledForm,
    TrimmedField,
    WholeNumberField,
    choices,
    needed,
)
from app.core.ids import parse_uuid
from app.core.text import N_
from app.volunteers.constants import ServiceState
from app.volunteers.rules.shifts import ShiftDraft
from app.web.texts import lazy


class ShiftForm(RuledForm):
    """A shift."""

    post = TrimmedField(lazy(N_("岗位")), [needed()], description=lazy(N_("例如：路口引导")))
    place = TrimmedField(lazy(N_("地点")), description=lazy(N_("例如：起点东侧路口")))
    starts_at = OfficeTimeField(lazy(N_("开始")))
    ends_at = OfficeTimeField(lazy(N_("结束")))
    needed = WholeNumberField(lazy(N_("需要几人")))
    min_age = WholeNumberField(lazy(N_("最小年龄")))
    note = TrimmedField(lazy(N_("说明")), description=lazy(N_("例如：自带水杯，穿红马甲")))

    @property
    def draft(self) -> ShiftDraft:
        """What was typed."""
        return ShiftDraft(
            post=self.post.data or "",
            place=self.place.data or "",
            starts_at=self.starts_at.data,
            ends_at=self.ends_at.data,
            needed=self.needed.data,
            min_age=self.min_age.data,
            note=self.note.data or "",
        )


class DecideForm(RuledForm):
    """What becomes of those ticked: a decision, or another shift."""

    people = SelectMultipleField(lazy(N_("名单")))
    to = SelectField(lazy(N_("决定")))
    reason = TrimmedField(lazy(N_("原因")), description=lazy(N_("不安排时要写")))
    target = SelectField(lazy(N_("换到")), default="")

    def __init__(self, *args: Any, ids: list[str], shifts: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people.choices = choices((one, one) for one in ids)
        self.to.choices = choices(
            (one.value, lazy(one.label)) for one in ServiceState if one is not ServiceState.WITHDREW
        )
        self.target.choices = choices([("", lazy(N_("请选班次"))), *shifts])

    @property
    def chosen(self) -> list[uuid.UUID]:
        """Those ticked."""
        return [found for one in self.people.data or () if (found := parse_uuid(one)) is not None]


class NamedForm(RuledForm):
    """Somebody by their personal code."""

    named = TrimmedField(lazy(N_("个人码")), [needed()], description=lazy(N_("扫码枪直接扫，或输入码下面的字")))


class AddForm(NamedForm):
    """Somebody by their personal code, to be put on a shift."""

    guardian = BooleanField(lazy(N_("未满 18 岁：监护人已同意")))


class FindForm(RuledForm):
    """Somebody by name, and then the one who was meant."""

    words = TrimmedField(lazy(N_("姓名")), [needed()], description=lazy(N_("姓名、拼音或手机后四位")))
    person = HiddenField()
    guardian = BooleanField(lazy(N_("未满 18 岁：监护人已同意")))


class CorrectForm(RuledForm):
    """The minutes as they are to be."""

    minutes = WholeNumberField(lazy(N_("分钟")))
    reason = TrimmedField(lazy(N_("原因")), [needed()])


class TellForm(RuledForm):
    """What the volunteers of an activity are told."""

    token = HiddenField()
    text = TextAreaField(lazy(N_("要通知的话")), [needed()], description=lazy(N_("最多 70 个字")))


class OfferForm(RuledForm):
    """Who offers to serve in which shifts."""

    person = RadioField(lazy(N_("谁去")), [needed()])
    shifts = SelectMultipleField(lazy(N_("班次")))
    guardian = BooleanField(lazy(N_("未满 18 岁：我是监护人，同意参加")))

    def offer(self, people: list[tuple[str, str]], shifts: list[tuple[str, str]]) -> None:
        """Whom and what one can choose."""
        self.person.choices = choices(people)
        self.shifts.choices = choices(shifts)

    @property
    def chosen(self) -> list[uuid.UUID]:
        """The shifts that were ticked."""
        return [found for one in self.shifts.data or () if (found := parse_uuid(one)) is not None]
