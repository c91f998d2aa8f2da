"""What a revoked phone sends waits for the office, which lets it count or keeps it refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.audit.services import SYSTEM
from app.checkins.models import Scan
from app.checkins.queries.numbers import tally_of
from app.checkins.rules.answers import DeviceRef
from app.checkins.services.devices import revoke_device
from app.checkins.services.quarantine import decide, decide_all
from app.checkins.services.rejudge import judge_pending, rejudge
from app.core.clock import now
from app.core.db import db
from app.core.errors import DomainError, NotFound
from app.core.ids import uuid7
from app.registrations.models import Registration
from tests.factories.walks import Walk, device, enrol, make_walk, person, read, scan, words

pytestmark = pytest.mark.usefixtures("ctx", "clock")


def revoked(walk: Walk) -> DeviceRef:
    phone = device(walk)
    revoke_device(activity_id=walk.id, device_id=phone.id, actor=SYSTEM)
    return phone


def verdicts(walk: Walk) -> list[str]:
    db.session.rollback()
    return list(db.session.execute(select(Scan.verdict).where(Scan.activity_id == walk.id).order_by(Scan.id)).scalars())


def everybody(walk: Walk) -> list[Any]:
    return list(db.session.execute(select(Registration.person_id).where(Registration.activity_id == walk.id)).scalars())


def say(walk: Walk, phone: DeviceRef, decision: str) -> int:
    return decide_all(activity_id=walk.id, device_id=phone.id, decision=decision, actor=SYSTEM)


def test_what_is_released_counts_as_if_it_had_never_waited():
    walk = make_walk()
    one, two, three = enrol(walk)
    phone = revoked(walk)
    forged = {"id": str(uuid7()), "pass": "NOT OURS", "checkpoint": "S", "scanned_at": now().isoformat()}
    nowhere = scan(three, "S", walk=walk, checkpoint="NOWHERE")
    answers = read(phone, scan(one, "S", 1, walk=walk), scan(two, "S", 2, walk=walk), forged, nowhere)
    assert words(answers) == ["quarantined"] * 4
    assert tally_of(walk.id)["attendances"] == 0
    assert say(walk, phone, "release") == 4
    assert sorted(verdicts(walk)) == ["accepted", "accepted", "forged", "invalid"]
    assert tally_of(walk.id)["attendances"] == 2
    assert say(walk, phone, "release") == 0, "nothing waits any more"


def test_it_stays_released_when_people_are_judged_again():
    walk = make_walk()
    (one,) = enrol(walk, person())
    phone = revoked(walk)
    read(phone, scan(one, "S", 1, walk=walk))
    say(walk, phone, "release")
    rejudge(activity_id=walk.id, person_ids=everybody(walk))
    assert verdicts(walk) == ["accepted"]


def test_what_waits_goes_on_waiting_when_people_are_judged_again():
    walk = make_walk()
    (one,) = enrol(walk, person())
    read(revoked(walk), scan(one, "S", 1, walk=walk))
    rejudge(activity_id=walk.id, person_ids=everybody(walk))
    assert verdicts(walk) == ["quarantined"]


def test_a_release_before_or_after_other_scans_comes_to_the_same():
    for early in (True, False):
        walk = make_walk()
        (one,) = enrol(walk, person())
        phone, other = revoked(walk), device(walk, "刘洋")
        first, second = scan(one, "S", 1, walk=walk), scan(one, "S", 2, walk=walk)
        read(phone, first)
        if early:
            say(walk, phone, "release")
        read(other, second)
        if not early:
            say(walk, phone, "release")
        assert verdicts(walk) == ["accepted", "repeat"]
        assert tally_of(walk.id)["checkpoints"][0]["people"] == 1


def test_the_office_may_change_its_mind():
    walk = make_walk()
    (one,) = enrol(walk, person())
    phone = revoked(walk)
    item = scan(one, "S", 1, walk=walk)
    read(phone, item)
    ids = [db.session.execute(select(Scan.id).where(Scan.activity_id == walk.id)).scalar_one()]
    for decision, verdict, people in (
        ("keep", "quarantined", 0),
        ("release", "accepted", 1),
        ("keep", "quarantined", 0),
    ):
        decide(activity_id=walk.id, scan_ids=ids, decision=decision, actor=SYSTEM)
        assert verdicts(walk) == [verdict]
        assert tally_of(walk.id)["attendances"] == people
    assert words(read(phone, item)) == ["quarantined"]


def test_an_undo_in_quarantine_takes_nothing_back_until_it_is_released():
    walk = make_walk()
    (one,) = enrol(walk, person())
    phone = device(walk)
    item = scan(one, "S", 1, walk=walk)
    read(phone, item)
    revoke_device(activity_id=walk.id, device_id=phone.id, actor=SYSTEM)
    undo = {"id": str(uuid7()), "undoes": item["id"], "scanned_at": now().isoformat()}
    assert words(read(phone, undo)) == ["quarantined"]
    rejudge(activity_id=walk.id, person_ids=everybody(walk))
    assert tally_of(walk.id)["attendances"] == 1
    say(walk, phone, "release")
    assert sorted(verdicts(walk)) == ["undo", "undone"]
    assert tally_of(walk.id)["attendances"] == 0


def test_a_bib_in_quarantine_that_is_given_later_waits_for_both():
    walk = make_walk()
    phone = revoked(walk)
    (one,) = enrol(walk, person())
    at = walk.starts_at + timedelta(minutes=3)
    head = (one.bib or "").rstrip("0123456789")
    tail = (one.bib or "")[len(head) :]
    bib = f"{head}{int(tail) + 1:0{len(tail)}}"
    read(phone, {"id": str(uuid7()), "bib": bib, "checkpoint": "S", "scanned_at": at.isoformat()})
    say(walk, phone, "release")
    assert verdicts(walk) == ["unknown"]
    enrol(walk, person(name="李秀英"))
    judge_pending(walk.id)
    assert verdicts(walk) == ["accepted"]


def test_each_word_stands_in_the_trail_once():
    walk = make_walk()
    one, two, _ = enrol(walk)
    phone = revoked(walk)
    read(phone, scan(one, "S", 1, walk=walk), scan(two, "S", 2, walk=walk))
    say(walk, phone, "keep")
    rows = db.session.execute(
        select(AuditEntry.details).where(AuditEntry.scope_id == walk.id, AuditEntry.action == "quarantine.keep")
    ).scalars()
    assert [row["scans"] for row in rows] == [2]


def test_what_is_not_in_quarantine_cannot_be_released():
    walk = make_walk()
    (one,) = enrol(walk, person())
    read(device(walk), scan(one, "S", 1, walk=walk))
    scan_id = db.session.execute(select(Scan.id).where(Scan.activity_id == walk.id)).scalar_one()
    for ids in ([scan_id], [uuid7()]):
        with pytest.raises(NotFound):
            decide(activity_id=walk.id, scan_ids=ids, decision="release", actor=SYSTEM)
    with pytest.raises(DomainError):
        decide(activity_id=walk.id, scan_ids=[scan_id], decision="perhaps", actor=SYSTEM)
