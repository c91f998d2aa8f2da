"""Equipment from the application to the village, and what is reported of it."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from app.audit.services import Actor, record
from app.core.behind import queue_behind
from app.core.clock import now
from app.core.crypto import blind_index
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import uuid7
from app.core.text import N_
from app.core.transactions import act
from app.facilities.constants import GrantState, ReportKind, ReportState
from app.facilities.models import EquipmentSet, Grant, SetReport
from app.facilities.queries.equipment import grant as grant_or_404
from app.facilities.queries.equipment import set_not_found
from app.facilities.rules.equipment import REPORT_STEPS, check_sets, check_step, new_code

A_DAY = 10
"""Citizens' reports of one set in a day: more are no news, and nobody fills the office's list."""
A_SENDER = 20
"""[P] And from one address, of all sets together: a village may share one."""
MOST_TEXT = 300


@act
def apply_for_sets(*, name: str, sets: int, applied_on: date, note: str = "", actor: Actor) -> uuid.UUID:
    """Write down an application for so many sets; returns its id."""
    if not name.strip() or len(name) > 80:
        raise DomainError("name_wrong", N_("请写名称，最多 80 个字。"), field="name")
    check_sets(sets)
    found = Grant(
        id=uuid7(),
        name=name.strip(),
        sets=sets,
        state=GrantState.APPLIED.value,
        applied_on=applied_on,
        note=note.strip()[:200],
        version=1,
    )
    db.session.add(found)
    db.session.flush()
    record(actor, "facilities.applied", subject_kind="grant", subject_id=found.id, sets=sets)
    return found.id


@act
def step_grant(*, grant_id: uuid.UUID, to: GrantState, on: date, actor: Actor, version: int | None = None) -> None:
    """Note the bureau's answer, or the arrival: then each set gets its code. The same once more changes nothing."""
    found = _open_grant(grant_id, version)
    before = GrantState(found.state)
    if before is to:
        return
    check_step(before, to, on=on, since=found.decided_on or found.applied_on)
    found.state = to.value
    found.version += 1
    if to is GrantState.ARRIVED:
        found.arrived_on = on
        for number in range(1, found.sets + 1):
            db.session.add(EquipmentSet(id=uuid7(), grant_id=grant_id, number=number, code=new_code(), version=1))
    else:
        found.decided_on = None if to is GrantState.APPLIED else on
    db.session.flush()
    record(
        actor, "facilities.grant_stepped", subject_kind="grant", subject_id=grant_id, before=before.value, to=to.value
    )


@act
def distribute(
    *,
    set_id: uuid.UUID,
    town_id: uuid.UUID | None,
    village: str,
    receiver: str,
    on: date,
    photo: bytes | None,
    actor: Actor,
    signature: bytes | None = None,
    version: int | None = None,
) -> None:
    """Hand a set over to a village: who has signed, when, the drawn signature and a photo (as `documents` keeps
    them). May be corrected: photo and signature stay where none is given, but a signature goes with its name.
    """
    found = _open_set(set_id, version)
    arrived = grant_or_404(found.grant_id).arrived_on
    if town_id is None:
        raise DomainError("town_missing", N_("请选镇街。"), field="town")
    if not village.strip() or len(village) > 80:
        raise DomainError("village_missing", N_("请写村名。"), field="village")
    if not receiver.strip() or len(receiver) > 40:
        raise DomainError("receiver_missing", N_("请写签收人姓名。"), field="receiver")
    if arrived is not None and on < arrived:
        raise DomainError("day_before", N_("发放不能早于到货。"), field="on")
    if signature is not None or found.receiver != receiver.strip():
        found.signature = signature
    found.town_id, found.village, found.receiver = town_id, village.strip(), receiver.strip()
    found.distributed_on = on
    if photo is not None:
        found.photo = photo
    found.version += 1
    record(actor, "facilities.distributed", subject_kind="set", subject_id=set_id, town=str(town_id))


