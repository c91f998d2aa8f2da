"""Merging twice, in chains, at once, and what is refused; what the trail and the rooms above hear."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.audit.services import SYSTEM
from app.checkins.services.merge import merge_persons
from app.checkins.services.rejudge import judge_pending, on_person_changed
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.outbox import Outbox
from app.core.transactions import act
from app.people.models import PersonAlias
from app.people.queries.aliases import canonical_id
from app.registrations.models import Registration
from app.registrations.services.changes import cancel
from tests.factories.merges import derived, holds, merge, states
from tests.factories.walks import device, enrol, make_walk, person, read, scan, words

pytestmark = pytest.mark.usefixtures("ctx", "clock")


def test_twice_changes_nothing():
    walk = make_walk()
    stays, gone = enrol(walk, person(), person())
    read(device(walk), scan(stays, "S", 1, walk=walk), scan(gone, "S", 2, walk=walk))
    merge(gone, stays)
    judge_pending(walk.id)
    before = derived(walk), states(walk), db.session.execute(select(AuditEntry.id)).all()
    assert merge(gone, stays) == stays.person_id
    assert merge(stays, gone) == stays.person_id, "they are one person, whichever way it is said"
    assert (derived(walk), states(walk), db.session.execute(select(AuditEntry.id)).all()) == before
    assert db.session.execute(select(Outbox.job).where(Outbox.scope_id == walk.id)).all() == []


def test_chains_are_flattened_and_who_was_merged_stands_for_whoever_stays():
    walk = make_walk()
    a, b, c, d = enrol(walk, *(person() for _ in range(4)))
    phone = device(walk)
    read(phone, *(scan(one, "S", n, walk=walk) for n, one in enumerate((a, b, c, d))))
    merge(a, b)
    merge(b, c)
    assert merge(d, b) == c.person_id, "b is merged into c, so d goes there"
    aliases = dict(db.session.execute(select(PersonAlias.person_id, PersonAlias.canonical_id)).all())
    assert aliases == {one.person_id: c.person_id for one in (a, b, d)}
    assert len(derived(walk)[0]) == 1
    assert words(read(phone, *(scan(one, "K", n, walk=walk) for n, one in enumerate((a, b, d))))) == [
        "accepted",
        "repeat",
        "repeat",
    ]
    holds(walk)


def test_who_is_merged_already_cannot_be_merged_into_a_third():
    walk = make_walk()
    a, b, c = enrol(walk, person(), person(), person())
    merge(a, b)
    with pytest.raises(Conflict) as refused:
        merge(a, c)
    assert refused.value.code == "already_merged"
    assert canonical_id(a.person_id) == b.person_id


def test_into_oneself_into_nobody_and_without_a_reason_is_refused():
    walk = make_walk()
    a, b = enrol(walk, person(), person())
    with pytest.raises(DomainError) as oneself:
        merge(a, a)
    assert oneself.value.code == "same_person"
    with pytest.raises(NotFound):
        merge_persons(gone=a.person_id, stays=uuid.uuid4(), reason="document_seen", actor=SYSTEM, at=now())
    with pytest.raises(DomainError) as silent:
        merge_persons(gone=a.person_id, stays=b.person_id, reason="王德福说的", actor=SYSTEM, at=now())
    assert silent.value.code == "reason_required"
    assert db.session.execute(select(PersonAlias.person_id)).all() == []


def test_the_trail_says_who_why_and_what_was_cancelled():
    walk = make_walk()
    stays, gone = enrol(walk, person(), person())
    merge(gone, stays)
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.action == "person.merged")).scalar_one()
    assert entry.subject_id == stays.person_id
    assert entry.details == {
        "merged": str(gone.person_id),
        "reason": "document_seen",
        "activities": 1,
        "cancelled": 1,
    }
    other = db.session.execute(
        select(AuditEntry).where(AuditEntry.scope_id == walk.id, AuditEntry.action == "registration.cancelled")
    ).scalar_one()
    assert other.details["reason"] == "merged"
    heard = db.session.execute(select(Outbox.payload).where(Outbox.job == "persons_merged")).scalars().all()
    assert heard == [{"person_id": str(stays.person_id), "merged": str(gone.person_id)}]


def test_a_registration_made_at_the_very_moment_of_the_merge_is_joined_when_it_is_heard_of():
    walk = make_walk()
    stays, gone = enrol(walk, person(), person())
    merge(gone, stays)
    later = make_walk()
    (own,) = enrol(later, person())

    @act
    def as_another_transaction_would_leave_it() -> None:
        row = db.session.execute(select(Registration).where(Registration.activity_id == later.id)).scalar_one()
        row.person_id = gone.person_id

    as_another_transaction_would_leave_it()
    judge_pending(later.id)
    act(on_person_changed)(later.id, {"persons": [str(gone.person_id)]})
    assert states(later) == {stays.person_id: ("confirmed", None)}
    assert own.person_id not in states(later)
    holds(later)


def test_a_cancelled_duplicate_does_not_come_back_when_the_person_cancels_later():
    walk = make_walk(starts_at=now() + timedelta(days=7))
    stays, gone = enrol(walk, person(), person())
    merge(gone, stays)
    row = db.session.execute(
        select(Registration.id).where(Registration.activity_id == walk.id, Registration.person_id == stays.person_id)
    ).scalar_one()
    cancel(activity_id=walk.id, registration_id=row, actor=SYSTEM, checked_in=False)
    judge_pending(walk.id)
    assert {state for state, _ in states(walk).values()} == {"cancelled"}
    holds(walk)
