"""An activity as an entry of a phone's calendar. Facts in, bytes out."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from icalendar import Calendar, Event

from app.core.clock import local


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """An activity as a calendar keeps it. Times are aware.

    `version` rises with each change of the activity, so that a new file moves the old entry.
    """

    id: uuid.UUID
    name: str
    place: str
    starts_at: datetime
    ends_at: datetime
    version: int
    url: str
    text: str = ""
    cancelled: bool = False


def calendar_file(entry: CalendarEntry, made_at: datetime) -> bytes:
    """An iCalendar file (RFC 5545) with one event, in the office's time with its VTIMEZONE.

    No alarm: when to be reminded is set on the phone it goes to.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Xiangyue//Activities//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "CANCEL" if entry.cancelled else "PUBLISH")
    event = Event()
    event.add("uid", f"{entry.id}@xiangyue")
    event.add("dtstamp", made_at)
    event.add("dtstart", local(entry.starts_at))
    event.add("dtend", local(entry.ends_at))
    event.add("summary", entry.name)
    event.add("location", entry.place)
    event.add("sequence", entry.version)
    event.add("url", entry.url)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    if entry.text:
        event.add("description", entry.text)
    calendar.add_component(event)
    calendar.add_missing_timezones(first_date=local(entry.starts_at).date().replace(month=1, day=1))
    return bytes(calendar.to_ical())
