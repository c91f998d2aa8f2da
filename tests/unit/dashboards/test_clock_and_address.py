"""When a page renews itself, and what the address of a list may ask for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.activities.constants import ActivityStatus
from app.core.clock import office_time
from app.core.errors import NotFound
from app.dashboards.rules.asking import (
    age_asked,
    narrowed,
    quarter_asked,
    sex_asked,
    station_count_asked,
)
from app.dashboards.rules.live import AROUND, LATE, is_live, may_grow

GATE, END = office_time(2021, 5, 22, 7), office_time(2021, 5, 22, 17)
MOMENT = timedelta(seconds=1)


def test_a_page_renews_itself_from_two_hours_before_the_gate_to_two_after_the_end():
    for status in (ActivityStatus.PUBLISHED, ActivityStatus.PAUSED):
        assert is_live(status, GATE, END, GATE - AROUND)
        assert is_live(status, GATE, END, END + AROUND)
        assert not is_live(status, GATE, END, GATE - AROUND - MOMENT)
        assert not is_live(status, GATE, END, END + AROUND + MOMENT)


@pytest.mark.parametrize("status", [ActivityStatus.DRAFT, ActivityStatus.FINISHED, ActivityStatus.CANCELLED])
def test_what_takes_no_scans_is_not_live(status):
    assert not is_live(status, GATE, END, GATE)


def test_phones_may_hold_scans_for_a_day():
    assert not may_grow(GATE, END, GATE - MOMENT)
    assert may_grow(GATE, END, GATE)
    assert may_grow(GATE, END, END + LATE)
    assert not may_grow(GATE, END, END + LATE + MOMENT)


@pytest.mark.parametrize(
    ("read", "text", "expected"),
    [
        (age_asked, "", None),
        (age_asked, "18-34", "18-34"),
        (age_asked, "70+", "70+"),
        (age_asked, "none", ""),
        (sex_asked, "female", "female"),
        (sex_asked, "none", ""),
        (quarter_asked, "", None),
        (quarter_asked, "1800417", 1800417),
        (lambda text: station_count_asked(text, 4), "", None),
        (lambda text: station_count_asked(text, 4), "4", 4),
        (lambda text: station_count_asked(text, 4), "0", 0),
    ],
)
def test_what_an_address_may_say(read, text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (age_asked, "18-35"),
        (age_asked, "' OR 1=1"),
        (sex_asked, "m"),
        (quarter_asked, "-1"),
        (quarter_asked, "1e9"),
        (quarter_asked, "9" * 40),
        (quarter_asked, "１２"),
        (lambda text: station_count_asked(text, 4), "5"),
        (lambda text: station_count_asked(text, 4), "vier"),
    ],
)
def test_what_there_is_not_is_answered_like_a_page_that_does_not_exist(read, text):
    with pytest.raises(NotFound):
        read(text)


def test_what_asks_for_nothing_is_left_out_of_addresses():
    given = {"town": "", "category": "TY", "page": "3", "checkpoint": "S"}
    assert narrowed(given, ("checkpoint", "category", "town")) == {"checkpoint": "S", "category": "TY"}
