"""A delegation and its leader; a discipline."""

from __future__ import annotations

import uuid
from typing import Any

from wtforms import SelectField

from app.activities.forms.fields import Pairs, RuledForm, TrimmedField, choices, needed
from app.core.ids import parse_uuid
from app.core.text import N_
from app.games.rules.programme import DelegationDraft, DisciplineDraft
from app.web.texts import lazy


class DelegationForm(RuledForm):
    """Who takes part, and whose leaders may enter athletes."""

    name = TrimmedField(lazy(N_("名称")), [needed()], description=lazy(N_("例如“徐庄镇代表团”")))
    code = TrimmedField(lazy(N_("代号")), description=lazy(N_("不填就自动编")))
    organisation_id = SelectField(
        lazy(N_("所属单位")), coerce=str, description=lazy(N_("这个单位的领队可以为代表团报项"))
    )
    leader_name = TrimmedField(lazy(N_("领队姓名")))
    leader_phone = TrimmedField(lazy(N_("领队电话")))

    def __init__(self, *args: Any, organisations: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation_id.choices = choices([("", lazy(N_("不指定"))), *organisations])

    @property
    def chosen_organisation(self) -> uuid.UUID | None:
        """The organisation, or none."""
        return parse_uuid(self.organisation_id.data)

    def draft(self) -> DelegationDraft:
        """What was typed."""
        return DelegationDraft(
            code=self.code.data,
            name=self.name.data,
            organisation_id=self.chosen_organisation,
            leader_name=self.leader_name.data or None,
            leader_phone=self.leader_phone.data or None,
        )


class DisciplineForm(RuledForm):
    """A 大项."""

    name = TrimmedField(lazy(N_("名称")), [needed()], description=lazy(N_("例如“摔跤”")))
    code = TrimmedField(lazy(N_("代号")), description=lazy(N_("不填就自动编")))

    def draft(self) -> DisciplineDraft:
        """What was typed."""
        return DisciplineDraft(code=self.code.data, name=self.name.data)
