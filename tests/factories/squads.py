"""Squads and their people, through the services."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from app.audit.services import SYSTEM
from app.people.rules.intake import RawPerson, read_person
from app.squads.constants import SquadKind
from app.squads.queries.squads import members
from app.squads.rules.sheet import PersonRow
from app.squads.services.selection import add_people
from app.squads.services.squads import add_group, save_squad
from tests.factories import people

TODAY = date(2030, 6, 1)


def make_squad(kind: SquadKind = SquadKind.SQUAD, **facts: Any) -> uuid.UUID:
    """A squad of 2030; returns its id."""
    usual = {"name": "山亭区代表队", "event": "市运会", "year": 2030}
    return save_squad(squad_id=None, kind=kind, actor=SYSTEM, **(usual | facts))


def add_group_to(squad_id: uuid.UUID, name: str = "田径", quota: int | None = None) -> uuid.UUID:
    """A 大项; returns its id."""
    return add_group(squad_id=squad_id, name=name, quota=quota, actor=SYSTEM)


def row(n: int, *, group: str = "田径", born: date = date(2000, 1, 1), **facts: Any) -> PersonRow:
    """A row of a sheet that can be read."""
    raw = RawPerson(name=people.name(n), document_number=people.document(birth=born, n=n))
    person, errors = read_person(raw, TODAY)
    assert person is not None, errors
    return PersonRow(number=n + 2, name=person.name, group=group, person=person, **facts)


def candidate(squad_id: uuid.UUID, n: int, **facts: Any) -> uuid.UUID:
    """One more candidate; returns the member's id."""
    before = {one.member.id for one in members(squad_id)}
    add_people(squad_id=squad_id, rows=[row(n, **facts)], organisations={}, actor=SYSTEM)
    (new,) = {one.member.id for one in members(squad_id)} - before
    return new
