"""Who serves: offers, assignments, signing in and out, minutes."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select

from app.audit.services import Actor, record
from app.checkins.constants import ScanKind
from app.checkins.services.resolve import resolve_names
from app.core.clock import local, now
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import uuid7
from app.core.keyed import InsertNew
from app.core.text import N_
from app.core.transactions import act
from app.people.models import Person
from app.people.queries.family import relative
from app.people.rules.ages import age_on, is_minor
from app.volunteers.constants import ServiceState
from app.volunteers.models import Service, Shift
from app.volunteers.queries.shifts import times_of
from app.volunteers.rules.shifts import EARLY, check_step, minutes_served, overlap
from app.volunteers.services.shifts import open_shift
from app.volunteers.services.telling import Told, leave_word

_NEW = InsertNew(Service, "id")
MOST_MINUTES = 24 * 60


@act
def offer(
    *,
    activity_id: uuid.UUID,
    shift_ids: Sequence[uuid.UUID],
    person_id: uuid.UUID,
    account_id: uuid.UUID,
    guardian: bool,
    actor: Actor,
    at: datetime | None = None,
) -> int:
    """Somebody of the account's list offers to serve in these shifts, all or none; returns how many are new.

    Raises NotFound, DomainError `nothing_chosen`, `too_young`, `guardian_missing`, Conflict `shift_over`,
    `times_clash`, `shift_cancelled`.
    """
    at = at or now()
    if relative(account_id, person_id) is None:
        raise NotFound("person_not_found", N_("没有找到这位家人。"))
    if not shift_ids:
        raise DomainError("nothing_chosen", N_("请选班次。"), field="shifts")
    new = 0
    for shift_id in sorted(set(shift_ids)):
        shift = open_shift(activity_id, shift_id, None)
        if shift.starts_at <= at:
            raise Conflict("shift_over", N_("这个班次已经开始，请到现场问一问。"), field="shifts")
        agreed = _check_person(shift, person_id, guardian=guardian, at=at)
        new += _put(shift, person_id, ServiceState.APPLIED, account_id=account_id, agreed=agreed, at=at)
    record(
        actor,
        "volunteers.offered",
        subject_kind="person",
        subject_id=person_id,
        scope_id=activity_id,
        shifts=len(set(shift_ids)),
        new=new,
    )
    return new


@act
def withdraw(*, service_id: uuid.UUID, account_id: uuid.UUID, actor: Actor) -> None:
    """The one who has offered takes it back. Raises NotFound for anybody else, Conflict `signed_in`."""
    found = db.session.get(Service, service_id)
    if found is None or relative(account_id, found.person_id) is None:
        raise NotFound("service_not_found", N_("没有找到这次服务。"))
    shift = _shift_of(found)
    service = _locked(shift.id, service_id)
    if service.state == ServiceState.WITHDREW:
        return
    if service.in_at is not None:
        raise Conflict("signed_in", N_("已经签到，不能再退。"))
    check_step(ServiceState(service.state), ServiceState.WITHDREW, "")
    service.state = ServiceState.WITHDREW.value
    record(actor, "volunteers.withdrew", subject_kind="service", subject_id=service_id, scope_id=shift.activity_id)


@act
def decide(
    *,
    activity_id: uuid.UUID,
    shift_id: uuid.UUID,
    service_ids: Collection[uuid.UUID],
    to: ServiceState,
    reason: str,
    actor: Actor,
) -> int:
    """Assign, refuse, put back; all of them or none. Returns how many changed.

    Raises DomainError `nobody_chosen`, `reason_missing`, Conflict `shift_full`, `times_clash`, `service_step`.
    """
    shift = open_shift(activity_id, shift_id, None)
    if not service_ids:
        raise DomainError("nobody_chosen", N_("请先选人。"), field="people")
    changed = []
    for service_id in sorted(set(service_ids)):
        service = _locked(shift_id, service_id)
        before = ServiceState(service.state)
        if before is to:
            continue
        check_step(before, to, reason)
        if service.in_at is not None:
            raise Conflict("signed_in", N_("有人已经签到，不能再改安排。"))
        if to is ServiceState.ASSIGNED:
            _check_times(shift, service.person_id)
        service.state, service.reason = to.value, reason.strip()[:200]
        changed.append(service_id)
    db.session.flush()
    _check_number(shift)
    record(
        actor,
        "volunteers.decided",
        subject_kind="shift",
        subject_id=shift_id,
        scope_id=activity_id,
        to=to.value,
        people=len(changed),
    )
    if to in {ServiceState.ASSIGNED, ServiceState.REFUSED}:
        leave_word(shift, Told(to.value), changed, key=f"{to.value}:{uuid7().hex[-12:]}")
    return len(changed)


@act
def put_on(
    *, activity_id: uuid.UUID, shift_id: uuid.UUID, named: str, actor: Actor, at: datetime | None = None
) -> uuid.UUID:
    """The office puts somebody on a shift by their code; returns the person. Raises as `decide`, `nobody_named`."""
    at = at or now()
    shift = open_shift(activity_id, shift_id, None)
    person_id = named_person(activity_id, named)
    agreed = _check_person(shift, person_id, guardian=True, at=at)
    _put(shift, person_id, ServiceState.ASSIGNED, account_id=None, agreed=agreed, at=at)
    db.session.flush()
    _check_number(shift)
    record(
        actor,
        "volunteers.put_on",
        subject_kind="person",
        subject_id=person_id,
        scope_id=activity_id,
        shift=str(shift_id),
    )
    return person_id


def named_person(activity_id: uuid.UUID, text: str) -> uuid.UUID:
    """Whom a personal code names, as QR text or short code. DomainError `nobody_named`."""
    words = text.strip()
    kind = ScanKind.PASS if len(words) > 100 else ScanKind.CODE
    found = resolve_names(activity_id, [(kind, words)])[0] if words else None
    if found is None or found.person_id is None or found.fixed is not None:
        raise DomainError("nobody_named", N_("没有认出这个码，请再扫一次，或输入码下面的字。"), field="named")
    if found.revoked_at is not None:
        raise DomainError("code_revoked", N_("码已换新，请打开最新的码。"), field="named")
    return found.person_id


# --------------------------------------------------------------------------- in and out


@act
def sign(
    *, activity_id: uuid.UUID, shift_id: uuid.UUID, person_id: uuid.UUID, actor: Actor, at: datetime | None = None
) -> Service:
    """Sign in, the second time out. Raises Conflict `not_on_shift`, `not_the_time`, `signed_out`, `just_signed`."""
    at = at or now()
    shift = open_shift(activity_id, shift_id, None)
    service = db.session.execute(
        select(Service)
        .where(Service.shift_id == shift_id, Service.person_id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
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
    return service


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
    """The office settles the minutes, with a reason. Raises DomainError `minutes_wrong`, `reason_missing`."""
    open_shift(activity_id, shift_id, None)
    service = _locked(shift_id, service_id)
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
    service.minutes = minutes_served(service.in_at, service.out_at, shift.starts_at, shift.ends_at)
    return True


# --------------------------------------------------------------------------- joining the act


def _put(
    shift: Shift, person_id: uuid.UUID, state: ServiceState, *, account_id: uuid.UUID | None, agreed: bool, at: datetime
) -> int:
    """A new row, or the old one taken up again; returns 1 when something changed."""
    _check_times(shift, person_id)
    day = local(at).date() if agreed else None
    row = {
        "id": uuid7(),
        "shift_id": shift.id,
        "person_id": person_id,
        "account_id": account_id,
        "state": state.value,
        "reason": "",
        "agreed_on": day,
        "made_at": at,
        "in_at": None,
        "out_at": None,
        "minutes": None,
    }
    if _NEW.run([row]).first() is not None:
        return 1
    held = db.session.execute(
        select(Service).where(Service.shift_id == shift.id, Service.person_id == person_id).with_for_update()
    ).scalar_one()
    before = ServiceState(held.state)
    if before is state or (before is ServiceState.ASSIGNED and state is ServiceState.APPLIED):
        return 0
    held.state, held.made_at, held.reason = state.value, at, ""
    held.account_id, held.agreed_on = account_id or held.account_id, day or held.agreed_on
    return 1


def _check_person(shift: Shift, person_id: uuid.UUID, *, guardian: bool, at: datetime) -> bool:
    """Whether a guardian had to agree. Raises DomainError `too_young`, `guardian_missing`."""
    born = db.session.get_one(Person, person_id).birth_date
    day = local(shift.starts_at).date()
    if born is not None and age_on(born, day) < shift.min_age:
        raise DomainError("too_young", N_("这个班次要满 %(age)s 岁。"), field="shifts", age=shift.min_age)
    minor = is_minor(born, local(at).date())
    if minor and not guardian:
        raise DomainError("guardian_missing", N_("未满 18 岁要监护人同意，请勾选。"), field="guardian")
    return minor


def _check_times(shift: Shift, person_id: uuid.UUID) -> None:
    if overlap(shift.starts_at, shift.ends_at, times_of(person_id, besides=shift.id)):
        raise Conflict("times_clash", N_("和已有的班次时间重叠。"), field="shifts")


def _check_number(shift: Shift) -> None:
    taken = db.session.execute(
        select(Service.id).where(Service.shift_id == shift.id, Service.state == ServiceState.ASSIGNED.value)
    ).all()
    if len(taken) > shift.needed:
        raise Conflict("shift_full", N_("这个班次只要 %(n)s 人，安排多了。"), field="people", n=shift.needed)


def _shift_of(service: Service) -> Shift:
    shift = db.session.get_one(Shift, service.shift_id)
    return open_shift(shift.activity_id, shift.id, None, cancelled=True)


def _locked(shift_id: uuid.UUID, service_id: uuid.UUID) -> Service:
    found = db.session.execute(
        select(Service)
        .where(Service.shift_id == shift_id, Service.id == service_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound("service_not_found", N_("没有找到这次服务。"))
    return found
