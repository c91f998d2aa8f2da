"""Shifts: made, changed, copied, closed to offers, called off."""

from __future__ import annotations

import uuid
from dataclasses import fields
from datetime import timedelta

from sqlalchemy import select

from app.activities.models import Activity
from app.audit.services import Actor, record
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict
from app.core.ids import uuid7
from app.core.text import N_
from app.core.transactions import act
from app.passes.rules import new_short_code
from app.volunteers.constants import ASKED
from app.volunteers.models import Service, Shift
from app.volunteers.queries.shifts import shift_not_found
from app.volunteers.queries.times import elsewhere
from app.volunteers.rules.shifts import ShiftDraft, check_shift
from app.volunteers.services.standing import number_on, take_turns
from app.volunteers.services.telling import Told, leave_word


@act
def save_shift(
    *,
    activity_id: uuid.UUID,
    shift_id: uuid.UUID | None,
    draft: ShiftDraft,
    actor: Actor,
    version: int | None = None,
) -> uuid.UUID:
    """Add a shift, or change one; returns its id. Who is on it hears of another time or place.

    Raises DomainError, Conflict `changed_meanwhile`, `shift_cancelled`, `fewer_than_on` (the number is below those
    assigned), `times_clash` (somebody on it is at another post at the new time).
    """
    check_shift(draft)
    if shift_id is None:
        found = Shift(id=uuid7(), activity_id=activity_id, code=new_short_code(), version=0)
        before = None
        db.session.add(found)
    else:
        found = open_shift(activity_id, shift_id, version)
        before = (found.starts_at, found.ends_at, found.place)
    for one in fields(draft):
        value = getattr(draft, one.name)
        setattr(found, one.name, value.strip() if isinstance(value, str) else value)
    found.version += 1
    db.session.flush()
    if before is not None:
        _check_people(found, moved=before[:2] != (found.starts_at, found.ends_at))
    record(actor, "volunteers.shift_saved", subject_kind="shift", subject_id=found.id, scope_id=activity_id)
    if before is not None and before != (found.starts_at, found.ends_at, found.place):
        leave_word(found, Told.MOVED, _asked(found.id), key=f"v{found.version}")
    return found.id


@act
def cancel_shift(*, activity_id: uuid.UUID, shift_id: uuid.UUID, actor: Actor) -> None:
    """Call a shift off; who is on it hears of it. Twice changes nothing."""
    found = open_shift(activity_id, shift_id, None, cancelled=True)
    if found.cancelled_at is not None:
        return
    found.cancelled_at = now()
    found.version += 1
    record(actor, "volunteers.shift_cancelled", subject_kind="shift", subject_id=shift_id, scope_id=activity_id)
    leave_word(found, Told.CANCELLED, _asked(shift_id), key="off")


@act
def set_offers(*, activity_id: uuid.UUID, shift_id: uuid.UUID, taken: bool, actor: Actor) -> None:
    """Take no more offers for a shift, or take them again; what was offered stays. Twice changes nothing."""
    found = open_shift(activity_id, shift_id, None)
    if (found.offers_closed_at is None) is taken:
        return
    found.offers_closed_at = None if taken else now()
    found.version += 1
    record(
        actor,
        "volunteers.offers_set",
        subject_kind="shift",
        subject_id=shift_id,
        scope_id=activity_id,
        taken=taken,
    )


@act
def copy_shifts(*, source_id: uuid.UUID, activity_id: uuid.UUID, actor: Actor) -> int:
    """Copy the shifts of an activity, without people, to a copy of it: they move along with its start.

    What was called off stays behind. Returns how many; 0 where the copy has shifts already: safe to repeat.
    """
    source, target = db.session.get(Activity, source_id), db.session.get(Activity, activity_id)
    there = db.session.execute(select(Shift.id).where(Shift.activity_id == activity_id).limit(1)).first()
    if source is None or target is None or there is not None:
        return 0
    by = target.starts_at - source.starts_at
    rows = db.session.execute(
        select(Shift)
        .where(Shift.activity_id == source_id, Shift.cancelled_at.is_(None))
        .order_by(Shift.starts_at, Shift.id)
    ).scalars()
    made = [_copy(one, activity_id, by) for one in rows]
    if not made:
        return 0
    db.session.add_all(made)
    db.session.flush()
    record(
        actor,
        "volunteers.shifts_copied",
        subject_kind="activity",
        subject_id=activity_id,
        scope_id=activity_id,
        source=str(source_id),
        shifts=len(made),
    )
    return len(made)


def _copy(one: Shift, activity_id: uuid.UUID, by: timedelta) -> Shift:
    facts = {each.name: getattr(one, each.name) for each in fields(ShiftDraft)}
    moved = {"starts_at": one.starts_at + by, "ends_at": one.ends_at + by}
    return Shift(id=uuid7(), activity_id=activity_id, code=new_short_code(), version=1, **(facts | moved))


def _check_people(shift: Shift, *, moved: bool) -> None:
    """Whether those on a shift still fit it as it is to be."""
    assigned = number_on(shift.id)
    if shift.needed < assigned:
        raise Conflict("fewer_than_on", N_("已安排 %(n)s 人，人数不能更少。"), field="needed", n=assigned)
    if not moved:
        return
    people = set(
        db.session.execute(
            select(Service.person_id).where(
                Service.shift_id == shift.id, Service.state.in_([one.value for one in ASKED])
            )
        ).scalars()
    )
    take_turns(people)
    clashing = elsewhere(people, shift)
    if clashing:
        raise Conflict(
            "times_clash", N_("改到这个时间，有 %(n)s 人和别的班次重叠。"), field="starts_at", n=len(clashing)
        )


def _asked(shift_id: uuid.UUID) -> list[uuid.UUID]:
    rows = db.session.execute(
        select(Service.id).where(Service.shift_id == shift_id, Service.state.in_([one.value for one in ASKED]))
    )
    return list(rows.scalars())


def open_shift(activity_id: uuid.UUID, shift_id: uuid.UUID, version: int | None, *, cancelled: bool = False) -> Shift:
    """The locked row, if it still is as the editor has seen it: assigning takes turns, so that the number holds."""
    found = db.session.execute(
        select(Shift)
        .where(Shift.id == shift_id, Shift.activity_id == activity_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise shift_not_found()
    if version is not None and found.version != version:
        raise Conflict("changed_meanwhile", N_("刚被别人改过，填的都还在，核对后再保存。"))
    if found.cancelled_at is not None and not cancelled:
        raise Conflict("shift_cancelled", N_("这个班次已经取消。"))
    return found
