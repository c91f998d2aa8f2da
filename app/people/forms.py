"""What people type about themselves and their family."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.core.errors import DomainError
from app.core.text import N_
from app.people.constants import DERIVING_TYPES, UNIT_KINDS, DocumentType, OrganisationKind, Relation, Sex
from app.people.rules.places import Place, Unit
from app.web.texts import lazy, say

CHOOSE = SelectChoice("", lazy(N_("请选")))
NOT_DERIVING = "|".join(kind.value for kind in DocumentType if kind not in DERIVING_TYPES)
"""Document types that do not tell sex and birth date: for `show_when`."""
WITH_NUMBER = "|".join(kind.value for kind in DocumentType if kind is not DocumentType.NONE)


def at_most(number: int) -> Length:
    """No more characters than any real value has."""
    return Length(max=number, message=lazy(N_("太长了，请缩短。")))


def needed(message: str) -> InputRequired:
    """A field that must be filled in, with its own sentence."""
    return InputRequired(message=lazy(message))


def place_choices(places: list[Place]) -> list[SelectChoice]:
    """镇街 in a group of their district, then the other districts and 区外."""
    others = gettext("其他地方")
    return [
        CHOOSE,
        *(
            SelectChoice(
                str(place.id),
                place.name,
                optgroup=place.group if place.kind is OrganisationKind.TOWN else others,
            )
            for place in places
        ),
    ]


def parent_choices(places: list[Place], units: list[Unit]) -> list[SelectChoice]:
    """Where a unit can hang in the tree: below a place, or below another unit (a class below its school)."""
    ours = gettext("单位")
    return [*place_choices(places), *(SelectChoice(str(unit.id), unit.name, optgroup=ours) for unit in units)]


def unit_choices(units: list[Unit]) -> list[SelectChoice]:
    """Schools, units and clubs."""
    return [CHOOSE, *(SelectChoice(str(unit.id), unit.name) for unit in units)]


def labelled(kinds: Iterable[Any]) -> list[SelectChoice]:
    """The members of an enumeration under their labels."""
    return [SelectChoice(kind.value, lazy(kind.label)) for kind in kinds]


def relation_of(text: str | None) -> Relation:
    """The relation that `text` names; anything unknown is `other`."""
    return Relation(text) if text in set(Relation) else Relation.OTHER


class PersonFields(FlaskForm):
    """Who somebody is. The rules read it, so that every entrance says the same."""

    relation = RadioField(
        lazy(N_("是您的什么人")),
        choices=labelled(Relation),
        default=Relation.SELF.value,
        validate_choice=False,
    )
    name = StringField(lazy(N_("姓名")), validators=[at_most(80)])
    document_type = SelectField(
        lazy(N_("证件")),
        choices=labelled(DocumentType),
        default=DocumentType.RESIDENT_ID.value,
    )
    document_number = StringField(
        lazy(N_("证件号")), description=lazy(N_("身份证 18 位，最后一位可能是 X")), validators=[at_most(40)]
    )
    sex = RadioField(lazy(N_("性别")), choices=labelled(Sex), validators=[Optional()])
    birth_date = StringField(lazy(N_("出生日期")), description=lazy(N_("例如 1990-03-07")), validators=[at_most(20)])
    phone = StringField(lazy(N_("手机号")), validators=[at_most(30)])
    town = SelectField(lazy(N_("镇街")), validators=[Optional()])

    def chosen_relation(self) -> Relation:
        """What the person is to the account; anything unknown is `other`."""
        return relation_of(self.relation.data)

    def show_places(self, places: list[Place]) -> None:
        """Offer the 镇街."""
        self.town.choices = place_choices(places)

    def put(self, errors: Mapping[str, str]) -> None:
        """Put sentences beside the fields that they name, the rest on top."""
        for name, sentence in errors.items():
            found = self._fields.get(name)
            if found is None:
                self.form_errors.append(sentence)
            else:
                found.errors = [*found.errors, sentence]


def sentences(errors: list[DomainError]) -> dict[str, str]:
    """Field → sentence in the reader's language, the first of each field."""
    found: dict[str, str] = {}
    for error in errors:
        found.setdefault(error.field or "", say(error))
    return found


class RelativeForm(PersonFields):
    """Somebody for the account's list."""

    consent_notice = BooleanField(lazy(N_("隐私告知")))
    consent_document = BooleanField(lazy(N_("使用证件号")))
    guardian_consent = BooleanField(lazy(N_("监护人同意")))


class ContactForm(FlaskForm):
    """What a person may correct alone."""

    phone = StringField(lazy(N_("新手机号")), description=lazy(N_("不改就留空")), validators=[Optional(), at_most(30)])
    town = SelectField(lazy(N_("镇街")), validators=[Optional()])
    organisation = SelectField(lazy(N_("单位")), validators=[Optional()])


class ProofForm(FlaskForm):
    """The code that was sent to the person's phone."""

    code = StringField(lazy(N_("验证码")), validators=[needed(N_("请填短信里的 6 位数字。")), at_most(20)])


class UnitForm(FlaskForm):
    """A school, unit or club."""

    name = StringField(lazy(N_("名称")), validators=[needed(N_("请填名称。")), at_most(80)])
    kind = RadioField(
        lazy(N_("种类")),
        choices=labelled(UNIT_KINDS),
        validators=[needed(N_("请选学校、单位或社团俱乐部。"))],
    )
    parent = SelectField(lazy(N_("所在地")), choices=[], validators=[Optional()])
