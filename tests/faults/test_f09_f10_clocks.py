"""F09, F10: a phone's clock is an hour, a day, decades wrong; the server's clock steps back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts.constants import CodePurpose
from app.accounts.services.codes import request_login_code, sign_in_with_code
from app.audit.services import SYSTEM
from app.checkins.models import CheckIn, Scan
from app.checkins.services.devices import create_join_code, join
from app.core.clock import now
from app.core.db import db
from app.core.errors import DomainError
from tests.factories.walks import read
from tests.faults.broken import put_in

WRONG = {
    "an hour slow": timedelta(hours=-1),
    "an hour fast": timedelta(hours=1),
    "a day slow": timedelta(days=-1),
    "a day fast": timedelta(days=1),
}


def said(true: datetime, wrong: timedelta | str) -> datetime:
    """What a phone whose clock is wrong writes down at a true moment."""
    if isinstance(wrong, timedelta):
        return true + wrong
    return true.replace(year=int(wrong), month=1, day=1)


CLOCKS = [*WRONG.values(), "1970", "2099"]
NAMES = [*WRONG, "1970", "2099"]


def held(made) -> tuple[datetime, bool]:
    """The one check-in: its time and whether it is inside the hours."""
    row = db.session.execute(select(CheckIn).where(CheckIn.activity_id == made.walk.id)).scalar_one()
    db.session.rollback()
    return row.effective_at, row.inside


def two_phones(made, wrong) -> list:
    """A right phone reads at minute 30, a wrong one truly at minute 40, without knowing its offset."""
    phones = [made.device(name)[1] for name in ("准", "不准")]
    right = made.scan(0, "S", 30)
    true = made.walk.starts_at + timedelta(minutes=40)
    off = made.scan(0, "S") | {"scanned_at": said(true, wrong).isoformat()}
    return [read(phones[0], right)[0], read(phones[1], off)[0]]


@pytest.mark.parametrize("wrong", CLOCKS, ids=NAMES)
def test_f09_a_phone_that_knows_its_offset_is_as_good_as_a_right_one(ground, wrong):
    made = ground(1)
    true = made.walk.starts_at + timedelta(minutes=40)
    at = said(true, wrong)
    offset = int((true - at).total_seconds() * 1000)
    answer = read(made.device()[1], made.scan(0) | {"scanned_at": at.isoformat(), "offset_ms": offset})[0]
    assert answer.verdict == "accepted"
    assert abs(held(made)[0] - true) < timedelta(milliseconds=2)
    row = db.session.execute(select(Scan).where(Scan.activity_id == made.walk.id)).scalar_one()
    assert (row.scanned_at, row.offset_ms) == (at, offset)
    assert made.damages() == []


@pytest.mark.parametrize("wrong", [one for one in CLOCKS if one not in WRONG.values() or abs(one) > timedelta(hours=2)])
def test_f09_what_is_far_outside_the_hours_is_flagged_kept_and_ranked_last(ground, wrong):
    made = ground(1)
    _, off = two_phones(made, wrong)
    assert off.verdict == "outside_hours"
    assert held(made) == (made.walk.starts_at + timedelta(minutes=30), True)
    assert made.stored_scans() == 2
    assert made.damages() == []


@pytest.mark.parametrize("wrong", CLOCKS, ids=NAMES)
def test_f09_a_wrong_clock_alone_still_lets_its_person_in(ground, wrong):
    """Nobody is turned away for a phone's clock: the check-in stands, with its flag."""
    made = ground(1)
    true = made.walk.starts_at + timedelta(minutes=40)
    answer = read(made.device()[1], made.scan(0) | {"scanned_at": said(true, wrong).isoformat()})[0]
    assert answer.checkin
    assert made.damages() == []


def test_f09_control_where_every_clock_is_believed_the_wrong_one_wins(ground, monkeypatch):
    put_in("clocks_are_believed", monkeypatch)
    made = ground(1)
    two_phones(made, "1970")
    assert held(made)[0].year == 1970


# --------------------------------------------------------------------------- the server's own clock


def test_f10_a_login_code_lives_no_longer_when_the_clock_steps_back(ctx, clock):
    sent = request_login_code(phone="+8613812345678", address="::1", purpose=CodePurpose.LOGIN, at=now())
    clock.shift(minutes=-10)
    with pytest.raises(DomainError) as refused:
        sign_in_with_code(phone="+8613812345678", code=sent.reveal or "", at=now())
    assert refused.value.code == "code_expired"
    clock.shift(minutes=10 + 5, seconds=1)
    with pytest.raises(DomainError):
        sign_in_with_code(phone="+8613812345678", code=sent.reveal or "", at=now())


def test_f10_a_join_code_lives_no_longer_when_the_clock_steps_back(ground, clock):
    made = ground()
    code = create_join_code(activity_id=made.walk.id, checkpoint_id=None, uses=3, actor=SYSTEM)
    clock.shift(minutes=-10)
    with pytest.raises(DomainError):
        join(code=code, name="张敏")


def test_f10_scans_are_taken_while_the_clock_steps_back(ground, clock):
    made = ground(3)
    clock.move_to(made.walk.starts_at + timedelta(minutes=60))
    _, phone = made.device()
    before = read(phone, made.scan(0, minutes=55))[0]
    clock.shift(minutes=-10)
    after = read(phone, made.scan(0, minutes=50), made.scan(1, minutes=50))
    assert before.verdict == "accepted"
    assert [one.verdict for one in after] == ["accepted", "accepted"]
    assert held_by(made, 0) == made.walk.starts_at + timedelta(minutes=50)
    clock.shift(minutes=10)
    assert made.damages() == []


def held_by(made, one: int) -> datetime:
    """When a person's check-in is."""
    person = made.outcomes[one].person_id
    return db.session.execute(
        select(CheckIn.effective_at).where(CheckIn.activity_id == made.walk.id, CheckIn.person_id == person)
    ).scalar_one()
