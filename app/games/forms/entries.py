"""What is typed to enter athletes: the people of an entry, a sheet, a decision, weights."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Optional

from app.core.errors import DomainError
from app.core.ids import parse_uuid
from app.core.text import N_, normalise_search
from app.games.rules.entering import Member
from app.games.rules.entry_file import parse_weight
from app.people.constants import DocumentType, Sex
from app.people.forms import at_most, labelled
from app.people.rules.intake import RawPerson, read_person
from app.web.texts import lazy, say

MOST_ROWS = 40
"""People who can be typed on one page; more come by a sheet."""


class MemberFields(Form):
    """One person of an entry."""

    name = StringField(lazy(N_("姓名")), validators=[at_most(80)])
    document_type = SelectField(
        lazy(N_("证件")), choices=labelled(DocumentType), default=DocumentType.RESIDENT_ID.value
    )
    document_number = StringField(lazy(N_("证件号")), validators=[at_most(40)])
    sex = RadioField(lazy(N_("性别")), choices=labelled(Sex), validators=[Optional()])
    birth_date = StringField(lazy(N_("出生日期")), description=lazy(N_("例如 1990-03-07")), validators=[at_most(20)])
    phone = StringField(lazy(N_("手机号")), validators=[at_most(30)])
    organisation = StringField(
        lazy(N_("单位或学校")), description=lazy(N_("写全称，看学籍的小项要填")), validators=[at_most(80)]
    )
    weight = StringField(lazy(N_("体重（kg）")), description=lazy(N_("例如 56.5")), validators=[at_most(12)])
    substitute = BooleanField(lazy(N_("替补")))

    @property
    def blank(self) -> bool:
        """Whether nobody was typed here."""
        typed = (self.name, self.document_number, self.birth_date, self.phone, self.organisation, self.weight)
        return not any((field.data or "").strip() for field in typed)

    def read(self, today: date, units: dict[str, uuid.UUID]) -> Member | None:
        """The person, or the reasons beside their inputs."""
        weight, refused = None, []
        try:
            weight = parse_weight(self.weight.data or "")
        except DomainError as wrong:
            refused.append(wrong)
        raw = RawPerson(
            name=self.name.data or "",
            document_type=self.document_type.data or DocumentType.RESIDENT_ID.value,
            document_number=self.document_number.data or None,
            sex=self.sex.data or None,
            birth_date=self.birth_date.data or None,
            phone=self.phone.data or None,
            organisation_id=units.get(normalise_search(self.organisation.data or "")),
        )
        person, errors = read_person(raw, today)
        for error in (*refused, *errors):
            self.put(error)
        return None if person is None or refused else Member(person, bool(self.substitute.data), weight)

    def put(self, error: DomainError) -> None:
        """A reason beside the input it names, else at the name."""
        field = self._fields.get(error.field or "", self.name)
        field.errors = [*field.errors, say(error)]


class EntryForm(FlaskForm):
    """An entry: the team's name, its new people; of one that is changed also who stays."""

    entry_id = HiddenField()
    seen = HiddenField()
    name = StringField(lazy(N_("队名")), description=lazy(N_("不填就用代表团的名称")), validators=[at_most(60)])
    keep = SelectMultipleField(lazy(N_("留下的人")), description=lazy(N_("去掉勾选就退出这一队")))
    substitutes = SelectMultipleField(lazy(N_("其中替补")))
    members = FieldList(FormField(MemberFields), max_entries=MOST_ROWS)
    declared = BooleanField(lazy(N_("他们（未成年人的监护人）都已阅读隐私告知，同意使用证件号核对身份")))
    decision = StringField(
        lazy(N_("依据")), description=lazy(N_("截止或抽签后改动，写明是谁怎么决定的")), validators=[at_most(120)]
    )

    def __init__(self, *args: Any, rows: int = 1, people: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keep.choices = self.substitutes.choices = list(people)
        while len(self.members.entries) < min(rows, MOST_ROWS):
            self.members.append_entry()

    def chosen_id(self) -> uuid.UUID | None:
        """The id that makes sending twice one entry."""
        return parse_uuid(self.entry_id.data or "")

    def kept(self) -> dict[uuid.UUID, bool]:
        """Who stays, and whether as a substitute."""
        substitutes = set(self.substitutes.data or ())
        return {id_: text in substitutes for text in self.keep.data or () if (id_ := parse_uuid(text)) is not None}

    def seen_ids(self) -> set[uuid.UUID]:
        """Who was there when the page was read."""
        return {id_ for text in (self.seen.data or "").split() if (id_ := parse_uuid(text)) is not None}

    def read(self, today: date, units: dict[str, uuid.UUID]) -> list[Member] | None:
        """Everybody typed; None when somebody's inputs have to be changed, which then say so."""
        found = [entry.form.read(today, units) for entry in self._typed()]
        self._tell()
        return None if any(one is None for one in found) else [one for one in found if one is not None]

    def refuse(self, error: DomainError) -> None:
        """A refusal of the service: at the person it concerns, at its input, or on top."""
        index, typed = error.params.get("index"), self._typed()
        if isinstance(index, int) and index < len(typed):
            typed[index].form.put(error)
            self._tell()
        elif error.field in {"decision", "declared"}:
            self[error.field].errors = [say(error)]
        else:
            self.form_errors.append(say(error))

    def _typed(self) -> list[Any]:
        return [entry for entry in self.members.entries if not entry.form.blank]

    def _tell(self) -> None:
        """A list of inputs keeps a copy of their errors, made before the rules were asked."""
        found = [entry.form.errors for entry in self.members.entries]
        self.members.errors = found if any(found) else []


class SheetForm(FlaskForm):
    """A delegation's sheet."""

    file = FileField(
        lazy(N_("报项表")),
        description=lazy(N_("XLSX 或 CSV，最多 2,000 行、5 MB")),
        validators=[FileRequired(lazy(N_("请选一个文件。")))],
    )

    def refuse(self, error: DomainError) -> None:
        """The reason beside the file."""
        self.file.errors = [say(error)]


class ConfirmForm(FlaskForm):
    """What is declared for everybody of the sheet."""

    declared = BooleanField(lazy(N_("名单上的人（未成年人的监护人）都已阅读隐私告知，同意使用证件号核对身份")))
    decision = StringField(
        lazy(N_("依据")), description=lazy(N_("截止后报项，写明是谁怎么决定的")), validators=[at_most(120)]
    )

    def refuse(self, error: DomainError) -> None:
        """The reason beside its input, or on top."""
        if error.field in {"decision", "declared"}:
            self[error.field].errors = [say(error)]
        else:
            self.form_errors.append(say(error))


class DecisionForm(FlaskForm):
    """Why an entry is taken out or put back."""

    decision = StringField(
        lazy(N_("依据")),
        description=lazy(N_("写明是谁怎么决定的，会记在报项上")),
        validators=[InputRequired(lazy(N_("这里要填。"))), at_most(120)],
    )

    def refuse(self, error: DomainError) -> None:
        """The reason beside the input."""
        self.decision.errors = [say(error)]


class OptionalDecisionForm(DecisionForm):
    """The same for a withdrawal, which needs a decision only when it comes late."""

    decision = StringField(
        lazy(N_("依据")), description=lazy(N_("报项截止后撤项，写明是谁怎么决定的")), validators=[at_most(120)]
    )


class WeighForm(FlaskForm):
    """The weights of a class; the inputs are the page's own, one an entry."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.read_errors: dict[uuid.UUID, str] = {}

    def read(self, typed: dict[uuid.UUID, str]) -> dict[uuid.UUID, int | None] | None:
        """Entry → grams (None: not weighed); None when something has to be changed."""
        found: dict[uuid.UUID, int | None] = {}
        for id_, text in typed.items():
            try:
                found[id_] = parse_weight(text)
            except DomainError as error:
                self.read_errors[id_] = say(error)
        return None if self.read_errors else found
