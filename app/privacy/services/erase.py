"""Deleting what is kept of a person, or of an account (PIPL 15, 47). Counts, results and medals keep their rows."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app.accounts.services.closing import close_citizen
from app.activities.models import Activity
from app.audit.services import Actor, record
from app.checkins.queries.presence import has_check_in
from app.core.clock import now
from app.core.db import db, table
from app.core.errors import Conflict, NotFound
from app.core.outbox import send
from app.core.text import N_
from app.core.transactions import act
from app.honours.services.certificates import withdraw_of
from app.honours.services.service_records import withdraw_records_of
from app.passes.services import end_passes
from app.people.constants import Relation
from app.people.models import Consent
from app.people.queries.family import is_claimed, relative, relatives
from app.privacy.queries.holdings import GONE, HOLDINGS
from app.privacy.queries.subjects import Subject, subject
from app.registrations.constants import ACTIVE_STATES
from app.registrations.models import Registration
from app.registrations.services.changes import cancel
from app.volunteers.constants import ServiceState
from app.volunteers.models import Service, Shift


@act
def erase_relative(*, account_id: uuid.UUID, person_id: uuid.UUID, actor: Actor, at: datetime | None = None) -> None:
    """Delete somebody whom an account looks after: oneself, or a proven relative.

    Raises NotFound for anybody else, Conflict `not_proven`, `other_owner` (an adult with an account of
    their own deletes themselves).
    """
    at = at or now()
    check_may_erase(account_id, person_id)
    erase([person_id], account_id=None, actor=actor, at=at, why="self")


@act
def erase_account(*, account_id: uuid.UUID, actor: Actor, at: datetime | None = None) -> None:
    """Close an account and delete what it holds, its owner's own row with it; relatives stay, unless nobody else
    looks after them: then there would be nobody left to ask. Raises Conflict `staff_account`.
    """
    at = at or now()
    close_citizen(account_id, at=at)
    mine = [
        one.id
        for one in relatives(account_id)
        if one.proven and (one.relation is Relation.SELF or not _others_look_after(account_id, one.id))
    ]
    erase(mine, account_id=account_id, actor=actor, at=at, why="self")


def check_may_erase(account_id: uuid.UUID, person_id: uuid.UUID) -> None:
    """Refuse who may not; see `erase_relative`."""
    found = relative(account_id, person_id)
    if found is None:
        raise NotFound("person_not_found", N_("没有找到这位家人。"))
    if not found.proven:
        raise Conflict("not_proven", N_("还没有证实是您的家人，请先用验证码证实。"))
    if found.relation is not Relation.SELF and is_claimed(person_id, besides=account_id):
        raise Conflict("other_owner", N_("这位家人有自己的账号，要由本人删除。"))


def erase(
    person_ids: Collection[uuid.UUID], *, account_id: uuid.UUID | None, actor: Actor, at: datetime, why: str
) -> None:
    """Wipe everything in `HOLDINGS` of these persons and, if named, of the account. Joins the open act.

    Places that they hold go on to whoever waits; their codes are good no more. Again changes nothing that is told.
    """
    one = subject(person_ids, account_id)
    _give_places_back(one, actor=actor, at=at)
    _leave_shifts(one, at=at)
    withdraw_of(one.persons, at=at)
    withdraw_records_of(one.persons, at=at)
    end_passes(one.persons, at=at)
    held = [(holding, list(holding.rows(one))) for holding in HOLDINGS]  # all, before a name changes
    consents = table(Consent)
    db.session.execute(
        update(consents)
        .where(consents.c.person_id.in_(one.persons), consents.c.withdrawn_at.is_(None))
        .values(withdrawn_at=at)
    )
    for holding, rows in held:
        for row in rows:
            if holding.leaves is GONE:
                db.session.delete(row)
            else:
                _change(row, holding.leaves, one)
    db.session.flush()
    for activity_id, persons in one.activities.items():
        send(activity_id, "registration_changed", persons=[str(person) for person in persons])
    for person_id in sorted(person_ids):
        record(actor, "privacy.erased", subject_kind="person", subject_id=person_id, why=why)
    if account_id is not None:
        record(actor, "privacy.account_erased", subject_kind="account", subject_id=account_id, why=why)


def _change(row: Any, leaves: Any, one: Subject) -> None:
    for name, value in leaves.items():
        setattr(row, name, value(row, one) if callable(value) else value)


def _give_places_back(one: Subject, *, actor: Actor, at: datetime) -> None:
    """Cancel what is still to come; who has been checked in keeps the attendance."""
    if not one.activities:
        return
    ahead = set(
        db.session.execute(select(Activity.id).where(Activity.id.in_(one.activities), Activity.ends_at > at)).scalars()
    )
    for activity_id in sorted(ahead):
        rows = db.session.execute(
            select(Registration.id, Registration.person_id).where(
                Registration.activity_id == activity_id,
                Registration.person_id.in_(one.activities[activity_id]),
                Registration.state.in_([state.value for state in ACTIVE_STATES]),
            )
        ).all()
        for row in rows:
            if not has_check_in(activity_id, row.person_id):
                cancel(activity_id=activity_id, registration_id=row.id, actor=actor, checked_in=False, at=at)


def _leave_shifts(one: Subject, *, at: datetime) -> None:
    """Who has not signed in for a shift to come is not counted on any more."""
    if not one.persons:
        return
    ahead = select(Shift.id).where(Shift.ends_at > at)
    db.session.execute(
        update(Service)
        .where(Service.person_id.in_(one.persons), Service.shift_id.in_(ahead), Service.in_at.is_(None))
        .values(state=ServiceState.WITHDREW.value)
        .execution_options(synchronize_session=False)
    )


def _others_look_after(account_id: uuid.UUID, person_id: uuid.UUID) -> bool:
    return bool(subject([person_id]).keepers - {account_id})
