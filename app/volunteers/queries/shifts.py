"""Shifts with how many serve in them, and who these are."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from app.activities.models import Activity
from app.core.db import db
from app.core.errors import NotFound
from app.core.text import N_
from app.people.models import Person
from app.people.queries.aliases import aliases_of
from app.volunteers.constants import ServiceState
from app.volunteers.models import Service, Shift


@dataclass(frozen=True, slots=True)
class ShiftLine:
    """A shift with how many stand where."""

    shift: Shift
    by_state: Mapping[ServiceState, int]
    came: int

    @property
    def assigned(self) -> int:
        """Who is on it."""
        return self.by_state.get(ServiceState.ASSIGNED, 0)

    @property
    def free(self) -> int:
        """How many are still looked for."""
        return max(0, self.shift.needed - self.assigned)

    def takes_offers(self, at: datetime) -> bool:
        """Whether citizens can still offer to serve in it; also when it is full: some do not come."""
        one = self.shift
        return one.cancelled_at is None and one.offers_closed_at is None and one.starts_at > at


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """Somebody in a shift; `name` whole: whoever reads this must be allowed to."""

    service: Service
    state: ServiceState
    name: str
    born: date | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A service as the one who offered it sees it."""

    service: Service
    state: ServiceState
    shift: Shift
    activity: str
    code: str
    name: str
    person_id: uuid.UUID


def shift_not_found() -> NotFound:
    """The one answer for a shift that is not there."""
    return NotFound("shift_not_found", N_("没有找到这个班次。"))


def shift_of(activity_id: uuid.UUID, shift_id: uuid.UUID) -> Shift:
    """A shift of this activity; NotFound `shift_not_found`."""
    found = db.session.get(Shift, shift_id)
    if found is None or found.activity_id != activity_id:
        raise shift_not_found()
    return found


def shift_by_code(code: str) -> Shift | None:
    """The shift that a poster names."""
    return db.session.execute(select(Shift).where(Shift.code == code.upper())).scalar_one_or_none()


def shifts_of(activity_id: uuid.UUID) -> list[ShiftLine]:
    """By their start, in two statements."""
    rows = db.session.execute(
        select(Shift).where(Shift.activity_id == activity_id).order_by(Shift.starts_at, Shift.post, Shift.id)
    ).scalars()
    return _with_counts(list(rows))


def line_of(shift: Shift) -> ShiftLine:
    """One shift with its counts."""
    return _with_counts([shift])[0]


def _with_counts(shifts: Sequence[Shift]) -> list[ShiftLine]:
    counted: dict[uuid.UUID, Counter[ServiceState]] = defaultdict(Counter)
    came: Counter[uuid.UUID] = Counter()
    rows = db.session.execute(
        select(Service.shift_id, Service.state, func.count().label("n"), func.count(Service.in_at).label("came"))
        .where(Service.shift_id.in_([one.id for one in shifts]))
        .group_by(Service.shift_id, Service.state)
    )
    for row in rows:
        counted[row.shift_id][ServiceState(row.state)] = row.n
        came[row.shift_id] += row.came
    return [ShiftLine(one, counted[one.id], came[one.id]) for one in shifts]


def services_in(shift_id: uuid.UUID) -> list[ServiceLine]:
    """Who serves or has offered: assigned first, then in the order of their offers."""
    rows = db.session.execute(
        select(Service, Person.name, Person.birth_date, Person.phone)
        .join(Person, Person.id == Service.person_id)
        .where(Service.shift_id == shift_id)
        .order_by(Service.made_at, Service.id)
    )
    order = [ServiceState.ASSIGNED, ServiceState.APPLIED, ServiceState.REFUSED, ServiceState.WITHDREW]
    found = [ServiceLine(one, ServiceState(one.state), name, born, phone) for one, name, born, phone in rows]
    return sorted(found, key=lambda line: order.index(line.state))


def everybody(activity_id: uuid.UUID) -> list[tuple[Shift, ServiceLine]]:
    """Who serves or has offered in an activity, by shift and in the order of their offers; called off shifts too."""
    rows = db.session.execute(
        select(Shift, Service, Person.name, Person.birth_date, Person.phone)
        .join(Service, Service.shift_id == Shift.id)
        .join(Person, Person.id == Service.person_id)
        .where(Shift.activity_id == activity_id)
        .order_by(Shift.starts_at, Shift.post, Shift.id, Service.made_at, Service.id)
    )
    return [
        (shift, ServiceLine(one, ServiceState(one.state), name, born, phone)) for shift, one, name, born, phone in rows
    ]


def own_services(person_ids: Collection[uuid.UUID]) -> list[OwnLine]:
    """Every service of these people, the latest shift first; also of whoever was merged into them."""
    if not person_ids:
        return []
    merged = aliases_of(person_ids)
    rows = db.session.execute(
        select(Service, Shift, Activity.name, Activity.code)
        .join(Shift, Shift.id == Service.shift_id)
        .join(Activity, Activity.id == Shift.activity_id)
        .where(Service.person_id.in_([*person_ids, *merged]))
        .order_by(Shift.starts_at.desc(), Service.id)
    ).all()
    names = dict(db.session.execute(select(Person.id, Person.name).where(Person.id.in_(list(person_ids)))).all())
    return [
        OwnLine(one, ServiceState(one.state), shift, activity, code, names[who], who)
        for one, shift, activity, code in rows
        for who in [merged.get(one.person_id, one.person_id)]
    ]


def posts_open(activity_ids: Collection[uuid.UUID], at: datetime) -> set[uuid.UUID]:
    """Which of these activities still look for volunteers."""
    taken = (
        select(Service.shift_id, func.count().label("n"))
        .where(Service.state == ServiceState.ASSIGNED.value)
        .group_by(Service.shift_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Shift.activity_id)
        .outerjoin(taken, taken.c.shift_id == Shift.id)
        .where(
            Shift.activity_id.in_(list(activity_ids)),
            Shift.cancelled_at.is_(None),
            Shift.offers_closed_at.is_(None),
            Shift.starts_at > at,
            func.coalesce(taken.c.n, 0) < Shift.needed,
        )
    )
    return set(rows.scalars())


def lacking(activity_ids: Collection[uuid.UUID], at: datetime, *, before: datetime) -> Mapping[uuid.UUID, int]:
    """How many people the shifts of each activity that begin before `before` still lack; full ones are left out."""
    if not activity_ids:
        return {}
    taken = (
        select(func.count())
        .where(Service.shift_id == Shift.id, Service.state == ServiceState.ASSIGNED.value)
        .correlate(Shift)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Shift.activity_id, Shift.needed, taken.label("taken")).where(
            Shift.activity_id.in_(list(activity_ids)),
            Shift.cancelled_at.is_(None),
            Shift.starts_at > at,
            Shift.starts_at <= before,
        )
    )
    found: Counter[uuid.UUID] = Counter()
    for row in rows:
        found[row.activity_id] += max(0, row.needed - row.taken)
    return +found
