"""Numbered records of service hours, and what they say now."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.core.db import db
from app.honours.models import ServiceRecord
from app.people.models import Person
from app.people.queries.aliases import canonical_id
from app.volunteers.queries.hours import ServedLine, served_by
from app.volunteers.queries.times import same_person


@dataclass(frozen=True, slots=True)
class Served:
    """A record with what its owner served in that year, as things stand; `holds`: not withdrawn, and there is any."""

    record: ServiceRecord
    name: str
    lines: Sequence[ServedLine]

    @property
    def minutes(self) -> int:
        """Of all activities."""
        return sum(one.minutes for one in self.lines)

    @property
    def shifts(self) -> int:
        """How many."""
        return sum(len(one.posts) for one in self.lines)

    @property
    def holds(self) -> bool:
        """Whether the number is worth anything."""
        return self.record.withdrawn_at is None and self.minutes > 0


def served_with(number: str) -> Served | None:
    """The record of a number; None when there is none."""
    found = db.session.execute(select(ServiceRecord).where(ServiceRecord.number == number)).scalar_one_or_none()
    return _served(found) if found is not None else None


def record_of(person_id: uuid.UUID, year: int) -> ServiceRecord | None:
    """Somebody's record of a year, whoever they were entered as; the oldest where a merge has left two."""
    return (
        db.session.execute(
            select(ServiceRecord)
            .where(ServiceRecord.person_id.in_(same_person(person_id)), ServiceRecord.year == year)
            .order_by(ServiceRecord.issued_at, ServiceRecord.id)
        )
        .scalars()
        .first()
    )


def _served(record: ServiceRecord) -> Served:
    who = canonical_id(record.person_id)
    return Served(record, db.session.get_one(Person, who).name, served_by(who, record.year))
