"""Inputs that only the games have: days, weights in kg."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from wtforms import StringField
from wtforms.fields import DateField
from wtforms.validators import Optional

from app.activities.forms.fields import EARLIEST, LATEST, needed, shown
from app.core.text import N_, fold_width
from app.web.texts import say


class DayField(DateField):
    """A day without a time; `data` is a date or None."""

    data: Any

    def __init__(self, label: Any, *, optional: bool = False, **kwargs: Any) -> None:
        super().__init__(label, [Optional() if optional else needed()], **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return shown(" ".join(self.raw_data))
        return self.data.isoformat() if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a day; a year that is no year of ours is a slip of the finger."""
        self.data = None
        text = valuelist[0].strip() if valuelist else ""
        if not text:
            return
        try:
            typed = date.fromisoformat(text)
        except ValueError:
            raise ValueError(say(N_("没有这一天，请改日期。"))) from None
        if not EARLIEST <= typed.year <= LATEST:
            raise ValueError(say(N_("年份不对，请改日期。")))
        self.data = typed


class KilogramField(StringField):
    """A weight typed in kg; `data` in whole grams or None."""

    data: Any

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, [Optional()], **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return shown(str(self.raw_data[0]))
        return f"{self.data / 1000:g}" if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """At most three decimals: a gram is fine enough."""
        self.data = None
        text = fold_width(valuelist[0]).strip().lower().removesuffix("kg").strip() if valuelist else ""
        if not text:
            return
        try:
            grams = Decimal(text) * 1000
        except ArithmeticError:
            grams = Decimal(-1)
        if not grams.is_finite() or not 0 < grams <= 1_000_000 or grams != grams.to_integral_value():
            raise ValueError(say(N_("请填公斤数，例如 57。")))
        self.data = int(grams)
