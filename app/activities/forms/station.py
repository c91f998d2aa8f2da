"""A station: what, where, when, and how people sign up."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField

from app.activities.constants import ActivityKind, Allocation, AskField
from app.activities.forms.fields import (
    LinesField,
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
from app.activities.rules.drafts import Basics, Problem, Window, check_basics, check_window
from app.core.ids import parse_uuid
from app.core.text import N_
from app.web.texts import lazy

NO_SEASON = ""


class BasicsForm(RuledForm):
    """What, where and when."""

    name = TrimmedField(lazy(N_("名称")), [needed()], description=lazy(N_("用地名，例如“徐庄站”")))
    code = TrimmedField(
        lazy(N_("代号")),
        [needed()],
        description=lazy(N_("用在网址和表格里，例如 xuzhuang-2021，发布后不再改")),
    )
    season_id = SelectField(lazy(N_("赛季")), coerce=str)
    kind = RadioField(lazy(N_("类别")), [chosen()], choices=choices_of(ActivityKind), default=ActivityKind.WALK.value)
    place = TrimmedField(lazy(N_("地点")), [needed()], description=lazy(N_("集合的地方，例如“徐庄镇文化广场”")))
    address = TrimmedField(lazy(N_("怎么到")), description=lazy(N_("路名、公交、停车")))
    gate_opens_at = OfficeTimeField(lazy(N_("开始入场")), description=lazy(N_("从这时起可以签到，候补名单不再递补")))
    starts_at = OfficeTimeField(lazy(N_("活动开始")))
    ends_at = OfficeTimeField(lazy(N_("活动结束")))
    service_phone = TrimmedField(lazy(N_("服务台电话")))
    seal_text = TrimmedField(lazy(N_("印章")), description=lazy(N_("两个字，不填就用名称的头两个字")))
    intro = LinesField(lazy(N_("介绍")))

    def __init__(self, *args: Any, seasons: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.season_id.choices = choices(seasons)

    def basics(self) -> Basics:
        """What was typed, as a draft."""
        return Basics(
            code=self.code.data,
            name=self.name.data,
            place=self.place.data,
            gate_opens_at=self.gate_opens_at.data,
            starts_at=self.starts_at.data,
            ends_at=self.ends_at.data,
            season_id=self.chosen_season,
            kind=ActivityKind(self.kind.data),
            address=self.address.data or "",
            seal_text=self.seal_text.data or "",
            intro=self.intro.data or "",
            service_phone=self.service_phone.data or "",
        )

    @property
    def chosen_season(self) -> uuid.UUID | None:
        """The season, or None for a station outside any."""
        return parse_uuid(self.season_id.data)

    def problems(self) -> Iterable[Problem]:
        """The rules of the basics."""
        return check_basics(self.basics())


class ChangeBasicsForm(BasicsForm):
    """The same for a station that exists."""

    move_hours = BooleanField(lazy(N_("活动改期时，各签到点的开放和截止时间一起顺延")), default=True)


class CreateForm(BasicsForm):
    """A new station: the window is asked at once, all else has a usual value."""

    opens_at = OfficeTimeField(lazy(N_("开始报名")))
    closes_at = OfficeTimeField(lazy(N_("截止报名")))

    def __init__(self, *args: Any, asks: Iterable[AskField] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._asks = tuple(asks)

    def window(self) -> Window:
        """The window with everything as usual."""
        return Window(opens_at=self.opens_at.data, closes_at=self.closes_at.data, asks=self._asks)

    def problems(self) -> Iterable[Problem]:
        """The rules of both."""
        return [*check_basics(self.basics()), *check_window(self.window(), self.ends_at.data, ())]


class WindowForm(RuledForm):
    """When and how people sign up, and what they are asked."""

    opens_at = OfficeTimeField(lazy(N_("开始报名")))
    closes_at = OfficeTimeField(lazy(N_("截止报名")))
    allocation = RadioField(lazy(N_("名额怎么给")), [chosen()], choices=choices_of(Allocation))
    waiting_list = BooleanField(lazy(N_("满员后可以候补，有人取消就依次递补")))
    needs_review = BooleanField(lazy(N_("报名要经过审核")))
    guardian_to_18 = BooleanField(lazy(N_("14 至 17 岁的要填监护人联系方式并声明")))
    asks = SelectMultipleField(lazy(N_("另外要问")), choices=choices_of(AskField))
    walkin_capacity = WholeNumberField(
        lazy(N_("现场加入的名额")), description=lazy(N_("另外计算，不占报名的名额；填 0 就是不接受现场填表"))
    )
    walkin_category = RadioField(
        lazy(N_("没报名的人扫码时")),
        default="",
        description=lazy(N_("归入一个组别，或到服务台填表")),
    )
    poster_enabled = BooleanField(
        lazy(N_("允许扫海报自助签到")), description=lazy(N_("海报的网址谁都能打开，只在开放时间内有效"))
    )

    def __init__(self, *args: Any, ends_at: datetime, categories: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ends_at = ends_at
        self.walkin_category.choices = choices([("", lazy(N_("到服务台填表"))), *categories])

    def window(self) -> Window:
        """What was typed, as a draft."""
        return Window(
            opens_at=self.opens_at.data,
            closes_at=self.closes_at.data,
            allocation=Allocation(self.allocation.data),
            needs_review=bool(self.needs_review.data),
            waiting_list=bool(self.waiting_list.data),
            guardian_to_18=bool(self.guardian_to_18.data),
            asks=tuple(AskField(ask) for ask in self.asks.data),
            walkin_capacity=self.walkin_capacity.data,
            walkin_category=self.walkin_category.data or "",
            poster_enabled=bool(self.poster_enabled.data),
        )

    def problems(self) -> Iterable[Problem]:
        """The rules of the window."""
        codes = [choice.value for choice in self.walkin_category.choices if choice.value]
        return check_window(self.window(), self._ends_at, codes)
