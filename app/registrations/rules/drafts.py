"""What somebody has typed on the way to a registration: its shape, what of it may be kept, what it becomes.

PIPL 17 and 29: nothing that says who somebody is is kept before the privacy notice is accepted, no
document number before its own box is ticked.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from typing import Any, Self

from app.accounts.rules.phones import parse_phone
from app.core.errors import DomainError
from app.core.ids import parse_uuid
from app.core.text import N_
from app.people.constants import GUARDIAN_RELATIONS, DocumentType, Relation
from app.people.rules.intake import PersonInput, RawPerson, read_person
from app.people.rules.names import clean_name

MOST_PEOPLE = 8
"""People in one sending: a family. More is a team file."""
LONGEST = 400
"""Characters kept of one field."""


@dataclass(frozen=True, slots=True)
class Typed:
    """One person as typed, all text."""

    name: str = ""
    document_type: str = DocumentType.RESIDENT_ID.value
    document_number: str = ""
    sex: str = ""
    birth_date: str = ""
    phone: str = ""
    town: str = ""
    organisation: str = ""
    relation: str = Relation.SELF.value

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed that names anybody."""
        return not (self.name.strip() or self.document_number.strip())

    def raw(self) -> RawPerson:
        """For the reader of persons, which refuses what contradicts the document."""
        return RawPerson(
            name=self.name,
            document_type=self.document_type,
            document_number=self.document_number or None,
            sex=self.sex or None,
            birth_date=self.birth_date or None,
            phone=self.phone or None,
            town_id=parse_uuid(self.town),
            organisation_id=parse_uuid(self.organisation),
        )


@dataclass(frozen=True, slots=True)
class DraftBody:
    """A draft: people chosen from the list, people typed in full, what stands in the fields.

    `notice`: the version of the privacy notice that was accepted. `ready`: the first page is done.
    `more`: the second page as it stood, by name of the field.
    """

    category: str = ""
    chosen: tuple[str, ...] = ()
    typed: tuple[Typed, ...] = ()
    open: Typed | None = None
    notice: int | None = None
    document_consent: bool = False
    ready: bool = False
    more: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """As it is sealed."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The inverse; what another release has kept otherwise is left out."""
        try:
            kept = json.loads(text)
        except ValueError:
            return cls()
        if not isinstance(kept, dict):
            return cls()
        notice = kept.get("notice")
        more = kept.get("more")
        return cls(
            category=_text(kept.get("category")),
            chosen=tuple(_text(one) for one in _list(kept.get("chosen"))),
            typed=tuple(_typed(one) for one in _list(kept.get("typed")) if isinstance(one, dict)),
            open=_typed(kept["open"]) if isinstance(kept.get("open"), dict) else None,
            notice=notice if isinstance(notice, int) else None,
            document_consent=kept.get("document_consent") is True,
            ready=kept.get("ready") is True,
            more={str(key): _text(value) for key, value in more.items()} if isinstance(more, dict) else {},
        )

    def keepable(self) -> DraftBody:
        """What may be stored: see the module."""
        if self.notice is None:
            return DraftBody(category=self.category, chosen=self.chosen)
        kept = replace(self, more=_without_health(self.more))
        if self.document_consent:
            return kept
        return replace(
            kept,
            typed=tuple(replace(one, document_number="") for one in self.typed),
            open=replace(self.open, document_number="") if self.open else None,
        )

    @property
    def people(self) -> int:
        """How many will be registered."""
        return len(self.chosen) + len(self.typed)


def _without_health(more: Mapping[str, str]) -> dict[str, str]:
    """Health statements stay only beside their own ticked box (PIPL 29)."""
    return {
        name: value
        for name, value in more.items()
        if not name.endswith("-health") or more.get(name.removesuffix("health") + "consent_health")
    }


def _text(value: Any) -> str:
    return str(value)[:LONGEST] if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _list(value: Any) -> list[Any]:
    return value[:MOST_PEOPLE] if isinstance(value, list) else []


def _typed(kept: Mapping[str, Any]) -> Typed:
    names = {one.name for one in fields(Typed)}
    return Typed(**{name: _text(value) for name, value in kept.items() if name in names})


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person of a draft, ready for the second page; `typed`: their place among the typed ones."""

    person: PersonInput
    relation: str
    typed: int | None = None


def candidates(
    body: DraftBody, listed: Mapping[uuid.UUID, tuple[PersonInput, Relation]], today: date
) -> list[Candidate]:
    """The people of a draft, in its order; who has left the list or is no longer readable is left out."""
    found = []
    for text in body.chosen:
        known = listed.get(parse_uuid(text) or uuid.UUID(int=0))
        if known is not None:
            found.append(Candidate(known[0], known[1].value))
    for place, typed in enumerate(body.typed):
        person, _errors = read_person(typed.raw(), today)
        if person is not None:
            known_relation = typed.relation in {one.value for one in Relation}
            found.append(Candidate(person, typed.relation if known_relation else Relation.OTHER.value, place))
    return found


def with_guardian(person: PersonInput, name: str, phone: str, relation: str) -> tuple[PersonInput, list[DomainError]]:
    """The person with a guardian as typed; problems name `guardian_name` and `guardian_phone`."""
    errors: list[DomainError] = []
    cleaned, dialled = "", ""
    try:
        cleaned = clean_name(name, field="guardian_name") if name.strip() else ""
    except DomainError as error:
        errors.append(error)
    try:
        dialled = parse_phone(phone, field="guardian_phone") if phone.strip() else ""
    except DomainError as error:
        errors.append(error)
    known = {one.value for one in GUARDIAN_RELATIONS}
    return (
        replace(
            person,
            guardian_name=cleaned or None,
            guardian_phone=dialled or None,
            guardian_relation=relation if relation in known else None,
        ),
        errors,
    )


def check_number_of_people(people: int) -> None:
    """Refuse nobody (`nobody_chosen`) and a crowd (`too_many_people`)."""
    if people == 0:
        raise DomainError("nobody_chosen", N_("请选一位家人，或填写姓名。"), field="people")
    if people > MOST_PEOPLE:
        raise DomainError(
            "too_many_people", N_("一次最多报 %(most)d 位，人多请用团体报名。"), field="people", most=MOST_PEOPLE
        )
