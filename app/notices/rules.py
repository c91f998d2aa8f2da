"""When a text may go, when it is tried again, and how a notice reads. Pure."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Final

from app.core.clock import local
from app.notices.constants import SIGNATURE, NoticeKind, Place

Param = str | int | datetime
MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers of an installation. Those marked [P] were chosen here, not by an authority."""

    #: texts to one phone: how many within which time, one-time codes included
    per_phone: tuple[tuple[timedelta, int], ...] = (
        (MINUTE, 1),
        (timedelta(hours=1), 5),
        (timedelta(days=1), 10),
    )
    #: texts a day, for all phones together, one-time codes included
    daily_budget: int = 20_000
    #: [P] hundredths of the budget that notices leave to one-time codes
    reserve: int = 20
    #: [P] seconds that a gateway has for one text
    timeout: float = 8.0
    #: [P] tries before a text is given up; the last wait is more than four hours
    tries: int = 10
    #: [P] by the office's clock: from when to when only urgent texts go; none: all go at any hour
    quiet: tuple[time, time] | None = (time(21, 30), time(7, 0))

    @property
    def for_notices(self) -> int:
        """How many texts a day may be out, of any sort, while notices still go."""
        return self.daily_budget * (100 - self.reserve) // 100


@dataclass(frozen=True, slots=True)
class Tidings:
    """One event as one account is told of it.

    `key` names the event within `scope_id` (an activity, or the nil id): who has been told of it is
    never told again. `message` is a msgid, `params` fill it. After `until` a text is useless and is
    not sent any more; the inbox keeps the notice all the same.
    """

    scope_id: uuid.UUID
    key: str
    kind: NoticeKind
    message: str
    until: datetime
    params: Mapping[str, Param] = field(default_factory=dict)
    place: Place = Place.MINE
    ref: str = ""
    #: may wake people: for what they would otherwise set out for
    urgent: bool = False


def free_at(sent: Sequence[datetime], windows: Sequence[tuple[timedelta, int]], at: datetime) -> datetime:
    """The first instant at which one more text passes no limit. `sent`: newest first; `at` when it does now."""
    waits = [sent[most - 1] + span for span, most in windows if len(sent) >= most]
    return max([at, *waits])


def quiet_hours(words: str) -> tuple[time, time] | None:
    """`21:30-7:00` as two times, nothing as None. ValueError for anything else."""
    if not words.strip():
        return None
    first, dash, last = words.partition("-")
    if not dash:
        raise ValueError(f"quiet hours are {words!r}, expected 21:30-7:00 or nothing")
    begin, end = (time.fromisoformat(one.strip().zfill(5)) for one in (first, last))
    if begin == end:
        raise ValueError(f"quiet hours are {words!r}: they never end")
    return begin, end


def awake_at(at: datetime, quiet: tuple[time, time] | None) -> datetime:
    """`at`, or when the quiet hours end in which it lies: [begin, end) by the office's clock, over midnight or not."""
    if quiet is None:
        return at
    begin, end = quiet
    here = local(at)
    clock = here.time()
    inside = begin <= clock < end if begin < end else clock >= begin or clock < end
    if not inside:
        return at
    day = here if clock < end else here + timedelta(days=1)
    return day.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)


def next_try(tries: int, at: datetime, dice: float) -> datetime:
    """When a text that failed for the `tries`-th time is tried again: 1, 2, 4, … minutes.

    `dice` (0 to 1) moves it by up to half either way, so that what failed together does not come
    back together.
    """
    return at + MINUTE * (2.0 ** (tries - 1) * (0.5 + dice))


def plain(message: str, params: Mapping[str, Param]) -> str:
    """The words of a text: Chinese, times as 9月18日 8:00, with the signature in front."""
    return SIGNATURE + message % {name: _shown(value) for name, value in params.items()}


def _shown(value: Param) -> str:
    if isinstance(value, datetime):
        on = local(value)
        return f"{on.month}月{on.day}日 {on.hour}:{on:%M}"
    return f"{value:,}" if isinstance(value, int) else value


def packed(params: Mapping[str, Param]) -> str:
    """`params` as they are sealed."""
    return json.dumps(
        {name: {"at": value.isoformat()} if isinstance(value, datetime) else value for name, value in params.items()},
        ensure_ascii=False,
    )


def unpacked(body: str) -> dict[str, Param]:
    """The inverse of `packed`."""
    found: dict[str, Param] = {}
    for name, value in json.loads(body).items():
        found[name] = datetime.fromisoformat(value["at"]) if isinstance(value, dict) else value
    return found
