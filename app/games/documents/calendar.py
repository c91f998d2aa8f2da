"""The schedule of the games as a calendar (RFC 5545). Facts in, bytes out."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from icalendar import Calendar, Event

from app.core.clock import local


@dataclass(frozen=True, slots=True)
class CalendarUnit:
    """A unit or a session. `version` rises with each change; `status`: CONFIRMED, TENTATIVE, CANCELLED."""

    id: uuid.UUID
    name: str
    place: str
    span: tuple[datetime, datetime]
    version: int
    url: str
    status: str


def games_calendar(name: str, units: Sequence[CalendarUnit], *, made_at: datetime) -> bytes:
    """One file with an entry for each unit; reading it again moves and cancels what has changed since."""
    calendar = Calendar()
    calendar.add("prodid", "-//Xiangyue//Games//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for one in units:
        event = Event()
        event.add("uid", f"{one.id}@xiangyue")
        event.add("dtstamp", made_at)
        event.add("dtstart", local(one.span[0]))
        event.add("dtend", local(one.span[1]))
        event.add("summary", one.name)
        event.add("location", one.place)
        event.add("sequence", one.version)
        event.add("url", one.url)
        event.add("status", one.status)
        calendar.add_component(event)
    if units:
        first = min(local(one.span[0]).date() for one in units)
        calendar.add_missing_timezones(first_date=first.replace(month=1, day=1))
    return bytes(calendar.to_ical())
