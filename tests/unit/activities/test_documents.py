import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from icalendar import Calendar

from app.activities.documents import CalendarEntry, calendar_file
from app.core.clock import office_time

MADE = office_time(2021, 9, 1, 12)
ENTRY = CalendarEntry(
    id=uuid.UUID(int=7),
    name="相约星期六·悦跑新山亭 徐庄站",
    place="徐庄镇文化广场",
    starts_at=office_time(2021, 9, 18, 8),
    ends_at=office_time(2021, 9, 18, 11, 30),
    version=3,
    url="https://example.org/activities/xuzhuang-2021",
    text="请带好您的码；自备饮水, 雨天照常",
)


def read(entry=ENTRY):
    calendar = Calendar.from_ical(calendar_file(entry, MADE))
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_the_entry_says_when_and_where():
    _, event = read()
    assert event.decoded("dtstart") == ENTRY.starts_at
    assert event.decoded("dtend") == ENTRY.ends_at
    assert (event["summary"], event["location"]) == (ENTRY.name, ENTRY.place)
    assert (event["description"], event["url"]) == (ENTRY.text, ENTRY.url)


def test_times_are_the_offices_with_its_zone_in_the_file():
    data = calendar_file(ENTRY, MADE).decode()
    assert "DTSTART;TZID=Asia/Shanghai:20210918T080000" in data
    (zone,) = Calendar.from_ical(data).walk("VTIMEZONE")
    assert zone["tzid"] == "Asia/Shanghai"
    assert "TZOFFSETTO:+0800" in data
    assert "DTSTAMP:20210901T040000Z" in data


def test_a_time_in_another_zone_is_the_same_time():
    moved = replace(ENTRY, starts_at=datetime(2021, 9, 18, 0, 0, tzinfo=UTC))
    assert calendar_file(moved, MADE) == calendar_file(ENTRY, MADE)


def test_no_alarm_is_set():
    calendar, _ = read()
    assert calendar.walk("VALARM") == []


def test_a_change_moves_the_entry_that_is_there():
    _, first = read()
    _, second = read(replace(ENTRY, version=4))
    assert first["uid"] == second["uid"]
    assert (first["sequence"], second["sequence"]) == (3, 4)


@pytest.mark.parametrize(
    ("cancelled", "method", "status"), [(False, "PUBLISH", "CONFIRMED"), (True, "CANCEL", "CANCELLED")]
)
def test_a_cancelled_activity_takes_its_entry_back(cancelled, method, status):
    calendar, event = read(replace(ENTRY, cancelled=cancelled))
    assert (calendar["method"], event["status"]) == (method, status)


@pytest.mark.parametrize("name", ["a\nBEGIN:VALARM\nb", "a;b,c\\d", "长" * 200])
def test_a_name_cannot_add_lines_to_the_file(name):
    data = calendar_file(replace(ENTRY, name=name), MADE)
    calendar, event = read(replace(ENTRY, name=name))
    assert event["summary"] == name
    assert calendar.walk("VALARM") == []
    assert max(len(line) for line in data.split(b"\r\n")) <= 75


def test_an_entry_without_text_has_no_description():
    _, event = read(replace(ENTRY, text=""))
    assert "description" not in event
