"""One activity when two persons are found to be one: a single registration of theirs goes on."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select, update

from app.activities.models import Category
from app.audit.services import Actor, record
from app.core.db import db, table
from app.core.ids import uuid7
from app.core.outbox import send
from app.registrations.constants import ACTIVE_STATES, RegistrationState
from app.registrations.models import Registration
from app.registrations.rules.precedence import precedence
from app.registrations.services.changes import end

MERGED = "merged"


def lock_places(activity_id: uuid.UUID, *persons: uuid.UUID) -> None:
    """Lock the categories of these persons' registrations, before anything else: every act locks so."""
    mine = select(Registration.category_id).where(
        Registration.activity_id == activity_id, Registration.person_id.in_(persons)
    )
    db.session.execute(
        select(Category.id)
        .where(Category.activity_id == activity_id, Category.id.in_(mine))
        .order_by(Category.id)
        .with_for_update()
    )


def join_registrations(
    *, activity_id: uuid.UUID, gone: uuid.UUID, stays: uuid.UUID, actor: Actor, at: datetime
) -> bool:
    """Make the registration of two persons that goes on that of `stays`; True: another one was cancelled.

    A place goes before waiting; else the older registration stays. The other is cancelled with reason
    `merged`, gives its place back and lies with `gone` from then on. Joins the open act; again changes nothing.
    """
    rows = {
        row.person_id: row
        for row in db.session.execute(
            select(Registration)
            .where(Registration.activity_id == activity_id, Registration.person_id.in_([gone, stays]))
            .order_by(Registration.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).scalars()
    }
    theirs, own = rows.get(gone), rows.get(stays)
    if theirs is None:
        return False
    if own is None:
        _give(activity_id, theirs.id, stays)
        return False
    if theirs.state not in ACTIVE_STATES:
        return False
    kept, other = sorted(
        (own, theirs), key=lambda row: precedence(RegistrationState(row.state), row.created_at, row.id)
    )
    ended = other.state in ACTIVE_STATES
    if ended:
        _end(other, kept, actor=actor, at=at)
    if kept is theirs:
        _give(activity_id, own.id, uuid7())
        _give(activity_id, theirs.id, stays)
        _give(activity_id, own.id, gone)
    return ended


def _end(other: Registration, kept: Registration, *, actor: Actor, at: datetime) -> None:
    before = other.state
    promoted = end(other, actor=actor, at=at, reason=MERGED)
    db.session.flush()
    record(
        actor,
        "registration.cancelled",
        subject_kind="registration",
        subject_id=other.id,
        scope_id=other.activity_id,
        before=before,
        reason=MERGED,
        kept=str(kept.id),
        promoted=len(promoted),
    )
    if promoted:
        send(other.activity_id, "registration_changed", persons=[str(one) for one in promoted])


def _give(activity_id: uuid.UUID, registration_id: uuid.UUID, person_id: uuid.UUID) -> None:
    rows = table(Registration)
    db.session.execute(
        update(rows).where(rows.c.activity_id == activity_id, rows.c.id == registration_id).values(person_id=person_id)
    )
