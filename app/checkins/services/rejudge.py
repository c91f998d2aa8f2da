"""Judging again: when a registration, a cancellation, a new code or the activity itself changes what scans mean."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Uuid, and_, bindparam, exists, func, or_, select, union

from app.activities.queries.plans import checkin_plan
from app.audit.services import SYSTEM
from app.checkins.constants import Verdict
from app.checkins.models import Nobody, Scan
from app.checkins.services.load import load
from app.checkins.services.merge import follow_late
from app.checkins.services.nobody import find_owners, look_again
from app.checkins.services.settle import settle
from app.core import outbox
from app.core.clock import now, to_micros
from app.core.db import db
from app.core.ids import NIL
from app.core.keyed import execute
from app.core.transactions import act
from app.people.models import PersonAlias
from app.people.queries.aliases import aliases_of, canonical_of
from app.registrations.constants import RegistrationState
from app.registrations.models import Registration

SWEEP = 500
PORTION = 500
"""Persons judged again in one act after a change of the activity."""
ROUNDS = 1_000
JUDGED_BY = frozenset({"basics", "way"})
"""Parts of an activity that a verdict rests on: its day and hours; categories, checkpoints, ways."""
PORTION_JOB = "judge_portion"
_DUE = (
    select(Nobody.scan_id).where(Nobody.activity_id == bindparam("a"), Nobody.look_again_at <= bindparam("at")).limit(1)
)
LATE = (
    select(Scan.person_id)
    .outerjoin(PersonAlias, PersonAlias.person_id == Scan.person_id)
    .join(
        Registration,
        and_(
            Registration.activity_id == Scan.activity_id,
            Registration.person_id == func.coalesce(PersonAlias.canonical_id, Scan.person_id),
        ),
    )
    .where(
        Scan.activity_id == bindparam("a"),
        Registration.activity_id == bindparam("a"),
        Scan.verdict == Verdict.NOT_REGISTERED.value,
        Registration.state == RegistrationState.CONFIRMED.value,
    )
    .limit(SWEEP)
)
"""By the verdict, which few scans have. With DISTINCT, SQLite would walk every scan of the activity in the order
of the persons instead; whoever asks drops what comes twice.
"""
# MATERIALIZED: asked just whether there is one, PostgreSQL would walk registrations until it meets the first
_late = LATE.cte("late").prefix_with("MATERIALIZED")
_ANY = select(or_(outbox.is_due(bindparam("a", type_=Uuid())), exists(select(_late.c.person_id)), _DUE.exists()))


@act
def rejudge(*, activity_id: uuid.UUID, person_ids: Sequence[uuid.UUID]) -> int:
    """Judge all scans of these persons again; returns how many persons had any."""
    at = now()
    merged = canonical_of(person_ids)
    persons = list(dict.fromkeys(merged.get(person, person) for person in person_ids))
    behind = {person: person for person in persons} | aliases_of(persons)
    find_owners(activity_id, behind, at=at)
    with_scans = {
        behind[person]
        for person in db.session.execute(
            union(
                select(Scan.person_id).where(Scan.activity_id == activity_id, Scan.person_id.in_(list(behind))),
                select(Nobody.person_id).where(Nobody.activity_id == activity_id, Nobody.person_id.in_(list(behind))),
            )
        ).scalars()
        if person is not None
    }
    found = [person for person in persons if person in with_scans]
    if found:
        settle(checkin_plan(activity_id), load(activity_id, found), at=at)
    return len(found)


def on_person_changed(scope_id: uuid.UUID, payload: Mapping[str, Any]) -> None:
    """Outbox job of `registration_changed`, `pass_revoked` and `persons_merged`: ids in, safe to repeat."""
    ids = [uuid.UUID(text) for text in payload.get("persons", ())]
    ids += [uuid.UUID(payload[name]) for name in ("person_id", "merged") if name in payload]
    follow_late(scope_id, ids, actor=SYSTEM, at=now())
    rejudge(activity_id=scope_id, person_ids=ids)


def on_activity_changed(scope_id: uuid.UUID, payload: Mapping[str, Any]) -> None:
    """Outbox job of `activity_changed`: begin to judge everybody again, portion by portion.

    A change that comes while an earlier one is still being worked off begins anew.
    """
    if JUDGED_BY.isdisjoint(payload.get("parts", ())):
        return
    outbox.drop(scope_id, PORTION_JOB)
    outbox.send(scope_id, PORTION_JOB, after=str(NIL))


def on_portion(scope_id: uuid.UUID, payload: Mapping[str, Any]) -> None:
    """Outbox job `judge_portion`: judge the next persons again, and leave word for the rest."""
    after = uuid.UUID(payload["after"])
    portion = union(
        select(Scan.person_id).where(Scan.activity_id == scope_id, Scan.person_id > after),
        select(Nobody.person_id).where(Nobody.activity_id == scope_id, Nobody.person_id > after),
    ).order_by("person_id")
    persons = [person for person in db.session.execute(portion.limit(PORTION)).scalars() if person]
    if persons:
        rejudge(activity_id=scope_id, person_ids=persons)
    if len(persons) == PORTION:
        outbox.send(scope_id, PORTION_JOB, after=str(persons[-1]))


def judge_pending(activity_id: uuid.UUID) -> None:
    """Before counting: hear what waits in the outbox for this activity, and pick up scans whose
    registration was committed at the very moment they were judged. Where nothing waits that is one statement.
    """
    at = now()
    if not execute(_ANY, {"a": activity_id, "at": at, "micros": to_micros(at)}).scalar_one():
        return
    for _ in range(ROUNDS):  # a message may leave another one, as the portions do
        if not outbox.drain(scope_id=activity_id, limit=500):
            break
    late = {person for person in db.session.execute(LATE, {"a": activity_id}).scalars() if person}
    if late:
        rejudge(activity_id=activity_id, person_ids=sorted(late))
    if db.session.execute(_DUE, {"a": activity_id, "at": now()}).first() is not None:
        _second_look(activity_id=activity_id)


@act
def _second_look(*, activity_id: uuid.UUID) -> None:
    found = look_again(activity_id, at=now())
    if found:
        rejudge(activity_id=activity_id, person_ids=sorted(found))
