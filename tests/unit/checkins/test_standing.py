"""Who has cancelled and was there all the same: counted once, in whatever order it becomes known.

Hi.Events#889: “more checked in than attendees” must not be possible.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.audit.services import SYSTEM
from app.checkins.models import CheckIn
from app.checkins.queries.numbers import tally_of
from app.checkins.services.rejudge import judge_pending
from app.core.db import db
from app.passes.services import reissue
from app.registrations.services.changes import cancel
from app.registrations.services.register import Outcome
from tests.factories.walks import Walk, device, enrol, make_walk, person, read, scan, words

pytestmark = pytest.mark.usefixtures("ctx", "clock")


def leave(walk: Walk, one: Outcome) -> None:
    """Cancel half an hour after the start; nobody knows of a check-in."""
    assert one.registration_id is not None
    at = walk.starts_at + timedelta(minutes=30)
    cancel(activity_id=walk.id, registration_id=one.registration_id, actor=SYSTEM, checked_in=False, at=at)


def unaware(walk: Walk, one: Outcome, point: str) -> dict[str, Any]:
    """A scan after that, by a phone with a list from before."""
    return scan(one, point, 40, walk=walk, shown="accepted", bundle=int(walk.starts_at.timestamp()))


def numbers(walk: Walk) -> tuple[int, int, list[int]]:
    """Registered, attendances, people by checkpoint."""
    judge_pending(walk.id)
    found = tally_of(walk.id)
    people = [point["people"] for point in found["checkpoints"]]
    assert max(people) <= found["registered"] + found["walk_ins"]
    return found["registered"], found["attendances"], people


def flags(walk: Walk) -> list[str]:
    return list(db.session.execute(select(CheckIn.flag).where(CheckIn.activity_id == walk.id)).scalars())


def walk_with_pickup() -> Walk:
    return make_walk(ways={"TY": ("S", "P")})


def test_a_check_in_before_the_cancellation_keeps_its_person_registered():
    walk = walk_with_pickup()
    (one,) = enrol(walk, person())
    read(device(walk), scan(one, "S", 1, walk=walk))
    leave(walk, one)
    assert numbers(walk) == (1, 1, [1, 0])
    assert flags(walk) == ["kept"]


def test_the_same_when_the_scan_arrives_after_the_cancellation():
    walk = walk_with_pickup()
    (one,) = enrol(walk, person())
    leave(walk, one)
    assert numbers(walk) == (0, 0, [0, 0])
    read(device(walk), scan(one, "S", 1, walk=walk))
    assert numbers(walk) == (1, 1, [1, 0])


def test_another_check_in_does_not_count_the_person_again():
    walk = walk_with_pickup()
    (one,) = enrol(walk, person())
    leave(walk, one)
    phone = device(walk)
    read(phone, unaware(walk, one, "S"))
    read(phone, unaware(walk, one, "P"))
    assert numbers(walk) == (1, 1, [1, 1])


def test_who_was_let_in_and_registers_again_counts_once():
    walk = walk_with_pickup()
    who = person()
    (one,) = enrol(walk, who)
    leave(walk, one)
    read(device(walk), unaware(walk, one, "S"))
    assert numbers(walk) == (1, 1, [1, 0])
    enrol(walk, who)
    assert numbers(walk) == (1, 1, [1, 0])
    assert flags(walk) == [""]


def test_a_pack_fetched_after_the_cancellation_counts_as_registered_and_not_as_there():
    walk = walk_with_pickup()
    (one,) = enrol(walk, person())
    leave(walk, one)
    read(device(walk), unaware(walk, one, "P"))
    assert numbers(walk) == (1, 0, [0, 1])


def test_an_undone_check_in_stands_for_nobody():
    walk = walk_with_pickup()
    (one,) = enrol(walk, person())
    phone, item = device(walk), scan(one, "S", 1, walk=walk)
    read(phone, item)
    leave(walk, one)
    read(phone, {"id": one.registration_id.hex, "undoes": item["id"], "scanned_at": item["scanned_at"]})
    assert numbers(walk) == (0, 0, [0, 0])


def test_an_old_code_that_a_phone_let_in_is_flagged_and_names_nobody_who_is_not_registered():
    walk, elsewhere = walk_with_pickup(), make_walk()
    (one,) = enrol(walk, person())
    (stranger,) = enrol(elsewhere, person())
    old = {one.person_id: unaware(walk, one, "S"), stranger.person_id: unaware(walk, stranger, "S")}
    for person_id in old:
        reissue(person_id=person_id, live_activities=[walk.id], actor=SYSTEM, at=walk.starts_at + timedelta(minutes=30))
    assert words(read(device(walk), *old.values())) == ["accepted", "not_registered"]
    assert numbers(walk) == (1, 1, [1, 0])
    assert flags(walk) == ["old_code"]
