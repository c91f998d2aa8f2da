"""An edition: what, where, when; its medals and points; the paragraphs of its 规程; a copy of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, SelectField

from app.activities.forms.fields import (
    DayField,
    LinesField,
    OfficeTimeField,
    Pairs,
    RuledForm,
    TrimmedField,
    WholeNumberField,
    choices,
    needed,
)
from app.activities.rules.drafts import Problem, check_text
from app.core.ids import parse_uuid
from app.core.text import N_
from app.games.rules.programme import EditionCopy, GamesDraft
from app.games.rules.settings import Standards
from app.web.texts import lazy

EMPTY_PARAGRAPHS = 3
"""Pairs of empty inputs behind the paragraphs that are there."""
MOST_PARAGRAPHS = 40


class GamesForm(RuledForm):
    """What, where and when, and how many events an athlete may enter."""

    name = TrimmedField(lazy(N_("名称")), [needed()], description=lazy(N_("例如“第十二届全民健身运动会”")))
    code = TrimmedField(lazy(N_("代号")), [needed()], description=lazy(N_("用在网址和表格里，例如 games-12")))
    edition = WholeNumberField(lazy(N_("第几届")), optional=True)
    starts_on = DayField(lazy(N_("开幕")))
    ends_on = DayField(lazy(N_("闭幕")))
    place = TrimmedField(lazy(N_("地点")))
    host = TrimmedField(lazy(N_("主办单位")))
    entries_open_at = OfficeTimeField(lazy(N_("开始报项")), optional=True)
    entries_close_at = OfficeTimeField(lazy(N_("截止报项")), optional=True)
    athlete_limit = WholeNumberField(lazy(N_("每人限报几项")), optional=True, description=lazy(N_("不填就是不限")))

    def draft(self, before: GamesDraft | None = None) -> GamesDraft:
        """What was typed; medals, points and paragraphs stay as they were in `before`."""
        base = before or GamesDraft(code="", name="", starts_on=self.starts_on.data, ends_on=self.ends_on.data)
        return replace(
            base,
            code=self.code.data,
            name=self.name.data,
            edition=self.edition.data,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            place=self.place.data,
            host=self.host.data,
            entries_open_at=self.entries_open_at.data,
            entries_close_at=self.entries_close_at.data,
            athlete_limit=self.athlete_limit.data,
        )

    def problems(self) -> Iterable[Problem]:
        """A number that no column holds."""
        if (self.edition.data or 0) > 1000:
            yield Problem("edition", "edition_wrong", N_("届数太大，请核对。"))


class StandardsForm(RuledForm):
    """How medals and team points are given."""

    scale = TrimmedField(lazy(N_("各名次得分")), [needed()], description=lazy(N_("从第一名起，例如 9-7-6-5-4-3-2-1")))
    minus_k = WholeNumberField(lazy(N_("不足录取名额时减几名录取")), description=lazy(N_("例如减一录取填 1，不减填 0")))
    minimum_entries = WholeNumberField(lazy(N_("少于几项报项就不设奖")), description=lazy(N_("不限填 0")))
    minimum_delegations = WholeNumberField(lazy(N_("少于几个代表团就不设奖")), description=lazy(N_("不限填 0")))
    follow_minus_k = BooleanField(lazy(N_("减名录取时奖牌也跟着减")))
    weighted_firsts = BooleanField(lazy(N_("总分相同时，加倍的小项第一名也按倍数比")))

    def standards(self) -> Standards:
        """What was typed."""
        return Standards(
            scale=self.scale.data,
            minus_k=self.minus_k.data,
            minimum_entries=self.minimum_entries.data,
            minimum_delegations=self.minimum_delegations.data,
            follow_minus_k=bool(self.follow_minus_k.data),
            weighted_firsts=bool(self.weighted_firsts.data),
        )


class ParagraphForm(Form):
    """One paragraph under its heading."""

    heading = TrimmedField(lazy(N_("标题")))
    text = LinesField(lazy(N_("正文")))


class ParagraphsForm(RuledForm):
    """What the 规程 says beyond the data. A pair of empty inputs is no paragraph."""

    paragraphs = FieldList(FormField(ParagraphForm), max_entries=MOST_PARAGRAPHS)

    def numbered(self) -> list[tuple[int, tuple[str, str]]]:
        """The paragraphs that say something, each with its row in the form."""
        rows = [(n, (one.form.heading.data, one.form.text.data or "")) for n, one in enumerate(self.paragraphs.entries)]
        return [(n, pair) for n, pair in rows if any(pair)]

    def problems(self) -> Iterable[Problem]:
        """A heading for each text, and none too long."""
        for n, (heading, text) in self.numbered():
            yield from check_text(f"paragraphs-{n}-heading", heading, 40, required=True)
            yield from check_text(f"paragraphs-{n}-text", text, 5_000, lines=True)


class EditionCopyForm(RuledForm):
    """An edition once more, with a name and days of its own."""

    name = TrimmedField(lazy(N_("名称")), [needed()])
    code = TrimmedField(lazy(N_("代号")), [needed()], description=lazy(N_("新的一届要有新的代号")))
    edition = WholeNumberField(lazy(N_("第几届")), optional=True)
    starts_on = DayField(lazy(N_("开幕")), description=lazy(N_("报项的起止时间一起顺延")))
    ends_on = DayField(lazy(N_("闭幕")))
    delegations = BooleanField(lazy(N_("代表团一起复制")), default=True)
    leaders = BooleanField(lazy(N_("领队的姓名和电话也复制")))

    def copy(self) -> EditionCopy:
        """What was typed."""
        return EditionCopy(
            code=self.code.data,
            name=self.name.data,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            edition=self.edition.data,
            delegations=bool(self.delegations.data),
            leaders=bool(self.delegations.data and self.leaders.data),
        )


class PenaltyForm(RuledForm):
    """Points taken from a delegation. The hidden key makes a form that is sent twice one decision."""

    key = HiddenField()
    delegation_id = SelectField(lazy(N_("代表团")), coerce=str)
    points = TrimmedField(lazy(N_("扣几分")), [needed()], description=lazy(N_("例如 7 或 3.5")))
    reason = LinesField(lazy(N_("原因")), [needed()], description=lazy(N_("和总分一起公布")))

    def __init__(self, *args: Any, delegations: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.delegation_id.choices = choices(delegations)

    @property
    def penalty_id(self) -> uuid.UUID:
        """The key that came with the form; a new one when it was tampered with."""
        return parse_uuid(self.key.data) or uuid.uuid4()

    @property
    def chosen_delegation(self) -> uuid.UUID:
        """The delegation, one of those offered."""
        return uuid.UUID(self.delegation_id.data)


class CancelForm(RuledForm):
    """Why an event is called off."""

    reason = TrimmedField(lazy(N_("原因")), [needed()], description=lazy(N_("和赛程一起公布，例如“报名不足三队”")))
