"""What citizens do: offer to serve, take the offer back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from app.activities.constants import LIVE_STATUSES
from app.activities.models import Activity
from app.audit.services import Actor, record
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.text import N_
from app.core.transactions import act
from app.people.constants import Relation
from app.people.queries.family import Relative, relative
from app.volunteers.constants import ServiceState
from app.volunteers.models import Service, Shift
from app.volunteers.rules.shifts import check_step
from app.volunteers.services.shifts import open_shift
from app.volunteers.services.standing import check_person, locked, put, service_not_found


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

    Raises NotFound, DomainError `nothing_chosen`, `too_young`, `guardian_missing`, `guardian_other`, Conflict
    `not_live`, `offers_closed`, `shift_over`, `times_clash`, `shift_cancelled`.
    """
    at = at or now()
    who = _own(account_id, person_id)
    if not shift_ids:
        raise DomainError("nothing_chosen", N_("请选班次。"), field="shifts")
    new = 0
    for shift_id in sorted(set(shift_ids)):
        shift = open_shift(activity_id, shift_id, None)
        _check_open(shift, at)
        agreed = check_person(shift, person_id, guardian=guardian, at=at)
        if agreed and who.relation is Relation.SELF:
            # nobody is their own guardian, whatever box they tick
            raise DomainError(
                "guardian_other", N_("未满 18 岁由监护人的账号报名，或请监护人联系办公室。"), field="person"
            )
        new += put(shift, person_id, ServiceState.APPLIED, account_id=account_id, agreed=agreed, at=at)
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
    if found is None:
        raise service_not_found()
    try:
        _own(account_id, found.person_id)
    except NotFound:
        raise service_not_found() from None
    shift = _shift_of(found)
    service = locked(shift.id, service_id)
    if service.state == ServiceState.WITHDREW:
        return
    if service.in_at is not None:
        raise Conflict("signed_in", N_("已经签到，不能再退。"))
    check_step(ServiceState(service.state), ServiceState.WITHDREW, "")
    service.state = ServiceState.WITHDREW.value
    record(actor, "volunteers.withdrew", subject_kind="service", subject_id=service_id, scope_id=shift.activity_id)


def _own(account_id: uuid.UUID, person_id: uuid.UUID) -> Relative:
    """Somebody whom the account is proven to look after: a typed number alone speaks for nobody."""
    found = relative(account_id, person_id)
    if found is None or not found.proven:
        raise NotFound("person_not_found", N_("没有找到这位家人。"))
    return found


def _check_open(shift: Shift, at: datetime) -> None:
    if db.session.get_one(Activity, shift.activity_id).status not in {one.value for one in LIVE_STATUSES}:
        raise Conflict("not_live", N_("这次活动现在不招志愿者。"), field="shifts")
    if shift.starts_at <= at:
        raise Conflict("shift_over", N_("这个班次已经开始，请到现场问一问。"), field="shifts")
    if shift.offers_closed_at is not None:
        raise Conflict("offers_closed", N_("%(post)s不再招人，请选别的班次。"), field="shifts", post=shift.post)


def _shift_of(service: Service) -> Shift:
    shift = db.session.get_one(Shift, service.shift_id)
    return open_shift(shift.activity_id, shift.id, None, cancelled=True)
