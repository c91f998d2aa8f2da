"""People who do not exist: names, documents and phones that pass every check and belong to nobody."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import select

from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.ids import uuid7
from app.core.transactions import act
from app.people.constants import DocumentType, OrganisationKind
from app.people.models import Organisation
from app.people.rules.documents import valid_resident_id
from app.people.rules.intake import PersonInput, RawPerson, read_person
from app.people.services.consents import publish_notice
from app.people.services.persons import ensure_persons

NOBODYS_AREA = "370499"
"""An area code that was never allotted."""
ADULT = date(1985, 3, 12)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ("德福", "秀英", "建国", "桂兰", "文静", "志强", "雨桐", "子涵", "海燕", "永红", "婷", "磊")
_numbers = count(1)


def number() -> int:
    """A number that no other person of this process has."""
    return next(_numbers)


def name(n: int) -> str:
    """One of 240 names; `n` and `n + 240` share one, as people do."""
    return SURNAMES[n % len(SURNAMES)] + GIVEN[n // len(SURNAMES) % len(GIVEN)]


def document(birth: date = ADULT, *, n: int | None = None, male: bool = True) -> str:
    """A resident ID number that passes every check; 500 of them a birth date and sex."""
    sequence = (number() if n is None else n) % 500 * 2 + male
    return valid_resident_id(NOBODYS_AREA, birth, sequence)


def phone(n: int | None = None) -> str:
    """A mobile number, as people type it."""
    return f"138{(number() if n is None else n) % 10**8:08}"


def raw_person(*, birth: date = ADULT, **fields: Any) -> RawPerson:
    """What an adult with a resident ID types; `fields` replaces any of it."""
    n = number()
    given = RawPerson(name=name(n), document_number=document(birth, n=n), phone=phone(n))
    return replace(given, **fields)


def child(*, birth: date, **fields: Any) -> RawPerson:
    """A child with a guardian."""
    guardian = {"guardian_name": "王建国", "guardian_phone": phone(), "guardian_relation": "parent"}
    return raw_person(birth=birth, **(guardian | fields))


def without_document(*, birth: date = ADULT, **fields: Any) -> RawPerson:
    """Somebody who gives name, birth date and phone instead of a document."""
    facts = {"document_type": DocumentType.NONE.value, "document_number": None, "birth_date": birth}
    return raw_person(birth=birth, **(facts | fields))


def person_input(raw: RawPerson | None = None, **fields: Any) -> PersonInput:
    """What is read from `raw` (default: an adult with `fields`); nothing may be wrong with it."""
    person, errors = read_person(raw or raw_person(**fields), now().date())
    assert person is not None, [(error.field, error.code) for error in errors]
    return person


@act
def person(raw: RawPerson | None = None, **fields: Any) -> uuid.UUID:
    """A stored person; returns the id."""
    (found,) = ensure_persons([person_input(raw, **fields)], at=now())
    assert found.person_id is not None
    return found.person_id


@act
def organisation(
    called: str = "徐庄镇", *, kind: OrganisationKind = OrganisationKind.TOWN, parent_id: uuid.UUID | None = None
) -> uuid.UUID:
    """A node of the tree; the one of that name if there is one."""
    known = db.session.execute(select(Organisation.id).where(Organisation.name == called)).scalar_one_or_none()
    if known is not None:
        return known
    row = Organisation(id=uuid7(), code=f"t{number()}", name=called, kind=kind, parent_id=parent_id, position=number())
    db.session.add(row)
    db.session.flush()
    return row.id


def notice(text: str = "我们为组织活动收集您的姓名、证件号和手机号。") -> int:
    """A published privacy notice; returns its version."""
    return publish_notice(text=text, actor=SYSTEM, at=now())
