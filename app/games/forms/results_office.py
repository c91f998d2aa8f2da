"""What the office types about results: why one is opened again, protests, who officiates where."""

from __future__ import annotations

import uuid
from typing import Any

from wtforms import RadioField, SelectField, SelectMultipleField

from app.activities.forms.fields import (
    LinesField,
    Pairs,
    RuledForm,
    TrimmedField,
    WholeNumberField,
    choices,
    choices_of,
)
from app.core.ids import parse_uuid
from app.core.text import N_
from app.games.constants import ProtestOutcome
from app.web.texts import lazy

NOBODY = ""


class ReopenForm(RuledForm):
    """Why a published result is opened again."""

    reason = LinesField(lazy(N_("重新打开的原因")))


class ProtestForm(RuledForm):
    """A protest that the office takes down."""

    delegation_id = SelectField(lazy(N_("代表团")), coerce=str)
    text = LinesField(lazy(N_("申诉内容")))

    def __init__(self, *args: Any, delegations: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.delegation_id.choices = choices([(NOBODY, lazy(N_("没有代表团"))), *delegations])

    @property
    def chosen_delegation(self) -> uuid.UUID | None:
        """The delegation, or None."""
        return parse_uuid(self.delegation_id.data)


class DecisionForm(RuledForm):
    """What became of a protest."""

    outcome = RadioField(lazy(N_("裁决")), coerce=str, choices=choices_of(ProtestOutcome))
    decision = LinesField(lazy(N_("理由")))


class RefereeForm(RuledForm):
    """Who takes which place in which units."""

    account = SelectField(lazy(N_("裁判")), coerce=str)
    number = WholeNumberField(lazy(N_("裁判号")), description=lazy(N_("0 是裁判长，打分裁判从 1 起")))
    panel = TrimmedField(lazy(N_("评分部分")), description=lazy(N_("分 A、B 打分时填")))
    units = SelectMultipleField(lazy(N_("场次")), coerce=str)

    def __init__(self, *args: Any, accounts: Pairs, units: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account.choices = choices(accounts)
        self.units.choices = choices(units)

    @property
    def chosen_units(self) -> list[uuid.UUID]:
        """The units that were ticked."""
        return [found for one in self.units.data or () if (found := parse_uuid(one))]

    @property
    def chosen_account(self) -> uuid.UUID:
        """The account; one that never was, when none was chosen."""
        return parse_uuid(self.account.data) or uuid.UUID(int=0)
