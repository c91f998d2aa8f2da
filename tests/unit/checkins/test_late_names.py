"""A bib, a code or a registration that nobody had when it was read: whoever gets it later has been there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.audit.services import SYSTEM
from app.checkins.models import CheckIn, Nobody, Scan
from app.checkins.queries.numbers import tally_of
from app.checkins.services.nobody import look_again
from app.checkins.services.rejudge import judge_pending
from app.core.clock import now
from app.core.db import db
from app.core.ids import uuid7
from app.core.transactions import act
from app.registrations.services.changes import cancel
from tests.factories.walks import Walk, device, enrol, make_walk, person, read, words

pytestmark = pytest.mark.usefixtures("ctx", "clock")


def named(walk: Walk, minutes: float = 3, point: str = "S", **name: str) -> dict[str, Any]:
    at = walk.starts_at + timedelta(minutes=minutes)
    return {"id": str(uuid7()), "checkpoint": point, "scanned_at": at.isoformat()} | name


def verdicts(walk: Walk) -> list[tuple[str, str]]:
    db.session.rollback()
    rows = db.session.execute(
        select(Scan.first_verdict, Scan.verdict).where(Scan.activity_id == walk.id).order_by(Scan.id)
    )
    return [tuple(row) for row in rows]


def next_bib(walk: Walk) -> str:
    """The bib that the next person will get."""
    (one,) = enrol(walk, person())
    return f"{int(one.bib) + 1}" if one.bib and one.bib.isdigit() else _after(one.bib or "")


def _after(bib: str) -> str:
    head, tail = bib.rstrip("0123456789"), bib[len(bib.rstrip("0123456789")) :]
    return f"{head}{int(tail) + 1:0{len(tail)}}"


def test_a_bib_given_later_checks_its_bearer_in():
    walk = make_walk()
    bib = next_bib(walk)
    item = named(walk, bib=bib)
    assert words(read(device(walk), item)) == ["unknown"]
    (one,) = enrol(walk, person(name="李秀英"))
    assert one.bib == bib
    judge_pending(walk.id)
    assert verdicts(walk) == [("unknown", "accepted")]
    assert tally_of(walk.id)["attendances"] == 1
    (answer,) = read(device(walk), item)
    assert (answer.verdict, answer.first_verdict, answer.checkin) == ("accepted", "unknown", True)


def test_small_letters_and_spaces_are_the_same_bib():
    walk = make_walk()
    bib = next_bib(walk)
    read(device(walk), named(walk, bib=f" {bib.lower()} "))
    enrol(walk, person(name="李秀英"))
    judge_pending(walk.id)
    assert verdicts(walk) == [("unknown", "accepted")]


def test_the_order_of_arrival_decides_nothing():
    """The same facts with the registration first, and with it last."""
    derived = []
    for late in (False, True):
        walk = make_walk()
        bib = next_bib(walk)
        first, second = named(walk, 3, bib=bib), named(walk, 9, bib=bib)
        if not late:
            enrol(walk, person(name="李秀英"))
        read(device(walk), second)
        read(device(walk), first)
        if late:
            enrol(walk, person(name="李秀英"))
        judge_pending(walk.id)
        rows = db.session.execute(select(CheckIn.effective_at, CheckIn.inside).where(CheckIn.activity_id == walk.id))
        derived.append([(at - walk.starts_at, inside) for at, inside in rows])
        db.session.rollback()
    assert derived[0] == derived[1] == [[(timedelta(minutes=3), True)]][0]


def test_an_undo_of_such_a_scan_takes_it_back():
    walk = make_walk()
    bib = next_bib(walk)
    phone, item = device(walk), named(walk, bib=bib)
    read(phone, item)
    read(phone, {"id": str(uuid7()), "undoes": item["id"], "scanned_at": now().isoformat()})
    enrol(walk, person(name="李秀英"))
    judge_pending(walk.id)
    assert verdicts(walk)[0] == ("unknown", "undone")
    assert tally_of(walk.id)["attendances"] == 0


def test_a_cancellation_after_it_was_found_counts_as_always():
    walk = make_walk()
    bib = next_bib(walk)
    read(device(walk), named(walk, 40, bib=bib))
    (one,) = enrol(walk, person(name="李秀英"))
    assert one.registration_id is not None
    at = walk.starts_at + timedelta(minutes=30)
    cancel(activity_id=walk.id, registration_id=one.registration_id, actor=SYSTEM, checked_in=False, at=at)
    judge_pending(walk.id)
    assert verdicts(walk) == [("unknown", "cancelled")]


def test_a_short_code_made_later_is_found_with_its_generation():
    walk = make_walk()
    (known,) = enrol(walk, person())
    (other,) = enrol(make_walk(), person(name="周建国"))  # has a code, is not registered here
    assert other.issued is not None
    read(device(walk), named(walk, code="0000-0000"), named(walk, code=other.issued.short_code))
    judge_pending(walk.id)
    assert [two for _, two in verdicts(walk)] == ["unknown", "not_registered"]
    assert known.bib


def test_what_was_committed_beside_the_scan_is_found_by_the_second_look(clock):
    """The registration's message may have been heard before the scan was committed."""
    walk = make_walk()
    (one,) = enrol(walk, person())
    read(device(walk), named(walk, bib="Z-77"))
    row = db.session.execute(select(Nobody).where(Nobody.activity_id == walk.id)).scalar_one()
    assert row.look_again_at == now() + timedelta(minutes=1)
    db.session.rollback()
    judge_pending(walk.id)
    assert looks_due(walk) == 1
    clock.shift(minutes=1)
    judge_pending(walk.id)
    assert looks_due(walk) == 0, "once a scan"
    assert verdicts(walk) == [("unknown", "unknown")]
    assert one.bib


def test_the_second_look_finds_whose_it_is(clock):
    walk = make_walk()
    (one,) = enrol(walk, person())
    phone = device(walk)
    read(phone, named(walk, registration=str(uuid7())))
    swap_name(walk, one)
    clock.shift(minutes=2)
    judge_pending(walk.id)
    assert verdicts(walk) == [("unknown", "accepted")]


@act
def swap_name(walk: Walk, one: Any) -> None:
    """As if the scan had named this registration a moment before it was committed."""
    from sqlalchemy import text

    from app.core import crypto

    sealed = crypto.seal(str(one.registration_id), "scan.raw")
    db.session.execute(
        text("UPDATE scan SET raw = :raw WHERE activity_id = :a"),
        {"raw": sealed, "a": walk.id.hex if db.engine.dialect.name == "sqlite" else walk.id},
    )


def looks_due(walk: Walk) -> int:
    rows = db.session.execute(
        select(Nobody.scan_id).where(Nobody.activity_id == walk.id, Nobody.look_again_at.is_not(None))
    ).all()
    db.session.rollback()
    return len(rows)


def test_looking_again_finds_nothing_where_nothing_waits():
    walk = make_walk()

    @act
    def look() -> set[Any]:
        return look_again(walk.id, at=now())

    assert look() == set()
