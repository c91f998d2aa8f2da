"""One person across rooms: who looks after them, where they take part, who may be the same."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from app.activities.queries import Card
from app.activities.queries.lists import cards
from app.checkins.queries.presence import Presence, attendances_of
from app.people.queries.directory import activities_of
from app.people.queries.office import Candidate, Keeper, OfficePerson, candidates, keepers, merged_into, office_person
from app.registrations.constants import ACTIVE_STATES
from app.registrations.queries.persons import PersonRegistration, registrations_of
from app.registrations.rules.precedence import precedence


@dataclass(frozen=True, slots=True)
class Part:
    """One activity of a person."""

    card: Card
    registration: PersonRegistration
    presence: Presence | None


@dataclass(frozen=True, slots=True)
class PersonView:
    """What the office's page of one person shows."""

    person: OfficePerson
    keepers: list[Keeper]
    parts: list[Part]
    merged: list[OfficePerson]
    candidates: list[Candidate]


def person_view(person_id: uuid.UUID, today: date) -> PersonView | None:
    """Everything about one person, in the same few statements however much there is."""
    person = office_person(person_id, today)
    if person is None:
        return None
    return PersonView(
        person=person,
        keepers=keepers(person_id),
        parts=_parts(person_id),
        merged=merged_into(person_id, today),
        candidates=[] if person.merged else candidates(person_id, today),
    )


def _parts(person_id: uuid.UUID) -> list[Part]:
    ids = activities_of([person_id]).get(person_id, frozenset[uuid.UUID]())
    found, there = cards(ids), attendances_of(person_id, ids)
    return [
        Part(found[row.activity_id], row, there.get(row.activity_id))
        for row in registrations_of([person_id], ids)
        if row.activity_id in found
    ]


@dataclass(frozen=True, slots=True)
class Clash:
    """An activity for which both have registered: one of the two registrations is cancelled."""

    card: Card
    kept: PersonRegistration
    cancelled: PersonRegistration


@dataclass(frozen=True, slots=True)
class MergeView:
    """What merging `gone` into `stays` would do."""

    gone: OfficePerson
    stays: OfficePerson
    activities: int
    clashes: list[Clash]
    links: list[Keeper]
    doubts: frozenset[str]


def merge_view(gone_id: uuid.UUID, stays_id: uuid.UUID, today: date) -> MergeView | None:
    """None when one of them is not there. `doubts`: name, birth, document where the two differ."""
    gone, stays = office_person(gone_id, today), office_person(stays_id, today)
    if gone is None or stays is None:
        return None
    of_each = activities_of([gone_id, stays_id])
    theirs, own = (of_each.get(one, frozenset[uuid.UUID]()) for one in (gone_id, stays_id))
    both = theirs & own
    rows = registrations_of([gone_id, stays_id], both)
    found = cards(both)
    clashes = []
    for activity_id in sorted(both & found.keys()):
        here = [row for row in rows if row.activity_id == activity_id and row.state in ACTIVE_STATES]
        if len(here) == 2:
            kept, cancelled = sorted(here, key=lambda row: precedence(row.state, row.created_at, row.id))
            clashes.append(Clash(found[activity_id], kept, cancelled))
    return MergeView(
        gone=gone,
        stays=stays,
        activities=len(theirs),
        clashes=clashes,
        links=keepers(gone_id),
        doubts=_doubts(gone, stays),
    )


def _doubts(gone: OfficePerson, stays: OfficePerson) -> frozenset[str]:
    found = set()
    if gone.name != stays.name:
        found.add("name")
    if (gone.birth_date, gone.age) != (stays.birth_date, stays.age):
        found.add("birth")
    if gone.document and stays.document:
        found.add("document")
    return frozenset(found)
