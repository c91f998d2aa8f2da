"""What several volunteers send at once is one act, and each is answered as if alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from app.audit.services import SYSTEM
from app.checkins.models import Device, Reject, Scan
from app.checkins.rules.answers import DeviceRef, ScanResult
from app.checkins.rules.reading import read_item
from app.checkins.services.batch import Request, record_requests
from app.checkins.services.devices import revoke_device
from app.core.clock import now
from app.core.db import db
from app.core.errors import Unauthenticated
from app.core.ids import uuid7
from tests.factories.notices import accept_notice, notice
from tests.factories.walks import Walk, device, enrol, make_walk, person, read, scan, words

pytestmark = pytest.mark.usefixtures("ctx", "clock")


def request(phone: DeviceRef, *items: Any) -> Request:
    at = now()
    return Request(phone, [read_item(one, received_at=at, zone_default=False) for one in items], {}, at)


def together(*requests: Request) -> list[list[ScanResult]]:
    answers = record_requests(take=lambda: requests)
    for answer in answers:
        assert isinstance(answer, list)
    return answers  # type: ignore[return-value]


@pytest.fixture
def walk() -> Walk:
    return make_walk()


def test_each_request_has_its_own_answers_in_its_own_order(walk):
    one, two, three = enrol(walk)
    first, second = device(walk), device(walk, "李强")
    at_start = [scan(who, "S", 5, walk=walk) for who in (one, two, three)]
    here, there = together(request(first, at_start[0], {"id": "none"}, at_start[1]), request(second, at_start[2]))
    assert words(here) == ["accepted", "invalid", "accepted"]
    assert [one.index for one in here] == [0, 1, 2]
    assert words(there) == ["accepted"]
    assert there[0].index == 0


def test_each_scan_bears_the_device_that_read_it(walk):
    one, two, _ = enrol(walk)
    first, second = device(walk), device(walk, "李强")
    mine, theirs = scan(one, "S", 5, walk=walk), scan(two, "S", 5, walk=walk)
    together(request(first, mine, {"id": "no scan"}), request(second, theirs))
    devices = dict(db.session.execute(select(Scan.id, Scan.device_id).where(Scan.activity_id == walk.id)).all())
    assert {str(scan_id): whose for scan_id, whose in devices.items()} == {
        mine["id"]: first.id,
        theirs["id"]: second.id,
    }
    assert db.session.execute(select(Reject.device_id).where(Reject.activity_id == walk.id)).scalars().all() == [
        first.id
    ]


def test_both_were_seen(walk):
    first, second = device(walk), device(walk, "李强")
    together(request(first, {"id": "none"}), request(second, {"id": "nil"}))
    seen = select(Device.last_seen_at).where(Device.activity_id == walk.id, Device.id.in_([first.id, second.id]))
    assert None not in db.session.execute(seen).scalars().all()


def test_one_of_a_revoked_device_waits_and_the_others_count(walk):
    one, two, _ = enrol(walk)
    lost, kept = device(walk), device(walk, "李强")
    revoke_device(activity_id=walk.id, device_id=lost.id, actor=SYSTEM)
    there, here = together(request(lost, scan(one, "S", 5, walk=walk)), request(kept, scan(two, "S", 5, walk=walk)))
    assert (words(there), words(here)) == (["quarantined"], ["accepted"])


def test_an_unknown_device_is_turned_away_alone(walk):
    one, two, _ = enrol(walk)
    known = device(walk)
    unknown = replace(known, id=uuid7())
    turned_away, here = record_requests(
        take=lambda: [request(unknown, scan(one, "S", 5, walk=walk)), request(known, scan(two, "S", 5, walk=walk))]
    )
    assert isinstance(turned_away, Unauthenticated)
    assert words(here) == ["accepted"]
    (only,) = record_requests(take=lambda: [request(unknown, scan(one, "S", 5, walk=walk))])
    assert isinstance(only, Unauthenticated)


def test_one_person_read_by_two_at_once_is_checked_in_by_the_earlier_reading(walk):
    one, _, _ = enrol(walk)
    later, earlier = together(
        request(device(walk), scan(one, "S", 6, walk=walk)),
        request(device(walk, "李强"), scan(one, "S", 5, walk=walk)),
    )
    assert (words(later), words(earlier)) == (["repeat"], ["accepted"])
    assert later[0].first_at == earlier[0].first_at


def test_an_undo_counts_for_its_own_device_alone(walk):
    one, two, _ = enrol(walk)
    first, second = device(walk), device(walk, "李强")
    mine, theirs = scan(one, "S", 5, walk=walk), scan(two, "S", 5, walk=walk)
    read(first, mine)
    undo = {"checkpoint": "S", "scanned_at": mine["scanned_at"]}
    here, there = together(
        request(first, {"id": str(uuid7()), "undoes": theirs["id"], **undo}),
        request(second, theirs, {"id": str(uuid7()), "undoes": mine["id"], **undo}),
    )
    assert words(here) == ["invalid"]
    assert words(there) == ["accepted", "invalid"]


def test_who_walks_in_does_so_at_the_device_that_read_them():
    walk = make_walk(walkin_category="TY")
    elsewhere = make_walk()
    both = enrol(elsewhere, person(name="周一"), person(name="周二"))
    notice()
    for one in both:
        accept_notice(one.person_id)
    phones = device(walk), device(walk, "李强")
    answers = together(*(request(phone, scan(one, "S", 5, walk=walk)) for phone, one in zip(phones, both, strict=True)))
    assert [words(one) for one in answers] == [["accepted"], ["accepted"]]
