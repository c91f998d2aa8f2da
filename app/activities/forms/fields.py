"""Fields and the base of this room's forms: what the rules say stands beside the input it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import Field, FieldList, FormField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.fields import DateField, DateTimeLocalField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from app.activities.rules.drafts import Problem
from app.core.clock import OFFICE_ZONE, local
from app.core.errors import DomainError
from app.core.text import N_, fold_width
from app.web.texts import lazy, say

EARLIEST, LATEST = 2000, 2100
SHAPE = "%Y-%m-%dT%H:%M"
CONFLICT = "changed_meanwhile"
"""Code of the refusal of an edit that rests on an older version."""


def needed() -> InputRequired:
    """An input that cannot be left out."""
    return InputRequired(lazy(N_("这里要填。")))


def chosen() -> InputRequired:
    """A choice that cannot be left out."""
    return InputRequired(lazy(N_("请选一个。")))


def shown(text: str) -> str:
    """What was typed, as a page can give it back: no page can hold control characters."""
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\r\t")


Pairs = Iterable[tuple[str, Any]]
"""(value, label) of what can be chosen."""


def choices(pairs: Pairs) -> list[SelectChoice]:
    """Choices as WTForms takes them."""
    return [SelectChoice(value, label) for value, label in pairs]


def choices_of(kind: type[StrEnum]) -> list[SelectChoice]:
    """One choice for each member."""
    return choices((member.value, lazy(member.label)) for member in kind)  # type: ignore[attr-defined]


class OfficeTimeField(DateTimeLocalField):
    """A wall-clock time of the office, to the minute; `data` is an aware time in UTC or None."""

    data: Any

    def __init__(self, label: Any, *, optional: bool = False, **kwargs: Any) -> None:
        super().__init__(label, [Optional() if optional else needed()], format=SHAPE, **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return shown(" ".join(self.raw_data))
        return local(self.data).strftime(SHAPE) if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a local time; a year that is no year of ours is a slip of the finger."""
        self.data = None
        text = valuelist[0].strip() if valuelist else ""
        if not text:
            return
        try:
            typed = datetime.strptime(text[:16].replace(" ", "T"), SHAPE).replace(tzinfo=OFFICE_ZONE)
        except ValueError:
            raise ValueError(say(N_("没有这个时间，请改日期或时刻。"))) from None
        if not EARLIEST <= typed.year <= LATEST:
            raise ValueError(say(N_("年份不对，请改日期。")))
        self.data = typed.astimezone(UTC)


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


class WholeNumberField(IntegerField):
    """A whole number; full-width digits and grouping commas are read too."""

    data: Any

    def __init__(self, label: Any, *, optional: bool = False, **kwargs: Any) -> None:
        super().__init__(label, [Optional() if optional else needed()], **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return shown(str(self.raw_data[0]))
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """None for an empty input, the number, or the message."""
        self.data = None
        text = fold_width(valuelist[0]).replace(",", "").replace(" ", "") if valuelist else ""
        if not text:
            return
        if not text.isascii() or not text.isdigit() or len(text) > 15:
            raise ValueError(say(N_("请填整数。")))
        self.data = int(text)


class ThousandthsField(StringField):
    """A measure typed with at most three decimals; `data` in whole thousandths of its unit, or None."""

    data: Any
    unit: ClassVar[str]
    least: ClassVar[int]
    most: ClassVar[int]
    refusal: ClassVar[str]

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, [Optional()], **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return shown(str(self.raw_data[0]))
        return f"{self.data / 1000:g}" if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """With or without its unit behind it, in figures of either width."""
        self.data = None
        text = fold_width(valuelist[0]).strip().lower().removesuffix(self.unit).strip() if valuelist else ""
        if not text:
            return
        try:
            parts = Decimal(text) * 1000
        except ArithmeticError:
            parts = Decimal(-1)
        if not parts.is_finite() or not self.least <= parts <= self.most or parts != parts.to_integral_value():
            raise ValueError(say(self.refusal))
        self.data = int(parts)


class KilometresField(ThousandthsField):
    """A distance typed in km; `data` in whole metres or None."""

    unit = "km"
    least = 0
    most = 10**9
    refusal = N_("请填公里数，例如 4.2。")


class TrimmedField(StringField):
    """One line of text without spaces around it."""

    def _value(self) -> str:
        return shown(self.data or "")

    def process_formdata(self, valuelist: list[str]) -> None:
        """The text, never None."""
        self.data = valuelist[0].strip() if valuelist else ""


class LinesField(TextAreaField):
    """Text of several lines, each ended by a plain newline."""

    def _value(self) -> str:
        return shown(self.data or "")

    def process_formdata(self, valuelist: list[str]) -> None:
        """The text, never None."""
        self.data = valuelist[0].replace("\r\n", "\n").strip() if valuelist else ""


class RuledForm(FlaskForm):
    """A form whose sense is checked by the room's rules.

    `version` is the state of the station that the editor has seen.
    """

    version = HiddenField()
    #: whether somebody else was quicker, of which the editor has been told
    conflicts = False

    def problems(self) -> Iterable[Problem]:
        """What the rules say; asked only when every input could be read."""
        return ()

    def validate(self, extra_validators: Any = None) -> bool:
        """Read every input, then ask the rules; each problem stands beside its input."""
        if not super().validate(extra_validators):
            return False
        fine = True
        for problem in self.problems():
            self.refuse(problem.refusal())
            fine = False
        return fine

    def refuse(self, error: DomainError) -> None:
        """Put a refusal beside the input that it names, or on top when there is none.

        A form that shares its page with others has a prefix; what refuses does not know it.
        """
        self.conflicts = error.code == CONFLICT
        named = {error.field, f"{self._prefix}{error.field}"}
        for field in leaves(self):
            if field.name in named:
                field.errors = [*field.errors, say(error)]
                self._tell_lists()
                return
        self.form_errors.append(say(error))

    def _tell_lists(self) -> None:
        """A list of inputs keeps a copy of their errors, made before the rules were asked."""
        for field in self:
            if isinstance(field, FieldList):
                found = [entry.errors for entry in field.entries]
                field.errors = found if any(found) else []

    @property
    def seen_version(self) -> int:
        """The version that was sent; one that never was, when it is no number."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1

    def use_version(self, version: int) -> None:
        """Let the next try rest on the state as it is now."""
        self.version.data = str(version)
        self.version.raw_data = None


def leaves(form: Iterable[Field]) -> Iterator[Field]:
    """Every input of a form, those of nested forms and lists too."""
    for field in form:
        if isinstance(field, FormField):
            yield from leaves(field.form)
        elif isinstance(field, FieldList):
            yield from leaves(field.entries)
        else:
            yield field
