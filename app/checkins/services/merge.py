"""Two persons found to be one: the whole act.

It stands here because this is the lowest floor that sees everything that must change at once: the
persons, their registrations, their check-ins and the counts. So there is no moment in which somebody
is counted twice, or stands at the gate with a code that leads nowhere. Rooms above hear of it by the
message `persons_merged`, one an activity. (docs/decisions/0013-merging-persons.md)
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from app.activities.queries.plans import checkin_plan
from app.audit.services import Actor, record
from app.checkins.services.load import load
from app.checkins.services.settle import clear, settle
from app.core.outbox import send
from app.core.transactions import act
from app.passes.services import ensure_passes
from app.people.queries.aliases import canonical_of
from app.people.rules.reasons import MERGE, check_reason
from app.people.services.merge import make_alias, settle_pair
from app.registrations.services.merge import join_registrations, lock_places


@act
def merge_persons(*, gone: uuid.UUID, stays: uuid.UUID, reason: str, actor: Actor, at: datetime) -> uuid.UUID:
    """Make `gone` an alias of `stays`; returns as whom both count from now on.

    Their registrations, check-ins and counts become those of one person; codes of both go on being
    good. Twice changes nothing. Raises NotFound, DomainError `same_person`, `reason_required`,
    Conflict `already_merged`.
    """
    check_reason(reason, MERGE)
    pair = settle_pair(gone=gone, stays=stays)
    if pair is None:
        return canonical_of([gone, stays]).get(stays, stays)
    for activity_id in pair.activities:
        lock_places(activity_id, pair.gone, pair.stays)
    make_alias(pair, at=at)
    cancelled = sum(
        follow_alias(activity_id=one, gone=pair.gone, stays=pair.stays, actor=actor, at=at) for one in pair.activities
    )
    if pair.activities:
        ensure_passes([pair.stays], at=at)
    record(
        actor,
        "person.merged",
        subject_kind="person",
        subject_id=pair.stays,
        merged=str(pair.gone),
        reason=reason,
        activities=len(pair.activities),
        cancelled=cancelled,
    )
    for activity_id in pair.activities:
        send(activity_id, "persons_merged", person_id=str(pair.stays), merged=str(pair.gone))
    return pair.stays


def follow_alias(*, activity_id: uuid.UUID, gone: uuid.UUID, stays: uuid.UUID, actor: Actor, at: datetime) -> bool:
    """Bring one activity in line with an alias: one registration, the check-ins of all their scans.

    True: of two registrations one was cancelled. Joins the open act; again changes nothing.
    """
    plan = checkin_plan(activity_id)
    lock_places(activity_id, gone, stays)
    clear(plan, load(activity_id, [gone, stays]))
    ended = join_registrations(activity_id=activity_id, gone=gone, stays=stays, actor=actor, at=at)
    settle(plan, load(activity_id, [stays]), at=at)
    return ended


def follow_late(activity_id: uuid.UUID, person_ids: Collection[uuid.UUID], *, actor: Actor, at: datetime) -> None:
    """A registration that was made for somebody at the very moment of their being merged. Joins the open act."""
    for gone, stays in sorted(canonical_of(person_ids).items()):
        follow_alias(activity_id=activity_id, gone=gone, stays=stays, actor=actor, at=at)
