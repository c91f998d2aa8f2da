"""What the forms of every room share."""

from __future__ import annotations

from typing import Any

from wtforms.validators import NumberRange, ValidationError


class Between(NumberRange):
    """A whole number within limits. WTForms' own falls over one of three hundred digits."""

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse with the message what lies outside, however long it is."""
        try:
            super().__call__(form, field)
        except OverflowError:
            raise ValidationError(self.message) from None
