"""A place, its way, and the figures of a year."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField
from wtforms.validators import Optional

from app.activities.forms.fields import (
    DayField,
    KilometresField,
    Pairs,
    RuledForm,
    TrimmedField,
    WholeNumberField,
    choices,
    choices_of,
    needed,
    shown,
)
from app.core.ids import parse_uuid
from app.core.text import N_, fold_width
from app.facilities.constants import PlaceKind
from app.facilities.rules.drafts import PlaceDraft
from app.web.texts import lazy, say


class PlaceForm(RuledForm):
    """A place as the office types it."""

    kind = SelectField(lazy(N_("类别")), choices=choices_of(PlaceKind))
    name = TrimmedField(lazy(N_("名称")), [needed()])
    town = SelectField(lazy(N_("镇街")))
    address = TrimmedField(lazy(N_("地址")))
    area_m2 = WholeNumberField(lazy(N_("面积（㎡）")), optional=True, description=lazy(N_("场馆和场地填")))
    length_m = KilometresField(lazy(N_("长度（km）")), description=lazy(N_("绿道和线路填")))
    opened_on = DayField(lazy(N_("启用日期")))
    closed_on = DayField(lazy(N_("停用日期")), optional=True, description=lazy(N_("从这天起不再开放")))
    investment = WholeNumberField(lazy(N_("投资（元）")), optional=True)

    def __init__(self, *args: Any, towns: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.town.choices = choices([("", lazy(N_("全区"))), *towns])

    @property
    def draft(self) -> PlaceDraft:
        """What was typed."""
        return PlaceDraft(
            kind=PlaceKind(self.kind.data),
            name=self.name.data or "",
            opened_on=self.opened_on.data,
            town_id=parse_uuid(self.town.data),
            address=(self.address.data or "")[:120],
            area_m2=self.area_m2.data,
            length_m=self.length_m.data,
            closed_on=self.closed_on.data,
            investment=self.investment.data,
        )


class TitleForm(RuledForm):
    """An award of a place."""

    title = TrimmedField(lazy(N_("称号")), [needed()], description=lazy(N_("例如：山东体育旅游精品线路")))
    year = WholeNumberField(lazy(N_("授予年份")))


class WayForm(RuledForm):
    """The way of a greenway or line as a GPX file."""

    gpx = FileField(
        lazy(N_("GPX 文件")),
        [FileRequired(lazy(N_("请选一个文件。")))],
        description=lazy(N_("手表或手机轨迹软件导出的路线，最大 5 MB")),
    )


class SquareMetresField(StringField):
    """㎡ a person with at most two decimals; `data` in hundredths or None."""

    data: Any

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, [Optional()], **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return shown(str(self.raw_data[0]))
        return f"{self.data / 100:g}" if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """At most two decimals."""
        self.data = None
        text = fold_width(valuelist[0]).strip().removesuffix("㎡").strip() if valuelist else ""
        if not text:
            return
        try:
            cm = Decimal(text) * 100
        except ArithmeticError:
            cm = Decimal(-1)
        if not cm.is_finite() or cm <= 0 or cm > 10**6 or cm != cm.to_integral_value():
            raise ValueError(say(N_("请填平方米，例如 2.7。")))
        self.data = int(cm)


class YearForm(RuledForm):
    """What per-capita figures of a year rest on."""

    year = WholeNumberField(lazy(N_("年份")))
    population = WholeNumberField(lazy(N_("人口")), optional=True)
    population_source = TrimmedField(lazy(N_("人口的出处")), description=lazy(N_("例如：第七次人口普查")))
    target = SquareMetresField(lazy(N_("这一年的人均目标（㎡）")))
    target_source = TrimmedField(lazy(N_("目标的出处")), description=lazy(N_("例如：全民健身实施计划")))
