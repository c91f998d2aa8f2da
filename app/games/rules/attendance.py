"""The activity at which the athletes of an event or a session are checked in, as a draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.activities.constants import ActivityKind, CheckpointKind
from app.activities.rules.drafts import Basics, CategoryDraft, CheckpointDraft, StationDraft, StopDraft, Window
from app.core.errors import DomainError
from app.core.text import N_

CATEGORY: Final = "A"
ROOM: Final = 200
"""Places beside those who are entered already: late entries and substitutes."""
GATE: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Meeting:
    """When and where athletes come together."""

    place: str
    starts_at: datetime
    ends_at: datetime


def check_meeting(meeting: Meeting) -> None:
    """Raises DomainError with the field that has to be changed."""
    if not meeting.place.strip():
        raise DomainError("text_missing", N_("请填写。"), field="place")
    if meeting.ends_at <= meeting.starts_at:
        raise DomainError("ends_before_start", N_("结束时间要晚于开始时间。"), field="ends_at")


def station_of(
    meeting: Meeting,
    *,
    code: str,
    name: str,
    category: str,
    points: tuple[str, str | None],
    people: int,
    at: datetime,
) -> StationDraft:
    """A session with one category, a start, and for timed events a finish (`points`: their names).

    Its window for citizens is over before it has begun: who takes part is entered by a delegation.
    """
    start, finish = points
    stops = [("S", start, CheckpointKind.START)]
    if finish is not None:
        stops.append(("F", finish, CheckpointKind.FINISH))
    closes = min(at, meeting.ends_at)
    return StationDraft(
        basics=Basics(
            code=code,
            name=name,
            place=meeting.place.strip(),
            gate_opens_at=meeting.starts_at - GATE,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            kind=ActivityKind.SESSION,
        ),
        window=Window(opens_at=closes - timedelta(minutes=1), closes_at=closes, waiting_list=False),
        categories=(CategoryDraft(CATEGORY, category, people + ROOM),),
        checkpoints=tuple(CheckpointDraft(code, name, kind) for code, name, kind in stops),
        stops=tuple(StopDraft(CATEGORY, code, place) for place, (code, _, _) in enumerate(stops, start=1)),
    )
