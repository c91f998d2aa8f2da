"""Finding somebody by name whom the office may put on a shift: registered here, or a volunteer before."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from app.checkins.queries import gate
from app.core.db import db
from app.core.text import fold_width, pinyin_keys
from app.people.models import Person
from app.people.queries.aliases import canonical_of
from app.registrations.models import Registration
from app.volunteers.models import Service
from app.volunteers.queries.times import same_person

MOST = 20
POOL = 5_000
"""Of those who have served or offered before the latest are searched: names are sealed, each is opened to compare."""
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who was found; `name` whole: whoever reads this must be allowed to."""

    person_id: uuid.UUID
    name: str
    born: date | None
    phone: str | None
    served: bool
    """Whether they have been a volunteer before."""


def find(activity_id: uuid.UUID, typed: str) -> list[Candidate]:
    """At most MOST people by name, pinyin or the phone's last four digits; volunteers of before first."""
    text = fold_width(typed).strip()
    words = text.replace(" ", "").lower()
    if not words or len(text) > LONGEST:
        return []
    pool = _pool()
    before = [one for one in pool if matches(one.name, one.phone, words)]
    known = {one.person_id for one in before}
    registered = [one.person_id for one in gate.search(activity_id, text)] + _spelled(activity_id, words)
    here = [one for one in dict.fromkeys(registered) if one not in known]
    found = [*before, *_persons(here, served=False)]
    canonical = canonical_of([one.person_id for one in found])
    return [one for one in found if one.person_id not in canonical][:MOST]


def matches(name: str, phone: str | None, words: str) -> bool:
    """Whether somebody is meant by what was typed (lower case, without spaces): 张三 by 张, zs, zhangsan, 5678."""
    if words.isascii():
        if words.isdigit():
            return len(words) == 4 and phone is not None and phone.endswith(words)
        return any(key.startswith(words) for key in pinyin_keys(name)) or name.replace(" ", "").lower() == words
    return words in name.replace(" ", "").lower()


def _spelled(activity_id: uuid.UUID, words: str) -> list[uuid.UUID]:
    """Registered here, by their name's whole reading; the gate's own search knows initials alone."""
    if len(words) < 2 or not (words.isascii() and words.isalpha()):
        return []
    first = words[0]
    rows = db.session.execute(
        select(Registration.person_id, Registration.name)
        .where(
            Registration.activity_id == activity_id,
            Registration.initials >= first,
            Registration.initials < f"{first}{{",
        )
        .order_by(Registration.initials, Registration.id)
        .limit(POOL)
    )
    return [row.person_id for row in rows if row.name and matches(row.name, None, words)]


def is_known(activity_id: uuid.UUID, person_id: uuid.UUID) -> bool:
    """Whether the search may find this person at all: nobody else's id puts anybody on a shift."""
    ids = same_person(person_id)
    served = select(Service.id).where(Service.person_id.in_(ids)).limit(1)
    if db.session.execute(served).first() is not None:
        return True
    here = select(Registration.id).where(Registration.activity_id == activity_id, Registration.person_id.in_(ids))
    return db.session.execute(here.limit(1)).first() is not None


def _pool() -> list[Candidate]:
    last = func.max(Service.made_at)
    ids = db.session.execute(
        select(Service.person_id).group_by(Service.person_id).order_by(last.desc(), Service.person_id).limit(POOL)
    ).scalars()
    return _persons(list(ids), served=True)


def _persons(ids: Collection[uuid.UUID], *, served: bool) -> list[Candidate]:
    if not ids:
        return []
    wanted = list(ids)
    rows = {}
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        statement = select(Person.id, Person.name, Person.birth_date, Person.phone).where(Person.id.in_(part))
        rows.update({row.id: row for row in db.session.execute(statement)})
    return [
        Candidate(one, rows[one].name, rows[one].birth_date, rows[one].phone, served)
        for one in wanted
        if one in rows and rows[one].name
    ]
