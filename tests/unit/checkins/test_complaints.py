"""What users of other systems complain about and only a server can answer: one test each, named after it.

The phone's own stand in frontend/tests/scanner/complaints.test.ts.
"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit.services import SYSTEM
from app.checkins.models import Scan
from app.core.clock import now
from app.core.db import db
from app.registrations.services.changes import cancel
from tests.factories.walks import device, enrol, make_walk, person, read, scan, words

pytestmark = pytest.mark.usefixtures("ctx", "clock")


def test_pretix_pr_3187_who_was_let_in_offline_is_not_shown_as_failed_later():
    walk = make_walk()
    (one,) = enrol(walk, person())
    at = walk.starts_at + timedelta(minutes=10)
    cancel(activity_id=walk.id, registration_id=one.registration_id, actor=SYSTEM, checked_in=False, at=at)
    item = scan(one, "S", 20, walk=walk, shown="accepted", bundle=int(walk.starts_at.timestamp()))
    assert words(read(device(walk), item)) == ["accepted"]


def test_pretix_pr_2617_it_is_known_later_that_a_scan_was_offline():
    walk = make_walk()
    (one,) = enrol(walk, person())
    read(device(walk), scan(one, "S", 1, walk=walk, shown="accepted", bundle=7), at=now() + timedelta(hours=3))
    stored = db.session.execute(select(Scan).where(Scan.activity_id == walk.id)).scalar_one()
    assert (stored.shown, stored.bundle) == ("accepted", 7)
    assert stored.received_at - stored.effective_at > timedelta(hours=2)


def test_uni_event_pr_248_the_time_of_the_scan_stays_that_of_the_scan():
    walk = make_walk()
    (one,) = enrol(walk, person())
    item = scan(one, "S", 5, walk=walk)
    read(device(walk), item, at=now() + timedelta(hours=3))
    stored = db.session.execute(select(Scan).where(Scan.activity_id == walk.id)).scalar_one()
    assert stored.effective_at == walk.starts_at + timedelta(minutes=5)


def test_pgeu_system_10_a_second_try_gets_the_first_answer():
    walk = make_walk()
    (one,) = enrol(walk, person())
    phone, item = device(walk), scan(one, "S", 5, walk=walk)
    assert words(read(phone, item)) == words(read(phone, json.loads(json.dumps(item)))) == ["accepted"]


def test_alfio_16_an_item_that_is_no_scan_blocks_nobody():
    walk = make_walk()
    (one,) = enrol(walk, person())
    assert words(read(device(walk), {"id": "?"}, 7, scan(one, "S", 5, walk=walk))) == ["invalid", "invalid", "accepted"]


def test_eventra_11074_two_people_in_one_second_are_two():
    walk = make_walk()
    one, two = enrol(walk, person(), person())
    assert words(read(device(walk), scan(one, "S", 5, walk=walk), scan(two, "S", 5, walk=walk))) == ["accepted"] * 2
