"""What the office types about registrations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from app.core.errors import DomainError
from app.core.ids import parse_uuid
from app.core.text import N_
from app.people.constants import GUARDIAN_RELATIONS, Relation
from app.people.forms import CHOOSE, PersonFields, at_most, labelled
from app.people.rules.reasons import DISCLOSURE
from app.registrations.rules.audience import Audience, Who
from app.registrations.rules.templates import TEMPLATES
from app.web.forms import Between
from app.web.texts import lazy, say


class Refusing(FlaskForm):
    """A form that shows a refusal of an act beside the input that it names."""

    def refuse(self, error: DomainError) -> None:
        """Beside its field, else on top."""
        field = self._fields.get(error.field or "")
        if field is None:
            self.form_errors.append(say(error))
        else:
            field.errors = [*field.errors, say(error)]


class WalkInForm(PersonFields):
    """Somebody at the gate: as little as the law and the insurance allow."""

    category = RadioField(lazy(N_("组别")), choices=[], validate_choice=False)
    guardian_name = StringField(
        lazy(N_("监护人姓名")),
        description=lazy(N_("未满 18 岁才填")),
        validators=[Optional(), at_most(80)],
    )
    guardian_phone = StringField(lazy(N_("监护人手机")), validators=[Optional(), at_most(30)])
    guardian_relation = RadioField(
        lazy(N_("监护人是孩子的")),
        choices=labelled(one for one in Relation if one in GUARDIAN_RELATIONS),
        validators=[Optional()],
    )
    consent_notice = BooleanField(lazy(N_("本人看过隐私告知，同意")))
    consent_document = BooleanField(lazy(N_("本人同意使用证件号")))
    consent_terms = BooleanField(lazy(N_("本人看过参加须知，身体适合")))
    consent_guardian = BooleanField(lazy(N_("监护人在场，同意孩子参加")))


class DisclosureForm(Refusing):
    """Why one registration is to be seen unmasked, and who approved."""

    reason = RadioField(
        lazy(N_("为什么要看")),
        choices=[SelectChoice(code, lazy(words)) for code, words in DISCLOSURE.items()],
        validators=[InputRequired(message=lazy(N_("请选择要看的原因。")))],
    )
    approver = SelectField(lazy(N_("批准的负责人")), choices=[], validators=[Optional()])

    def offer(self, people: Iterable[tuple[UUID, str]]) -> None:
        """Whom one can name as approving."""
        self.approver.choices = [CHOOSE, *(SelectChoice(str(one), name) for one, name in people)]


class InsuranceForm(Refusing):
    """The list for the insurer."""

    minors = BooleanField(lazy(N_("包括未满 18 岁的人")))
    approver = SelectField(
        lazy(N_("批准的负责人")),
        description=lazy(N_("包括未成年人时要选")),
        choices=[],
        validators=[Optional()],
    )

    def offer(self, people: Iterable[tuple[UUID, str]]) -> None:
        """Whom one can name as approving."""
        self.approver.choices = [CHOOSE, *(SelectChoice(str(one), name) for one, name in people)]


class TellForm(Refusing):
    """What the office tells the registered, and which of them."""

    who = SelectField(lazy(N_("发给谁")), default=Who.EVERYBODY.value)
    town = SelectField(lazy(N_("哪个镇街")), default="")
    template = SelectField(lazy(N_("套用模板")), default="", validators=[Optional()])
    text = TextAreaField(
        lazy(N_("要通知的话")),
        description=lazy(N_("最多 70 个字，写清什么变了、要做什么")),
        validators=[InputRequired(message=lazy(N_("请填要通知的话。")))],
    )
    urgent = BooleanField(
        lazy(N_("紧急，夜里也发短信")),
        description=lazy(N_("不勾的，夜里写的到早上再发；站内信箱马上有")),
    )

    def __init__(self, *args: Any, towns: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.who.choices = [(one.value, lazy(one.label)) for one in Who]
        self.town.choices = [("", lazy(N_("全部"))), *towns]
        self.template.choices = [("", lazy(N_("不用模板"))), *((one.code, lazy(one.label)) for one in TEMPLATES)]

    @property
    def audience(self) -> Audience:
        """Whom it is for."""
        return Audience(Who(self.who.data), parse_uuid(self.town.data or ""))


class CapacityForm(Refusing):
    """The places of one category."""

    capacity = IntegerField(
        lazy(N_("名额")),
        validators=[
            InputRequired(message=lazy(N_("请填名额。"))),
            Between(0, 200_000, message=lazy(N_("名额请填 0 到 200,000。"))),
        ],
    )
