"""What the office decides: who is assigned, refused, put on, moved."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from app.audit.services import Actor, record
from app.checkins.constants import ScanKind
from app.checkins.services.resolve import resolve_names
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import uuid7
from app.core.text import N_
from app.core.transactions import act
from app.people.queries.aliases import canonical_id
from app.volunteers.constants import ASKED, ServiceState
from app.volunteers.models import Service, Shift
from app.volunteers.queries.candidates import is_known
from app.volunteers.rules.shifts import check_step
from app.volunteers.services.shifts import open_shift
from app.volunteers.services.standing import (
    check_age,
    check_number,
    check_person,
    check_times,
    locked,
    put,
    service_of,
    take_turns,
)
from app.volunteers.services.telling import Told, leave_word


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
    changed = []
    for service in _chosen(shift, service_ids):
        before = ServiceState(service.state)
        if before is to:
            continue
        check_step(before, to, reason)
        if service.in_at is not None:
            raise Conflict("signed_in", N_("有人已经签到，不能再改安排。"))
        if to in ASKED:
            check_times(shift, service.person_id)
        service.state, service.reason = to.value, reason.strip()[:200]
        changed.append(service.id)
    db.session.flush()
    check_number(shift)
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
def move(
    *,
    activity_id: uuid.UUID,
    shift_id: uuid.UUID,
    to_shift_id: uuid.UUID,
    service_ids: Collection[uuid.UUID],
    actor: Actor,
    at: datetime | None = None,
) -> int:
    """Those chosen go from one shift of the activity to another, as what they are; all of them or none.

    Returns how many. Whoever was moved hears where and when. Raises NotFound, DomainError `nobody_chosen`,
    `too_young`, Conflict `same_shift`, `shift_over`, `shift_cancelled`, `not_on_shift`, `signed_in`, `there_already`,
    `times_clash`, `shift_full`.
    """
    at = at or now()
    if shift_id == to_shift_id:
        raise Conflict("same_shift", N_("请选另一个班次。"), field="target")
    # in the order of their ids, so that two desks moving people to and fro wait for each other
    both = {one: open_shift(activity_id, one, None) for one in sorted((shift_id, to_shift_id))}
    shift, target = both[shift_id], both[to_shift_id]
    if target.ends_at <= at:
        raise Conflict("shift_over_now", N_("那个班次已经结束。"), field="target")
    moved = []
    for service in _chosen(shift, service_ids):
        _check_move(service, shift, target)
        service.shift_id = target.id
        moved.append(service.id)
    db.session.flush()
    check_number(target)
    record(
        actor,
        "volunteers.moved",
        subject_kind="shift",
        subject_id=shift_id,
        scope_id=activity_id,
        to=str(to_shift_id),
        people=len(moved),
    )
    leave_word(target, Told.MOVED, moved, key=f"moved:{uuid7().hex[-12:]}")
    return len(moved)


def _check_move(service: Service, shift: Shift, target: Shift) -> None:
    if service.state not in {one.value for one in ASKED}:
        raise Conflict("not_on_shift", N_("不去了和没有安排的人不能换班。"), field="target")
    if service.in_at is not None:
        raise Conflict("signed_in", N_("有人已经签到，不能再改安排。"), field="target")
    check_age(target, service.person_id)
    check_times(target, service.person_id, leaving=shift.id)
    there = service_of(target.id, service.person_id)
    if there is None:
        return
    if there.state == ServiceState.ASSIGNED or there.in_at is not None:
        raise Conflict("there_already", N_("有人已经在那个班次里。"), field="target")
    db.session.delete(there)  # an old answer there; the row that comes takes its place
    db.session.flush()


def _chosen(shift: Shift, service_ids: Collection[uuid.UUID]) -> list[Service]:
    """The locked rows, after the turns of all their persons."""
    if not service_ids:
        raise DomainError("nobody_chosen", N_("请先选人。"), field="people")
    ids = sorted(set(service_ids))
    rows = db.session.execute(select(Service.person_id).where(Service.shift_id == shift.id, Service.id.in_(ids)))
    take_turns(set(rows.scalars()))
    return [locked(shift.id, one) for one in ids]


# --------------------------------------------------------------------------- without an offer


@act
def put_on(
    *,
    activity_id: uuid.UUID,
    shift_id: uuid.UUID,
    guardian: bool,
    actor: Actor,
    named: str = "",
    person_id: uuid.UUID | None = None,
    at: datetime | None = None,
) -> uuid.UUID:
    """The office puts somebody on a shift, by their code or as found by name; returns the person.

    `guardian`: the office has the guardian's consent, which it must have for everybody under 18; the trail says who
    has said so. Raises as `decide`; DomainError `nobody_named`, `guardian_missing`, NotFound `person_not_found`.
    """
    at = at or now()
    shift = open_shift(activity_id, shift_id, None)
    who = found_person(activity_id, person_id) if person_id else named_person(activity_id, named)
    agreed = check_person(shift, who, guardian=guardian, at=at)
    if not put(shift, who, ServiceState.ASSIGNED, account_id=None, agreed=agreed, at=at):
        return who
    check_number(shift)
    service = service_of(shift.id, who)
    record(
        actor,
        "volunteers.put_on",
        subject_kind="person",
        subject_id=who,
        scope_id=activity_id,
        shift=str(shift_id),
        guardian=agreed,
    )
    if service is not None and person_id is not None:  # whoever showed their code stands here
        leave_word(shift, Told.ASSIGNED, [service.id], key=f"assigned:{uuid7().hex[-12:]}")
    return who


def found_person(activity_id: uuid.UUID, person_id: uuid.UUID) -> uuid.UUID:
    """Somebody whom the search of this activity finds: NotFound `person_not_found` for everybody else."""
    if not is_known(activity_id, person_id):
        raise NotFound("person_not_found", N_("没有找到这个人。"))
    return canonical_id(person_id)


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
