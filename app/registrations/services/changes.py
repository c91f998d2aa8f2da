"""What happens to a registration afterwards: cancelled, promoted, reviewed, moved up by more places."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app.activities.models import Activity, Category
from app.activities.services import places
from app.audit.services import Actor, record
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.outbox import send
from app.core.text import N_
from app.core.transactions import act
from app.notices.constants import NoticeKind
from app.registrations.constants import ACTIVE_STATES, RegistrationState
from app.registrations.models import Registration
from app.registrations.services.storing import not_found, note_event
from app.registrations.services.tallies import count_states
from app.registrations.services.telling import announce


def _locked(activity_id: uuid.UUID, registration_id: uuid.UUID) -> Registration:
    found = db.session.execute(
        select(Registration)
        .where(Registration.activity_id == activity_id, Registration.id == registration_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise not_found()
    return found


def _category_of(activity_id: uuid.UUID, registration_id: uuid.UUID) -> uuid.UUID:
    """The category of a registration, which never changes; NotFound."""
    found = db.session.execute(
        select(Registration.category_id).where(
            Registration.activity_id == activity_id, Registration.id == registration_id
        )
    ).scalar_one_or_none()
    if found is None:
        raise not_found()
    return found


def _lock_category(activity_id: uuid.UUID, category_id: uuid.UUID) -> None:
    """Category before registration, in every act: two locks in one order cannot deadlock."""
    db.session.execute(
        select(Category.id).where(Category.activity_id == activity_id, Category.id == category_id).with_for_update()
    )


def _move(
    row: Registration, state: RegistrationState, *, actor: Actor, at: datetime, reason: str | None = None
) -> None:
    cut = (row.town_id, row.age, row.sex)
    count_states(row.activity_id, [(RegistrationState(row.state), row.walk_in, row.category_id, cut)], sign=-1)
    row.state = state.value
    row.reason = reason
    if state is RegistrationState.CONFIRMED:
        row.confirmed_at, row.queue_no = at, None
        if row.bib is None:
            row.bib = places.next_bibs(row.activity_id, row.category_id, [row.organisation_id])[0]
    if state is RegistrationState.CANCELLED:
        row.cancelled_at, row.queue_no = at, None
    count_states(row.activity_id, [(state, row.walk_in, row.category_id, cut)], sign=1)
    note_event(row.activity_id, row.id, state, actor=actor, at=at)


def _gate_open(activity_id: uuid.UUID, at: datetime) -> bool:
    opens = db.session.execute(select(Activity.gate_opens_at).where(Activity.id == activity_id)).scalar_one()
    return at >= opens


def _promote_first(activity_id: uuid.UUID, category_id: uuid.UUID, *, actor: Actor, at: datetime) -> Registration:
    first = db.session.execute(
        select(Registration)
        .where(
            Registration.activity_id == activity_id,
            Registration.category_id == category_id,
            Registration.state == RegistrationState.WAITLISTED.value,
        )
        .order_by(Registration.queue_no)
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()
    _move(first, RegistrationState.CONFIRMED, actor=actor, at=at, reason="promoted")
    return first


def end(row: Registration, *, actor: Actor, at: datetime, reason: str) -> list[uuid.UUID]:
    """Cancel a locked registration and give its place back; returns who was promoted, and is told so.

    Joins the open act.
    """
    before = RegistrationState(row.state)
    _move(row, RegistrationState.CANCELLED, actor=actor, at=at, reason=reason)
    if before is RegistrationState.WAITLISTED:
        places.leave_queue(row.activity_id, row.category_id)
    elif row.walk_in:
        places.return_walk_in(row.activity_id)
    elif before in {RegistrationState.CONFIRMED, RegistrationState.SUBMITTED}:
        promote = not _gate_open(row.activity_id, at)
        if places.free_place(row.activity_id, row.category_id, promote=promote):
            first = _promote_first(row.activity_id, row.category_id, actor=actor, at=at)
            announce(row.activity_id, NoticeKind.PROMOTED, [first.id])
            return [first.person_id]
    return []


@act
def cancel(
    *,
    activity_id: uuid.UUID,
    registration_id: uuid.UUID,
    actor: Actor,
    checked_in: bool,
    reason: str = "self",
    at: datetime | None = None,
) -> None:
    """Cancel; the freed place goes to the first in waiting in the same act.

    `checked_in`: whether a check-in is known (asked by the caller, who can see that room); then it
    is refused (`already_checked_in`). Cancelling twice is refused (`already_cancelled`).
    """
    at = at or now()
    category_id = _category_of(activity_id, registration_id)
    _lock_category(activity_id, category_id)
    row = _locked(activity_id, registration_id)
    if row.state not in ACTIVE_STATES:
        raise Conflict("already_cancelled", N_("这条报名已经取消了。"))
    if checked_in:
        raise Conflict("already_checked_in", N_("已经签到，不能取消，请到服务台说明。"))
    before = RegistrationState(row.state)
    persons = [row.person_id, *end(row, actor=actor, at=at, reason=reason)]
    db.session.flush()
    record(
        actor,
        "registration.cancelled",
        subject_kind="registration",
        subject_id=registration_id,
        scope_id=activity_id,
        before=before.value,
        reason=reason,
        promoted=len(persons) - 1,
    )
    if reason == "office":
        announce(activity_id, NoticeKind.CANCELLED, [row.id])
    send(activity_id, "registration_changed", persons=[str(one) for one in persons])


def _leave_word(activity_id: uuid.UUID, changed: list[Registration], *, promoted: list[Registration]) -> None:
    """Higher rooms hear whose registration changed; who moved up is told."""
    if changed:
        send(activity_id, "registration_changed", persons=[str(row.person_id) for row in changed])
    announce(activity_id, NoticeKind.PROMOTED, [row.id for row in promoted])


@act
def review(
    *,
    activity_id: uuid.UUID,
    registration_id: uuid.UUID,
    accept: bool,
    actor: Actor,
    at: datetime | None = None,
) -> None:
    """审核: a submitted registration becomes confirmed, or rejected and its place is freed."""
    at = at or now()
    _lock_category(activity_id, _category_of(activity_id, registration_id))
    row = _locked(activity_id, registration_id)
    if row.state != RegistrationState.SUBMITTED:
        raise Conflict("not_submitted", N_("这条报名不在待审核。"))
    moved_up: list[Registration] = []
    if accept:
        _move(row, RegistrationState.CONFIRMED, actor=actor, at=at)
    else:
        _move(row, RegistrationState.REJECTED, actor=actor, at=at, reason="rejected")
        if places.free_place(activity_id, row.category_id, promote=not _gate_open(activity_id, at)):
            moved_up.append(_promote_first(activity_id, row.category_id, actor=actor, at=at))
    db.session.flush()
    record(
        actor,
        "registration.reviewed",
        subject_kind="registration",
        subject_id=registration_id,
        scope_id=activity_id,
        accepted=accept,
    )
    announce(activity_id, NoticeKind.REVIEWED, [row.id])
    _leave_word(activity_id, [row, *moved_up], promoted=moved_up)


@act
def change_capacity(
    *, activity_id: uuid.UUID, category_id: uuid.UUID, capacity: int, actor: Actor, at: datetime | None = None
) -> int:
    """Set a category's places; more places promote the waiting in the same act. Returns how many.

    From the gate's opening the waiting list is frozen and the change is refused (`list_frozen`).
    """
    at = at or now()
    if not 0 <= capacity <= 200_000:
        raise DomainError("capacity_out_of_range", N_("名额请填 0 到 200,000。"), field="capacity")
    waiting: Any = db.session.execute(
        select(Category.waiting).where(Category.activity_id == activity_id, Category.id == category_id)
    ).scalar_one_or_none()
    if waiting is None:
        raise NotFound("category_not_found", N_("没有找到这个组别。"))
    if waiting and _gate_open(activity_id, at):
        raise Conflict("list_frozen", N_("现场已开始，候补名单不再变动。"))
    promoted = places.raise_capacity(activity_id, category_id, capacity)
    moved_up = [_promote_first(activity_id, category_id, actor=actor, at=at) for _ in range(promoted)]
    db.session.execute(update(Activity).where(Activity.id == activity_id).values(version=Activity.version + 1))
    record(
        actor,
        "activity.capacity_changed",
        subject_kind="category",
        subject_id=category_id,
        scope_id=activity_id,
        capacity=capacity,
        promoted=promoted,
    )
    _leave_word(activity_id, moved_up, promoted=moved_up)
    return promoted
