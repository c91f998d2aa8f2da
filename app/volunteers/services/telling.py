"""What volunteers are told: the act leaves ids, the job writes to whoever has offered them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

from app.accounts.queries import phones_of
from app.activities.models import Activity
from app.audit.services import Actor, record
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.outbox import send
from app.core.text import N_
from app.core.transactions import act
from app.notices.constants import NoticeKind, Place
from app.notices.queries import event_text
from app.notices.rules import Tidings
from app.notices.services.inbox import Recipient, begin_event, tell
from app.people.models import Person
from app.registrations.services.telling import checked_text
from app.volunteers.constants import ASKED, ServiceState
from app.volunteers.models import Service, Shift
from app.volunteers.queries.times import starting_on

JOB = "volunteers_told"
PORTION = 500
"""How many are told in one go of the worker."""


class Told(StrEnum):
    """What happened."""

    ASSIGNED = "assigned"
    REFUSED = "refused"
    MOVED = "moved"
    CANCELLED = "cancelled"
    TOMORROW = "tomorrow"
    OFFICE = "office"

    @property
    def words(self) -> str:
        """The sentence, a msgid."""
        return _WORDS[self]


_WORDS = {
    Told.ASSIGNED: N_("%(who)s的志愿服务安排好了：%(activity)s %(post)s，%(when)s，%(place)s。"),
    Told.REFUSED: N_("%(activity)s %(post)s这次没有安排%(who)s，谢谢您的支持。"),
    Told.MOVED: N_("%(who)s的志愿服务有变：%(activity)s %(post)s，%(when)s，%(place)s。"),
    Told.CANCELLED: N_("%(activity)s %(post)s（%(when)s）取消了，%(who)s不用去。"),
    Told.TOMORROW: N_("明天%(who)s有志愿服务：%(activity)s %(post)s，%(when)s，%(place)s。"),
    Told.OFFICE: N_("%(activity)s 志愿者：%(text)s"),
}


def leave_word(shift: Shift, what: Told, service_ids: Sequence[uuid.UUID], *, key: str) -> None:
    """Leave a message for the job. Joins the open act. `key` names the event within the shift."""
    if service_ids:
        _send(shift.activity_id, what, service_ids, f"{shift.id.hex[-16:]}:{key}")


def _send(
    activity_id: uuid.UUID, what: Told, service_ids: Sequence[uuid.UUID], key: str, *, urgent: bool = False
) -> None:
    services = [str(one) for one in service_ids]
    send(activity_id, JOB, what=what.value, services=services, key=key, urgent=urgent)


@act
def remind_shifts(*, activity_id: uuid.UUID, first: datetime, at: datetime) -> int:
    """Remind whoever is on a shift of this activity that starts on the day that begins at `first`; returns how many.

    Once for each activity and day: 0 afterwards.
    """
    day = first.date().isoformat()
    key = f"volunteers:{day}"
    if not begin_event(scope_id=activity_id, key=key, kind=NoticeKind.VOLUNTEER, at=at):
        return 0
    ids = starting_on(first, activity_id)
    for start in range(0, len(ids), PORTION):
        _send(activity_id, Told.TOMORROW, ids[start : start + PORTION], key)
    return len(ids)


@act
def tell_called_off(*, activity_id: uuid.UUID, at: datetime) -> int:
    """The activity does not take place: whoever counts on a shift to come hears of it; returns how many."""
    rows = db.session.execute(
        select(Service.id)
        .join(Shift, Shift.id == Service.shift_id)
        .where(
            Shift.activity_id == activity_id,
            Shift.cancelled_at.is_(None),
            Shift.ends_at > at,
            Service.state.in_([one.value for one in ASKED]),
        )
        .order_by(Service.id)
    )
    ids = list(rows.scalars())
    for start in range(0, len(ids), PORTION):
        _send(activity_id, Told.CANCELLED, ids[start : start + PORTION], "called_off")
    return len(ids)


@act
def tell_services(
    *,
    activity_id: uuid.UUID,
    what: Told,
    service_ids: Sequence[uuid.UUID],
    key: str,
    at: datetime,
    urgent: bool = False,
) -> int:
    """Write to the accounts behind these services; to a phone where the office has put somebody in. Safe to repeat."""
    text = event_text(activity_id, key) if what is Told.OFFICE else ""
    rows = db.session.execute(
        select(Service.id, Service.account_id, Shift, Activity.name.label("activity"), Person.name, Person.phone)
        .join(Shift, Shift.id == Service.shift_id)
        .join(Activity, Activity.id == Shift.activity_id)
        .join(Person, Person.id == Service.person_id)
        .where(Service.id.in_(list(service_ids)), Shift.activity_id == activity_id)
        .order_by(Service.id)
    ).all()
    phones = phones_of({row.account_id for row in rows if row.account_id is not None})
    told = []
    for row in rows:
        shift: Shift = row[2]
        tidings = Tidings(
            scope_id=activity_id,
            key=f"{key}:{row.id.hex[-16:]}" if what is not Told.OFFICE else key,
            kind=NoticeKind.VOLUNTEER,
            message=what.words,
            params={
                "who": row.name,
                "activity": row.activity,
                "post": shift.post,
                "place": shift.place or row.activity,
                "when": shift.starts_at,
                "text": text,
            },
            until=max(shift.ends_at, at + timedelta(hours=1)),
            place=Place.VOLUNTEER,
            ref="",
            urgent=urgent,
        )
        phone = phones.get(row.account_id) if row.account_id is not None else row.phone
        told.append((Recipient(row.account_id, phone), tidings))
    return tell(told, at=at)


@act
def tell_volunteers(
    *, activity_id: uuid.UUID, text: str, token: uuid.UUID, actor: Actor, at: datetime, urgent: bool = False
) -> int:
    """Tell everybody who is on a shift of an activity, each once; returns how many people.

    `token` was made with the form: sent twice, it is told once (Conflict `told_already`). Raises DomainError of
    `checked_text`, `nobody_there`.
    """
    words = checked_text(text)
    rows = db.session.execute(
        select(Service.id, Service.person_id)
        .join(Shift, Shift.id == Service.shift_id)
        .where(
            Shift.activity_id == activity_id,
            Shift.cancelled_at.is_(None),
            Service.state == ServiceState.ASSIGNED.value,
        )
        .order_by(Service.id)
    ).all()
    if not rows:
        raise DomainError("nobody_there", N_("还没有安排好的志愿者。"), field="text")
    one_each = list({row.person_id: row.id for row in rows}.values())
    key = f"{NoticeKind.VOLUNTEER.value}:{token}"
    if not begin_event(scope_id=activity_id, key=key, kind=NoticeKind.VOLUNTEER, at=at, text=words, by=actor.id):
        raise Conflict("told_already", N_("这条通知已经发出。"))
    _send(activity_id, Told.OFFICE, one_each, key, urgent=urgent)
    record(
        actor,
        "volunteers.told",
        subject_kind="activity",
        subject_id=activity_id,
        scope_id=activity_id,
        people=len(one_each),
    )
    return len(one_each)
