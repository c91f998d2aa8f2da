"""Time: exact, aware, and the office's day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import clock as clocks
from app.core.clock import from_micros, local, office_time, to_micros

INSTANTS = st.datetimes(timezones=st.just(UTC))


def test_now_is_aware_and_utc(clock):
    assert clocks.now() == datetime(2030, 6, 1, tzinfo=UTC)
    assert clocks.now().tzinfo is UTC


def test_the_office_s_day_begins_at_its_own_midnight(clock):
    clock.move_to(datetime(2030, 6, 1, 15, 59, 59, tzinfo=UTC))
    assert clocks.today() == date(2030, 6, 1)
    clock.shift(seconds=1)
    assert clocks.today() == date(2030, 6, 2)


def test_the_office_s_clock():
    at = office_time(2021, 9, 18, 8, 30)
    assert at == datetime(2021, 9, 18, 0, 30, tzinfo=UTC)
    assert at.tzinfo is UTC
    assert (local(at).hour, local(at).minute) == (8, 30)


@given(INSTANTS)
def test_microseconds_are_exact(instant):
    assert from_micros(to_micros(instant)) == instant


@given(st.integers(min_value=-(10**15), max_value=10**16))
def test_microseconds_come_back(micros):
    assert to_micros(from_micros(micros)) == micros


def test_the_zone_of_the_input_does_not_matter():
    there = datetime(2021, 9, 18, 8, 30, tzinfo=timezone(timedelta(hours=8)))
    assert to_micros(there) == to_micros(datetime(2021, 9, 18, 0, 30, tzinfo=UTC))


def test_a_time_without_a_zone_has_no_microseconds():
    with pytest.raises(TypeError):
        to_micros(datetime(2021, 9, 18, 8, 30))  # noqa: DTZ001 - the point of the test
