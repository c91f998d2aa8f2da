"""What users of other systems complain about: numbers, places, the waiting list, speed. One test each.

Each bears the name of the thread it answers; the numbers of threads without a name are pretix's.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.activities.models import Category
from app.audit.services import SYSTEM
from app.checkins.models import Scan
from app.checkins.queries.gate import search
from app.checkins.queries.numbers import tally_of
from app.checkins.services.rejudge import judge_pending
from app.core import outbox
from app.core.clock import now
from app.core.db import db
from app.core.transactions import act
from app.registrations.constants import Source
from app.registrations.models import Registration
from app.registrations.services.changes import cancel, change_capacity
from tests.factories.walks import Walk, device, enrol, make_walk, person, read, scan

pytestmark = pytest.mark.usefixtures("ctx")


def full(capacity: int, comers: int) -> tuple[Walk, list[Any]]:
    """A walk of tomorrow whose places are taken, the others wait."""
    walk = make_walk(
        capacity=capacity, starts_at=now() + timedelta(days=1), registration_opens_at=now() - timedelta(days=2)
    )
    return walk, enrol(walk, *(person() for _ in range(comers)), source=Source.IMPORT)


def states(walk: Walk, outcomes: list[Any]) -> list[str]:
    rows = {
        row.id: row.state
        for row in db.session.execute(
            select(Registration.id, Registration.state).where(Registration.activity_id == walk.id)
        )
    }
    db.session.rollback()
    return [rows[outcome.registration_id] for outcome in outcomes]


def test_hi_events_889_never_more_checked_in_than_attendees():
    walk = make_walk()
    outcomes = enrol(walk, *(person() for _ in range(6)), source=Source.IMPORT)
    phones = [device(walk, name) for name in ("一号", "二号")]
    for phone in phones:
        read(phone, *(scan(one, point, walk=walk) for one in outcomes for point in ("S", "S", "K")))
    cancel(activity_id=walk.id, registration_id=outcomes[0].registration_id, actor=SYSTEM, checked_in=False)
    judge_pending(walk.id)  # what the door does before it counts
    numbers = tally_of(walk.id)
    assert numbers["people"] <= numbers["registered"] + numbers["walk_ins"]
    assert [point["people"] for point in numbers["checkpoints"]] == [6, 6, 0]
    assert [point["scans"] for point in numbers["checkpoints"]] == [24, 12, 0]


def test_hi_events_329_and_308_the_list_says_who_is_checked_in_and_when():
    walk = make_walk()
    (one,) = enrol(walk, person(name="王德福"), source=Source.IMPORT)
    assert search(walk.id, "王德福", checkpoint_id=walk.checkpoints["S"])[0].checked_in_at is None
    read(device(walk), scan(one, "S", 7, walk=walk))
    found = search(walk.id, "王德福", checkpoint_id=walk.checkpoints["S"])[0]
    assert found.checked_in_at == walk.starts_at + timedelta(minutes=7)


def test_eventyay_4228_every_scan_is_kept_not_only_the_last():
    walk = make_walk()
    (one,) = enrol(walk, person(), source=Source.IMPORT)
    phone = device(walk)
    for minute in (3, 9, 15):
        read(phone, scan(one, "S", minute, walk=walk))
    rows = db.session.execute(select(Scan.verdict, Scan.effective_at).where(Scan.activity_id == walk.id)).all()
    assert sorted(row.effective_at - walk.starts_at for row in rows) == [timedelta(minutes=n) for n in (3, 9, 15)]
    assert sorted(row.verdict for row in rows) == ["accepted", "repeat", "repeat"]


def test_attendize_738_and_open_event_server_8961_counts_are_live_and_by_station():
    walk = make_walk()
    outcomes = enrol(walk, *(person() for _ in range(3)), source=Source.IMPORT)
    phone, seen = device(walk), []
    for one in outcomes:
        read(phone, scan(one, "S", walk=walk))
        seen.append(tally_of(walk.id)["checkpoints"][0]["people"])
    assert seen == [1, 2, 3]


def test_pretix_2119_the_freed_place_goes_to_the_first_in_line_and_to_nobody_else():
    walk, outcomes = full(2, 5)
    cancel(activity_id=walk.id, registration_id=outcomes[0].registration_id, actor=SYSTEM, checked_in=False)
    (newcomer,) = enrol(walk, person(), source=Source.IMPORT)
    assert states(walk, outcomes) == ["cancelled", "confirmed", "confirmed", "waitlisted", "waitlisted"]
    assert newcomer.state == "waitlisted"


def test_pretix_1238_more_places_move_up_as_many_people_as_there_are_places_and_no_more():
    walk, outcomes = full(2, 30)
    category = walk.categories["TY"]
    assert change_capacity(activity_id=walk.id, category_id=category, capacity=5, actor=SYSTEM) == 3
    assert states(walk, outcomes) == ["confirmed"] * 5 + ["waitlisted"] * 25


def test_pretix_837_who_leaves_the_waiting_list_frees_no_place_and_holds_up_nobody():
    walk, outcomes = full(2, 5)
    cancel(activity_id=walk.id, registration_id=outcomes[2].registration_id, actor=SYSTEM, checked_in=False)
    assert states(walk, outcomes) == ["confirmed", "confirmed", "cancelled", "waitlisted", "waitlisted"]
    cancel(activity_id=walk.id, registration_id=outcomes[0].registration_id, actor=SYSTEM, checked_in=False)
    assert states(walk, outcomes)[3] == "confirmed"


def test_pretix_2168_sold_out_shows_with_the_last_place_and_not_minutes_later():
    walk, _ = full(2, 2)
    row = db.session.execute(
        select(Category.taken, Category.capacity).where(
            Category.activity_id == walk.id, Category.id == walk.categories["TY"]
        )
    ).one()
    assert (row.taken, row.capacity) == (2, 2)


def test_pretix_1235_the_counts_of_a_large_walk_take_no_more_statements_than_those_of_a_small_one(statements):
    told = []
    for people in (2, 120):
        walk = make_walk(capacity=500)
        outcomes = enrol(walk, *(person() for _ in range(people)), source=Source.IMPORT)
        read(device(walk), *(scan(one, "S", walk=walk) for one in outcomes))
        tally_of(walk.id)
        db.session.rollback()
        with statements() as seen:
            assert tally_of(walk.id)["people"] == people
        told.append(len(seen))
    assert told[0] == told[1]


def test_pretix_1802_a_job_that_fails_holds_up_no_registration_and_no_scan(monkeypatch):
    def fail(scope_id: uuid.UUID, payload: Mapping[str, Any]) -> None:
        raise OSError("the other machine does not answer")

    @act
    def leave(scope_id: uuid.UUID) -> None:
        outbox.send(scope_id, "test.slow")

    monkeypatch.setitem(outbox._jobs, "test.slow", [fail])
    walk = make_walk()
    leave(walk.id)
    (one,) = enrol(walk, person(), source=Source.IMPORT)
    outbox.drain()
    (answer,) = read(device(walk), scan(one, "S", walk=walk))
    outbox.drain()
    assert answer.verdict == "accepted"
    assert outbox.waiting(walk.id) == (1, 0)


def test_emfcamp_879_the_last_to_register_costs_as_many_statements_as_the_first(statements):
    walk = make_walk(capacity=2_000)
    told = []
    for crowd in (0, 300):
        enrol(walk, *(person() for _ in range(crowd or 1)), source=Source.IMPORT)
        with statements() as seen:
            enrol(walk, person(), source=Source.IMPORT)
        told.append(len(seen))
    assert told[0] == told[1]
