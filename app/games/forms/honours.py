"""The nomination for an honour."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from wtforms import SelectField

from app.activities.forms.fields import LinesField, Pairs, RuledForm, TrimmedField, choices
from app.activities.rules.drafts import Problem, check_text
from app.core.ids import parse_uuid
from app.core.text import N_
from app.games.rules.honours import USUAL
from app.web.texts import lazy

OTHER = ""


class HonourForm(RuledForm):
    """Who is nominated for what."""

    usual = SelectField(lazy(N_("荣誉")), coerce=str)
    title = TrimmedField(lazy(N_("其他名称")), description=lazy(N_("荣誉选了“其他”时填")))
    delegation_id = SelectField(lazy(N_("代表团")), coerce=str)
    name = TrimmedField(lazy(N_("个人或队名")), description=lazy(N_("不填就是颁给代表团")))
    reason = LinesField(lazy(N_("事迹")))

    def __init__(self, *args: Any, delegations: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.usual.choices = choices([*((one, lazy(one)) for one in USUAL), (OTHER, lazy(N_("其他")))])
        self.delegation_id.choices = choices([("", lazy(N_("不属于代表团"))), *delegations])

    @property
    def chosen_title(self) -> str:
        """The usual title, or the one that was typed."""
        return str(self.usual.data or self.title.data)

    @property
    def chosen_delegation(self) -> uuid.UUID | None:
        """The delegation, one of those offered, or None."""
        return parse_uuid(self.delegation_id.data)

    def problems(self) -> Iterable[Problem]:
        """The rules of texts."""
        found = check_text("name", self.name.data or "", 60)
        found += check_text("reason", self.reason.data or "", 500, lines=True)
        if not self.usual.data:
            found += check_text("title", self.title.data or "", 80, required=True)
        return found