@act
def report_set(
    *,
    set_id: uuid.UUID,
    kind: ReportKind,
    text: str,
    actor: Actor,
    phone: str | None = None,
    fine: bool = False,
    address: str | None = None,
    at: datetime | None = None,
) -> uuid.UUID:
    """Write down a fault or a round. `fine`: nothing was found, so there is nothing to settle.

    `address`: where a citizen's report comes from; kept under a key for a day. Raises Conflict `reports_enough`
    when citizens have said enough of one set today, `sender_enough` when one address has.
    """
    at = at or now()
    _open_set(set_id, None)
    words = text.strip()
    if words and fine:
        raise DomainError("fine_or_not", N_("“都完好”和发现的问题只能填一样。"), field="text")
    if not words and not fine:
        raise DomainError("text_missing", N_("请写哪里坏了。"), field="text")
    if len(words) > MOST_TEXT:
        raise DomainError("text_long", N_("最多 %(most)s 个字，请改短。"), field="text", most=MOST_TEXT)
    sender = blind_index(address, "set_report") if address else None
    if kind is ReportKind.FAULT:
        _check_often(set_id, sender, at)
    found = SetReport(
        id=uuid7(),
        set_id=set_id,
        kind=kind.value,
        state=(ReportState.DONE if fine else ReportState.OPEN).value,
        text=words,
        phone=phone,
        address_index=sender,
        answer="",
        made_at=at,
        settled_at=at if fine else None,
    )
    db.session.add(found)
    db.session.flush()
    record(actor, "facilities.reported", subject_kind="set", subject_id=set_id, kind=kind.value)
    return found.id


def _check_often(set_id: uuid.UUID, sender: bytes | None, at: datetime) -> None:
    """Refuse what is too much of one set, or from one address, within a day."""
    lately = (SetReport.kind == ReportKind.FAULT.value, SetReport.made_at > at - timedelta(days=1))
    count = select(func.count()).select_from(SetReport)
    if db.session.execute(count.where(SetReport.set_id == set_id, *lately)).scalar_one() >= A_DAY:
        raise Conflict("reports_enough", N_("这套器材今天已经有多人报修，正在安排，谢谢。"))
    if sender is None:
        return
    queue_behind(sender)
    if db.session.execute(count.where(SetReport.address_index == sender, *lately)).scalar_one() >= A_SENDER:
        raise Conflict("sender_enough", N_("这里今天报修得够多了，明天再报；急事请打管理电话。"))


@act
def show_phone(*, report_id: uuid.UUID, set_id: uuid.UUID, actor: Actor) -> str:
    """The number whom to call back, in full: noted in the trail. Raises NotFound `set_not_found`, `phone_missing`."""
    found = db.session.get(SetReport, report_id)
    if found is None or found.set_id != set_id:
        raise set_not_found()
    if found.phone is None:
        raise NotFound("phone_missing", N_("报修的人没有留电话。"))
    record(actor, "facilities.phone_shown", subject_kind="report", subject_id=report_id)
    return found.phone


@act
def settle_report(*, report_id: uuid.UUID, to: ReportState, answer: str, actor: Actor) -> None:
    """Say what becomes of a report. The same once more changes nothing."""
    found = db.session.execute(
        select(SetReport).where(SetReport.id == report_id).with_for_update()
    ).scalar_one_or_none()
    if found is None:
        raise set_not_found()
    before = ReportState(found.state)
    if before is to:
        return
    if to not in REPORT_STEPS[before]:
        raise Conflict("report_step", N_("这一步要在别的步骤之后，请刷新看看。"))
    found.state = to.value
    found.answer = answer.strip()[:200] or found.answer
    found.settled_at = now() if to is ReportState.DONE else None
    record(actor, "facilities.settled", subject_kind="report", subject_id=report_id, to=to.value)


def _open_grant(grant_id: uuid.UUID, version: int | None) -> Grant:
    found = grant_or_404(grant_id)
    db.session.refresh(found, with_for_update=True)
    _check_version(found.version, version)
    return found


def _open_set(set_id: uuid.UUID, version: int | None) -> EquipmentSet:
    found = db.session.execute(
        select(EquipmentSet)
        .where(EquipmentSet.id == set_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise set_not_found()
    _check_version(found.version, version)
    return found


def _check_version(stored: int, seen: int | None) -> None:
    if seen is not None and stored != seen:
        raise Conflict("changed_meanwhile", N_("刚被别人改过，填的都还在，核对后再保存。"))
