"""What acts about services share: whose turn it is, who may stand where, a row put in. All of it joins the open act."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from app.core.clock import local
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import uuid7
from app.core.text import N_
from app.people.models import Person
from app.people.queries.aliases import canonical_of
from app.people.rules.ages import age_on, is_minor
from app.volunteers.constants import ServiceState
from app.volunteers.models import Service, Shift
from app.volunteers.queries.times import same_person, times_of
from app.volunteers.rules.shifts import overlap


def take_turns(person_ids: Collection[uuid.UUID]) -> None:
    """Lock these persons until the act ends, after the shifts and in the order of their ids.

    A shift's own lock holds its number. That nobody stands at two posts is a fact of the person: two acts on
    two shifts would each see the person free.
    """
    known = canonical_of(person_ids)
    ids = {known.get(one, one) for one in person_ids}
    db.session.execute(
        select(Person.id)
        .where(Person.id.in_(ids))
        .order_by(Person.id)
        .with_for_update(key_share=True)  # registrations that point at them go on meanwhile
    ).all()


def check_person(shift: Shift, person_id: uuid.UUID, *, guardian: bool, at: datetime) -> bool:
    """Whether a guardian had to agree. Raises DomainError `too_young`, `guardian_missing`."""
    born = db.session.get_one(Person, person_id).birth_date
    check_age(shift, person_id)
    minor = is_minor(born, local(at).date())
    if minor and not guardian:
        raise DomainError("guardian_missing", N_("未满 18 岁要监护人同意，请勾选。"), field="guardian")
    return minor


def check_age(shift: Shift, person_id: uuid.UUID) -> None:
    """Refuse who is too young on the day of the shift: DomainError `too_young`."""
    born = db.session.get_one(Person, person_id).birth_date
    if born is not None and age_on(born, local(shift.starts_at).date()) < shift.min_age:
        raise DomainError("too_young", N_("这个班次要满 %(age)s 岁。"), field="shifts", age=shift.min_age)


def check_times(shift: Shift, person_id: uuid.UUID, *, leaving: uuid.UUID | None = None) -> None:
    """Refuse who is at another post then, or has offered to be: Conflict `times_clash`. `leaving`: a shift that they
    leave in the same act. The person's turn is taken before.
    """
    besides = {shift.id} if leaving is None else {shift.id, leaving}
    if overlap(shift.starts_at, shift.ends_at, times_of(person_id, besides=besides)):
        raise Conflict("times_clash", N_("和已有的班次时间重叠。"), field="shifts")


def check_number(shift: Shift) -> None:
    """Refuse more people than the shift needs: Conflict `shift_full`."""
    if number_on(shift.id) > shift.needed:
        raise Conflict("shift_full", N_("这个班次只要 %(n)s 人，安排多了。"), field="people", n=shift.needed)


def number_on(shift_id: uuid.UUID) -> int:
    """How many are assigned, of a shift that is locked."""
    rows = db.session.execute(
        select(Service.id).where(Service.shift_id == shift_id, Service.state == ServiceState.ASSIGNED.value)
    ).all()
    return len(rows)


def put(
    shift: Shift, person_id: uuid.UUID, state: ServiceState, *, account_id: uuid.UUID | None, agreed: bool, at: datetime
) -> int:
    """A new row, or the old one taken up again; returns 1 when something changed."""
    take_turns([person_id])
    check_times(shift, person_id)
    day = local(at).date() if agreed else None
    held = service_of(shift.id, person_id)
    if held is None:
        db.session.add(
            Service(
                id=uuid7(),
                shift_id=shift.id,
                person_id=person_id,
                account_id=account_id,
                state=state.value,
                reason="",
                agreed_on=day,
                made_at=at,
            )
        )
        db.session.flush()
        return 1
    before = ServiceState(held.state)
    if before is state or (before is ServiceState.ASSIGNED and state is ServiceState.APPLIED):
        return 0
    held.state, held.made_at, held.reason = state.value, at, ""
    held.account_id, held.agreed_on = account_id or held.account_id, day or held.agreed_on
    db.session.flush()
    return 1


def service_of(shift_id: uuid.UUID, person_id: uuid.UUID) -> Service | None:
    """The locked row of somebody in a shift, also of whoever was merged into them."""
    rows = db.session.execute(
        select(Service)
        .where(Service.shift_id == shift_id, Service.person_id.in_(same_person(person_id)))
        .order_by(Service.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalars()
    found = sorted(rows, key=lambda one: one.state != ServiceState.ASSIGNED.value)
    return found[0] if found else None


def locked(shift_id: uuid.UUID, service_id: uuid.UUID) -> Service:
    """One row of a shift, locked. NotFound `service_not_found`."""
    found = db.session.execute(
        select(Service)
        .where(Service.shift_id == shift_id, Service.id == service_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise service_not_found()
    return found


def service_not_found() -> NotFound:
    """The one answer for a service that is not there."""
    return NotFound("service_not_found", N_("没有找到这次服务。"))
