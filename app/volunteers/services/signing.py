"""At the post: in and out by the personal code, closing a shift, hours put right."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.audit.services import Actor, record
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.text import N_
from app.core.transactions import act
from app.volunteers.constants import ServiceState
from app.volunteers.models import Service, Shift
from app.volunteers.queries.times import on_now
from app.volunteers.rules.shifts import EARLY, Turn, minutes_served, which_turn
from app.volunteers.services.serving import named_person
from app.volunteers.services.shifts import open_shift
from app.volunteers.services.standing import locked, service_of

MOST_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Signed:
    """Who was signed where; `out`: it was the second time."""

    shift_id: uuid.UUID
    service_id: uuid.UUID
    person_id: uuid.UUID
    at: datetime
    out: bool
    minutes: int | None


@act
def sign(
    *, activity_id: uuid.UUID, shift_id: uuid.UUID, person_id: uuid.UUID, actor: Actor, at: datetime | None = None
) -> Signed:
    """Sign in, the second time out. Raises Conflict `not_on_shift`, `not_the_time`, `signed_out`, `just_signed`."""
    at = at or now()
    shift = open_shift(activity_id, shift_id, None)
    service = service_of(shift_id, person_id)
    if service is None or service.state != ServiceState.ASSIGNED:
        raise Conflict("not_on_shift", N_("这个人不在这个班次里。"), field="named")
    if not shift.starts_at - EARLY <= at <= shift.ends_at + EARLY:
        raise Conflict("not_the_time", N_("现在不在这个班次的时间。"), field="named")
    if service.out_at is not None:
        raise Conflict("signed_out", N_("已经签退。时间不对，请办公室更正。"), field="named")
    if service.in_at is None:
        service.in_at = at
    elif (at - service.in_at).total_seconds() < 60:
        raise Conflict("just_signed", N_("刚刚签到，一分钟以后再签退。"), field="named")
    else:
        _out(service, shift, at)
    record(
        actor,
        "volunteers.signed",
        subject_kind="service",
        subject_id=service.id,
        scope_id=activity_id,
        out=service.out_at is not None,
    )
    return Signed(shift_id, service.id, service.person_id, at, service.out_at is not None, service.minutes)


@act
def sign_here(*, activity_id: uuid.UUID, named: str, actor: Actor, at: datetime | None = None) -> Signed:
    """Sign whoever shows a code in or out of that shift of theirs whose turn it is.

    Raises DomainError `nobody_named`, `code_revoked`, Conflict `not_on_any`, `no_shift_now` and as `sign`.
    """
    at = at or now()
    person_id = named_person(activity_id, named)
    held = on_now(activity_id, person_id)
    if not held:
        raise Conflict("not_on_any", N_("这个人没有安排班次，请先加到班次。"), field="named")
    turns = [Turn(shift.starts_at, shift.ends_at, service.in_at, service.out_at) for shift, service in held]
    turn = which_turn(turns, at)
    if turn is None:
        raise Conflict("no_shift_now", N_("现在不在这个人班次的时间。"), field="named")
    return sign(activity_id=activity_id, shift_id=held[turn][0].id, person_id=person_id, actor=actor, at=at)


@act
def close_shift(*, activity_id: uuid.UUID, shift_id: uuid.UUID, actor: Actor, at: datetime | None = None) -> int:
    """After a shift: whoever has signed in and not out served to its end; returns how many. Conflict `shift_runs`."""
    at = at or now()
    shift = open_shift(activity_id, shift_id, None)
    if at < shift.ends_at:
        raise Conflict("shift_runs", N_("班次还没有结束。"))
    rows = db.session.execute(
        select(Service)
        .where(Service.shift_id == shift_id, Service.in_at.is_not(None), Service.out_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalars()
    done = [service for service in rows if _out(service, shift, shift.ends_at)]
    record(
        actor,
        "volunteers.shift_closed",
        subject_kind="shift",
        subject_id=shift_id,
        scope_id=activity_id,
        people=len(done),
    )
    return len(done)


@act
def correct(
    *, activity_id: uuid.UUID, shift_id: uuid.UUID, service_id: uuid.UUID, minutes: int, reason: str, actor: Actor
) -> None:
    """The office settles the minutes, with a reason; signing out or closing later leaves them.

    Raises DomainError `minutes_wrong`, `reason_missing`, Conflict `not_on_shift`, `shift_cancelled`.
    """
    open_shift(activity_id, shift_id, None)
    service = locked(shift_id, service_id)
    if not 0 <= minutes <= MOST_MINUTES:
        raise DomainError("minutes_wrong", N_("分钟数请填 0 到 1,440。"), field="minutes")
    if not reason.strip():
        raise DomainError("reason_missing", N_("请写原因。"), field="reason")
    if service.state != ServiceState.ASSIGNED:
        raise Conflict("not_on_shift", N_("这个人不在这个班次里。"))
    before, service.minutes = service.minutes, minutes
    service.reason = reason.strip()[:200]
    record(
        actor,
        "volunteers.corrected",
        subject_kind="service",
        subject_id=service_id,
        scope_id=activity_id,
        before=before,
        minutes=minutes,
    )


def _out(service: Service, shift: Shift, at: datetime) -> bool:
    if service.in_at is None:
        return False
    service.out_at = max(at, service.in_at)
    if service.minutes is None:  # else the office has settled them already
        service.minutes = minutes_served(service.in_at, service.out_at, shift.starts_at, shift.ends_at)
    return True
