"""Milestones are told: to whoever looks after somebody, once in a life, half a day after the activity."""

from __future__ import annotations

import pytest

from app.core.clock import now
from app.core.db import db
from app.honours.queries.milestones import Crossed, crossed_at
from app.honours.services.telling import tell_crossed
from app.honours.tasks import tell_milestones
from app.notices.services.queue import send_texts
from app.people.constants import PROVEN
from app.people.models import AccountPerson
from tests.factories import honours as made
from tests.factories import walks
from tests.factories.tellings import citizen, told
from tests.factories.texts import Recording, gateway

PROVEN_BY = next(iter(PROVEN))
pytestmark = pytest.mark.usefixtures("ctx", "clock")


@pytest.fixture
def sent():
    sender = Recording()
    with gateway(sender):
        yield sender


def came(clock, times: int):
    """Somebody who came so often, once a day, the last time today."""
    who = walks.person()
    for n in range(times):
        if n:
            clock.shift(days=1)
        (one,) = made.came(walks.make_walk(ways=made.WAY), who)
    return one


def test_nobody_is_told_before_half_a_day_has_passed(sent, clock):
    came(clock, 10)
    assert tell_milestones() == 0
    clock.shift(days=1)
    assert tell_milestones() == 1
    send_texts()
    assert sent.words == ["王德福参加活动满 10 次了，谢谢一路同行。记录在“我的”里。"]


def test_it_is_told_once(sent, clock):
    came(clock, 10)
    clock.shift(days=1)
    tell_milestones()
    assert tell_milestones() == 0
    clock.shift(hours=1)
    assert tell_milestones() == 0
    send_texts()
    assert len(sent.texts) == 1


def test_a_message_that_comes_again_tells_nobody_again(sent, clock):
    one = came(clock, 1)
    for _ in range(2):
        tell_crossed(crossed=[Crossed(one.person_id, 10)], at=now())
    send_texts()
    assert len(sent.texts) == 1


def test_nine_times_are_no_milestone(clock):
    came(clock, 9)
    clock.shift(days=1)
    assert tell_milestones() == 0


def test_of_eleven_days_the_tenth_is_told_once(clock):
    came(clock, 11)
    clock.shift(days=1)
    assert tell_milestones() == 1


def test_what_is_older_than_a_week_is_left_alone(clock):
    came(clock, 10)
    clock.shift(days=9)
    assert tell_milestones() == 0


def test_whoever_has_an_account_reads_it_in_the_inbox(sent, clock):
    account = citizen()
    one = came(clock, 10)
    db.session.add(
        AccountPerson(
            account_id=account.id, person_id=one.person_id, relation="self", proof=PROVEN_BY.value, created_at=now()
        )
    )
    db.session.commit()
    clock.shift(days=1)
    assert tell_milestones() == 1
    send_texts()
    assert told(account) == sent.words == ["王德福参加活动满 10 次了，谢谢一路同行。记录在“我的”里。"]
    assert [phone for phone, _text in sent.texts] == [account.phone]


def test_who_crossed_is_who_came_there(clock):
    came(clock, 10)
    assert crossed_at([], until=now()) == []
    assert crossed_at([walks.make_walk(ways=made.WAY).id], until=now()) == []
