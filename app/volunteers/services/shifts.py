"""Shifts: made, changed, called off."""

from __future__ import annotations

import uuid
from dataclasses import fields

from sqlalchemy import select

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
from app.volunteers.rules.shifts import ShiftDraft, check_shift
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

    Raises DomainError, Conflict `changed_meanwhile`, `shift_cancelled`.
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
