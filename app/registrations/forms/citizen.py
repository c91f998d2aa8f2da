"""The two pages of signing up."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Form,
    FormField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from app.core.text import N_
from app.people.constants import GUARDIAN_RELATIONS, Relation
from app.people.forms import CHOOSE, PersonFields, at_most, labelled
from app.registrations.rules.drafts import Typed
from app.web.texts import lazy

SHIRTS = ("XS", "S", "M", "L", "XL", "2XL", "3XL")
TYPED_FIELDS = (
    "name",
    "document_type",
    "document_number",
    "sex",
    "birth_date",
    "phone",
    "town",
    "organisation",
    "relation",
)


class StartForm(PersonFields):
    """Page one: who, which group, and the agreement without which nothing is kept."""

    people = SelectMultipleField(lazy(N_("给谁报名")), choices=[], validate_choice=False)
    category = RadioField(lazy(N_("走哪个组")), choices=[], validate_choice=False)
    organisation = SelectField(lazy(N_("单位")), choices=[CHOOSE], validators=[Optional()])
    typing = BooleanField(lazy(N_("家人")))
    consent_notice = BooleanField(lazy(N_("隐私告知")))
    consent_document = BooleanField(lazy(N_("使用证件号")))

    def typed(self) -> Typed:
        """The person in the fields."""
        return Typed(**{name: (self._fields[name].data or "").strip() for name in TYPED_FIELDS})

    def fill(self, typed: Typed) -> None:
        """Put a person back into the fields."""
        for name in TYPED_FIELDS:
            self._fields[name].data = getattr(typed, name)


class PersonPart(Form):
    """What page two asks about one person."""

    category = SelectField(lazy(N_("组别")), choices=[], validate_choice=False)
    guardian_name = StringField(lazy(N_("监护人姓名")), validators=[at_most(80)])
    guardian_phone = StringField(lazy(N_("监护人手机")), validators=[at_most(30)])
    guardian_relation = RadioField(
        lazy(N_("监护人是孩子的")),
        choices=labelled(one for one in Relation if one in GUARDIAN_RELATIONS),
        default=Relation.PARENT.value,
        validate_choice=False,
    )
    guardian_consent = BooleanField(lazy(N_("监护人同意")))
    shirt = RadioField(lazy(N_("T恤尺码")), choices=[SelectChoice(size) for size in SHIRTS], validators=[Optional()])
    health = TextAreaField(
        lazy(N_("健康声明")),
        description=lazy(N_("有病史、在吃药可以写在这里，只给医护人员看")),
        validators=[Optional(), at_most(300)],
    )
    consent_health = BooleanField(lazy(N_("同意使用健康声明")))


class ConfirmForm(FlaskForm):
    """Page two: guardians, what the activity asks, its rules; a part `p0`, `p1` and so on for each person."""

    emergency_name = StringField(
        lazy(N_("紧急联系人姓名")),
        description=lazy(N_("出意外时我们打给这个人")),
        validators=[at_most(80)],
    )
    emergency_phone = StringField(lazy(N_("紧急联系人电话")), validators=[at_most(30)])
    consent_terms = BooleanField(lazy(N_("参加须知")))

    def part(self, place: int) -> Any:
        """The part of the person at `place`."""
        return self._fields[f"p{place}"].form


def confirm_form(people: int, **options: Any) -> ConfirmForm:
    """A form with a part for each of `people`; always all of them, whatever a browser leaves out."""
    parts = {f"p{place}": FormField(PersonPart) for place in range(people)}
    made: ConfirmForm = type("ConfirmForm", (ConfirmForm,), parts)(**options)
    return made
