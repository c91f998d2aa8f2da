"""At night nobody is woken for what can wait: when the night is, and what becomes of texts in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from app.core.clock import office_time
from app.notices.rules import awake_at, quiet_hours
from app.notices.services.queue import limits, send_texts, use_limits
from tests.factories.texts import Recording, gateway
from tests.unit.notices.test_queue import OTHER, PHONE, rows, tidings, told

pytestmark = pytest.mark.usefixtures("ctx", "clock")


@pytest.fixture
def sent():
    sender = Recording()
    with gateway(sender):
        yield sender


@pytest.fixture
def limited(ctx):
    """Change the limits for one test."""
    before = limits()
    yield lambda **numbers: use_limits(replace(before, **numbers))
    use_limits(before)


NIGHT = (time(21, 30), time(7, 0))


@pytest.mark.parametrize(
    ("at", "goes"),
    [
        ((1, 21, 29), (1, 21, 29)),
        ((1, 21, 30), (2, 7, 0)),
        ((1, 23, 59), (2, 7, 0)),
        ((2, 0, 0), (2, 7, 0)),
        ((2, 6, 59), (2, 7, 0)),
        ((2, 7, 0), (2, 7, 0)),
    ],
)
def test_the_night_ends_at_seven(at, goes):
    assert awake_at(office_time(2030, 6, *at), NIGHT) == office_time(2030, 6, *goes)


def test_quiet_hours_within_a_day_and_none():
    noon = (time(12, 0), time(14, 0))
    assert awake_at(office_time(2030, 6, 1, 13, 0), noon) == office_time(2030, 6, 1, 14, 0)
    assert awake_at(office_time(2030, 6, 1, 11, 0), noon) == office_time(2030, 6, 1, 11, 0)
    assert awake_at(office_time(2030, 6, 1, 23, 0), None) == office_time(2030, 6, 1, 23, 0)


def test_quiet_hours_as_they_are_set():
    assert quiet_hours("21:30-7:00") == NIGHT
    assert quiet_hours("  ") is None
    for wrong in ("21:30", "25:00-7:00", "7:00-7:00", "night"):
        with pytest.raises(ValueError, match=r"quiet|hour|format"):
            quiet_hours(wrong)


class TestNight:
    """At night nobody is woken for what can wait."""

    @pytest.fixture(autouse=True)
    def night(self, limited, clock):
        limited(quiet=NIGHT)
        clock.at(2030, 6, 1, 22, 0)

    def test_a_text_waits_for_the_morning(self, sent, clock):
        told()
        assert send_texts() == 0
        (row,) = rows()
        assert (row.state, row.next_at, row.tries) == ("waiting", office_time(2030, 6, 2, 7, 0), 0)
        clock.at(2030, 6, 2, 7, 0)
        assert send_texts() == 1

    def test_what_is_urgent_does_not(self, sent):
        told(what=tidings(urgent=True))
        assert send_texts() == 1

    def test_what_would_be_useless_in_the_morning_goes_now(self, sent):
        told(what=tidings(until=office_time(2030, 6, 2, 6, 30)))
        assert send_texts() == 1

    def test_one_that_failed_in_the_evening_is_not_tried_at_night(self, sent, clock):
        clock.at(2030, 6, 1, 21, 29)
        told()
        sent.fails = 1
        send_texts()
        clock.shift(minutes=3)
        assert send_texts() == 0
        clock.at(2030, 6, 2, 7, 0)
        assert send_texts() == 1

    def test_a_text_of_several_that_may_not_wait_goes_before_those_that_may(self, sent):
        told(PHONE)
        told(OTHER, what=tidings("two", urgent=True))
        assert send_texts() == 1
        assert [phone for phone, _text in sent.texts] == [OTHER]
