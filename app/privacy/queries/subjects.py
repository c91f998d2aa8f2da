"""Of whom one speaks: persons with everybody who was merged into them, and the account that asks."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from app.accounts.queries import account as read_account
from app.core.db import db
from app.core.text import normalise_search
from app.people.models import AccountPerson, Person
from app.people.queries.aliases import aliases_of
from app.people.queries.directory import activities_of


@dataclass(frozen=True, slots=True)
class Subject:
    """Persons and, where the account itself is meant, its id and phone.

    `activities`: activity → those of the persons who have to do with it. `names`: folded, to find what
    carries a name and no id. `keepers`: accounts that look after one of the persons.
    """

    persons: frozenset[uuid.UUID]
    account: uuid.UUID | None = None
    phone: str | None = None
    activities: Mapping[uuid.UUID, frozenset[uuid.UUID]] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    keepers: frozenset[uuid.UUID] = frozenset()

    def has_name(self, text: str | None) -> bool:
        """Whether a text is one of the names."""
        return bool(text) and normalise_search(text or "") in self.names


def subject(person_ids: Collection[uuid.UUID], account_id: uuid.UUID | None = None) -> Subject:
    """The persons, completed by whoever was merged into them."""
    persons = frozenset(person_ids) | frozenset(aliases_of(person_ids))
    account = read_account(account_id) if account_id is not None else None
    activities: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for person_id, found in activities_of(persons).items():
        for activity_id in found:
            activities[activity_id].add(person_id)
    rows = db.session.execute(select(Person.name).where(Person.id.in_(persons))).scalars() if persons else ()
    keepers = (
        db.session.execute(select(AccountPerson.account_id).where(AccountPerson.person_id.in_(persons))).scalars()
        if persons
        else ()
    )
    return Subject(
        persons,
        account_id,
        account.phone if account is not None else None,
        {one: frozenset(some) for one, some in activities.items()},
        frozenset(normalise_search(name) for name in rows),
        frozenset(keepers),
    )
