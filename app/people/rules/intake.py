"""What somebody typed about a person, read into what can be stored. Every entrance passes here:
the form, the family list, a team file, the walk-in, the API.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from app.accounts.rules.phones import parse_phone
from app.core.errors import DomainError
from app.core.text import N_
from app.people.constants import DocumentType, Relation, Sex
from app.people.rules.ages import check_birth, parse_date
from app.people.rules.documents import check_contradiction, parse_document
from app.people.rules.names import clean_name

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RawPerson:
    """As typed; empty text and None both mean that nothing was given."""

    name: str = ""
    document_type: str = DocumentType.RESIDENT_ID.value
    document_number: str | None = None
    sex: str | None = None
    birth_date: str | date | None = None
    phone: str | None = None
    town_id: uuid.UUID | None = None
    organisation_id: uuid.UUID | None = None
    guardian_name: str | None = None
    guardian_phone: str | None = None
    guardian_relation: str | None = None


@dataclass(frozen=True, slots=True)
class PersonInput:
    """Who somebody says they are: parsed, normalised, free of contradictions."""

    name: str
    document_type: DocumentType
    document_number: str | None
    sex: str | None
    birth_date: date | None
    phone: str | None
    town_id: uuid.UUID | None = None
    organisation_id: uuid.UUID | None = None
    guardian_name: str | None = None
    guardian_phone: str | None = None
    guardian_relation: str | None = None


def read_person(
    raw: RawPerson, today: date, *, phone_known: bool = False
) -> tuple[PersonInput | None, list[DomainError]]:
    """The person, or everything that has to be changed (each error names its field).

    `phone_known`: a phone is on record, so that somebody without a document need not give one.
    """
    errors: list[DomainError] = []

    def attempt(read: Callable[[], T]) -> T | None:
        try:
            return read()
        except DomainError as error:
            errors.append(error)
            return None

    name = attempt(lambda: clean_name(raw.name))
    kind = attempt(lambda: _document_type(raw.document_type))
    number, sex, birth = _identity(raw, kind, today, attempt)
    phone = attempt(lambda: parse_phone(raw.phone or "")) if raw.phone else None
    guardian_name = (
        attempt(lambda: clean_name(raw.guardian_name or "", field="guardian_name")) if raw.guardian_name else None
    )
    guardian_phone = (
        attempt(lambda: parse_phone(raw.guardian_phone or "", field="guardian_phone")) if raw.guardian_phone else None
    )
    relation = attempt(lambda: _relation(raw.guardian_relation or "")) if raw.guardian_relation else None
    if kind is DocumentType.NONE and phone is None and not raw.phone and not phone_known:
        errors.append(DomainError("phone_required", N_("没有证件时，需要填手机号。"), field="phone"))
    if errors or name is None or kind is None:
        return None, errors
    person = PersonInput(
        name=name,
        document_type=kind,
        document_number=number,
        sex=sex,
        birth_date=birth,
        phone=phone,
        town_id=raw.town_id,
        organisation_id=raw.organisation_id,
        guardian_name=guardian_name,
        guardian_phone=guardian_phone,
        guardian_relation=relation,
    )
    return person, []


def _document_type(text: str) -> DocumentType:
    try:
        return DocumentType(text or DocumentType.NONE.value)
    except ValueError:
        raise DomainError("document_type_unknown", N_("不认识这种证件，请重新选择。"), field="document_type") from None


def _relation(text: str) -> str:
    try:
        return Relation(text).value
    except ValueError:
        raise DomainError("relation_unknown", N_("请选择监护人和孩子的关系。"), field="guardian_relation") from None


def _identity(
    raw: RawPerson,
    kind: DocumentType | None,
    today: date,
    attempt: Callable[[Callable[[], object]], object],
) -> tuple[str | None, str | None, date | None]:
    """Number, sex and birth date: from the document where it tells, else as given."""
    given_sex = attempt(lambda: _sex(raw.sex or "")) if raw.sex else None
    given_birth = attempt(lambda: _birth(raw.birth_date, today)) if raw.birth_date else None
    sex = given_sex if isinstance(given_sex, Sex) else None
    birth = given_birth if isinstance(given_birth, date) else None
    if kind is None:
        return None, None, None
    if kind is DocumentType.NONE:
        if not raw.birth_date:
            attempt(lambda: _missing("birth_date_required", N_("没有证件时，需要填出生日期。"), "birth_date"))
        return None, sex.value if sex else None, birth
    if not raw.document_number:
        attempt(lambda: _missing("document_required", N_("请填证件号码。"), "document_number"))
        return None, None, None

    def parse() -> tuple[str, Sex | None, date | None]:
        parsed = parse_document(kind, raw.document_number or "", today)
        check_contradiction(parsed, sex=sex, birth_date=birth)
        return parsed.number, parsed.sex or sex, parsed.birth_date or birth

    found = attempt(parse)
    if not isinstance(found, tuple):
        return None, None, None
    number, found_sex, found_birth = found
    if found_birth is None:
        attempt(lambda: _missing("birth_date_required", N_("请填出生日期。"), "birth_date"))
    return number, found_sex.value if found_sex else None, found_birth


def _sex(text: str) -> Sex:
    known = {"男": Sex.MALE, "女": Sex.FEMALE, "male": Sex.MALE, "female": Sex.FEMALE}
    found = known.get(text.strip().lower())
    if found is None:
        raise DomainError("sex_unknown", N_("性别请填男或女。"), field="sex")
    return found


def _birth(value: str | date | None, today: date) -> date:
    day = value if isinstance(value, date) else parse_date(str(value))
    return check_birth(day, today)


def _missing(code: str, message: str, field: str) -> None:
    raise DomainError(code, message, field=field)
