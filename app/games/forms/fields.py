"""Inputs that only the games have: weights in kg."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from wtforms import StringField
from wtforms.validators import Optional

from app.activities.forms.fields import shown
from app.core.text import N_, fold_width
from app.web.texts import say


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
