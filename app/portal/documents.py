"""Files for citizens: the entry for a phone's calendar. Facts in, bytes out."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event, vText


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """An activity as a calendar keeps it.

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
    """An iCalendar file (RFC 5545) with one event and a reminder the evening before."""
    calendar = Calendar()
    calendar.add("prodid", "-//Xiangyue//Activities//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if entry.cancelled else "PUBLISH")
    event = Event()
    event.add("uid", f"{entry.id}@xiangyue")
    event.add("dtstamp", made_at)
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.ends_at)
    event.add("summary", entry.name)
    event["location"] = vText(entry.place)
    event.add("sequence", entry.version)
    event.add("url", entry.url)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    if entry.text:
        event.add("description", entry.text)
    if not entry.cancelled:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", entry.name)
        alarm.add("trigger", timedelta(hours=-12))
        event.add_component(alarm)
    calendar.add_component(event)
    return bytes(calendar.to_ical())
