"""Groups, checkpoints and the ways between them; numbers."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, RadioField

from app.activities.constants import CheckpointKind, FinishRule
from app.activities.forms.fields import (
    KilometresField,
    OfficeTimeField,
    Pairs,
    RuledForm,
    TrimmedField,
    WholeNumberField,
    choices,
    choices_of,
    chosen,
    needed,
)
from app.activities.rules.drafts import (
    BlockDraft,
    CategoryDraft,
    CheckpointDraft,
    Problem,
    StopDraft,
    check_block,
    check_category,
    check_checkpoint,
    check_stop,
    check_text,
)
from app.core.ids import parse_uuid
from app.core.text import N_
from app.web.texts import lazy


class CategoryForm(RuledForm):
    """A group."""

    name = TrimmedField(lazy(N_("名称")), [needed()], description=lazy(N_("例如“体验组”")))
    code = TrimmedField(lazy(N_("代号")), [needed()], description=lazy(N_("用在表格和接口里，例如 A")))
    capacity = WholeNumberField(lazy(N_("名额")))
    distance_m = KilometresField(lazy(N_("全程（km）")))
    min_age = WholeNumberField(lazy(N_("最小年龄")), optional=True)
    max_age = WholeNumberField(lazy(N_("最大年龄")), optional=True)
    finish_rule = RadioField(
        lazy(N_("怎样算走完")), [chosen()], choices=choices_of(FinishRule), default=FinishRule.ALL.value
    )
    finish_k = WholeNumberField(lazy(N_("要签过几个点")), optional=True)
    place = WholeNumberField(lazy(N_("排在第几")), optional=True)
    like = RadioField(lazy(N_("签到点先照哪一组的")), default="")

    def __init__(self, *args: Any, others: Pairs = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if others:
            self.like.choices = choices([*others, ("", lazy(N_("先不设")))])
        else:
            del self.like

    def draft(self) -> CategoryDraft:
        """What was typed, as a draft."""
        rule = FinishRule(self.finish_rule.data)
        return CategoryDraft(
            code=self.code.data,
            name=self.name.data,
            capacity=self.capacity.data,
            distance_m=self.distance_m.data,
            min_age=self.min_age.data,
            max_age=self.max_age.data,
            finish_rule=rule,
            finish_k=self.finish_k.data if rule is FinishRule.AT_LEAST else None,
        )

    @property
    def like_id(self) -> uuid.UUID | None:
        """The group whose way a new one goes, if any."""
        return parse_uuid(self.like.data) if "like" in self else None

    def problems(self) -> Iterable[Problem]:
        """The rules of one group."""
        return check_category(self.draft())


class StopForm(Form):
    """Whether and how one group passes a checkpoint."""

    category = HiddenField()
    here = BooleanField(lazy(N_("经过这里")))
    place = WholeNumberField(lazy(N_("第几个点")), optional=True)
    distance_m = KilometresField(lazy(N_("离起点（km）")))
    opens_at = OfficeTimeField(lazy(N_("开放")), optional=True)
    cutoff_at = OfficeTimeField(lazy(N_("截止")), optional=True)

    def draft(self, checkpoint: str) -> StopDraft:
        """What was typed, as a draft."""
        return StopDraft(
            category=self.category.data or "",
            checkpoint=checkpoint,
            place=self.place.data,
            distance_m=self.distance_m.data,
            opens_at=self.opens_at.data,
            cutoff_at=self.cutoff_at.data,
        )


class CheckpointForm(RuledForm):
    """A checkpoint and the groups that pass it."""

    name = TrimmedField(lazy(N_("名称")), [needed()], description=lazy(N_("例如“一签 石桥”")))
    code = TrimmedField(lazy(N_("代号")), [needed()], description=lazy(N_("用在表格和接口里，例如 CP1")))
    kind = RadioField(
        lazy(N_("做什么")),
        [chosen()],
        choices=choices_of(CheckpointKind),
        default=CheckpointKind.WAYPOINT.value,
    )
    place = WholeNumberField(lazy(N_("排在第几")), optional=True)
    stops = FieldList(FormField(StopForm), max_entries=60)

    def __init__(self, *args: Any, gate_opens_at: datetime, ends_at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._times = (gate_opens_at, ends_at)

    def draft(self) -> CheckpointDraft:
        """What was typed, as a draft."""
        return CheckpointDraft(code=self.code.data, name=self.name.data, kind=CheckpointKind(self.kind.data))

    def numbered_stops(self) -> list[tuple[int, StopDraft]]:
        """The stops of the groups that pass here, each with its row in the form."""
        return [
            (n, entry.form.draft(self.code.data)) for n, entry in enumerate(self.stops.entries) if entry.form.here.data
        ]

    def problems(self) -> Iterable[Problem]:
        """The rules of the checkpoint and of each stop."""
        gate_opens_at, ends_at = self._times
        found = check_checkpoint(self.draft())
        for n, stop in self.numbered_stops():
            found += check_stop(
                stop,
                kind=self.draft().kind,
                gate_opens_at=gate_opens_at,
                ends_at=ends_at,
                prefix=f"stops-{n}-",
            )
        return found


class BlockForm(RuledForm):
    """A run of numbers."""

    prefix = TrimmedField(lazy(N_("字头")), description=lazy(N_("大写字母，可以不填")))
    first = WholeNumberField(lazy(N_("首号")))
    last = WholeNumberField(lazy(N_("末号")))
    width = WholeNumberField(lazy(N_("位数")), default=4, description=lazy(N_("不足的前面补 0")))
    category = RadioField(lazy(N_("留给组别")), default="")
    organisation = TrimmedField(lazy(N_("留给单位")), description=lazy(N_("单位的名称或代号")))

    def __init__(
        self,
        *args: Any,
        categories: Pairs,
        taken: Sequence[tuple[str, int, int]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._taken = taken
        self.category.choices = choices([("", lazy(N_("不限"))), *categories])

    def draft(self, organisation_id: uuid.UUID | None = None) -> BlockDraft:
        """What was typed, as a draft; the unit is looked up by the caller."""
        return BlockDraft(
            prefix=self.prefix.data.upper(),
            first=self.first.data,
            last=self.last.data,
            width=self.width.data,
            category=self.category.data or "",
            organisation_id=organisation_id,
        )

    def problems(self) -> Iterable[Problem]:
        """The rules of one run against the others."""
        return [
            *check_text("organisation", self.organisation.data or "", 80),
            *check_block(self.draft(), self._taken),
        ]
