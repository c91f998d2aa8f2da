"""Inputs that only the games have: weights in kg."""

from __future__ import annotations

from app.activities.forms.fields import ThousandthsField
from app.core.text import N_


class KilogramField(ThousandthsField):
    """A weight typed in kg; `data` in whole grams or None."""

    unit = "kg"
    least = 1
    most = 1_000_000
    refusal = N_("请填公斤数，例如 57。")
