"""Whose data a stolen login has reached, as the trail tells it. Pure.

PIPL 57: after a breach the office tells those affected what was seen. The trail holds who did what to which, no
names; here stands what each action gives away, and of whom.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from app.core.errors import DomainError
from app.core.ids import NIL
from app.core.text import N_


class Way(StrEnum):
    """How somebody's data was reached, the gravest first."""

    SHOWN = "shown"
    FILE = "file"
    OWN = "own"
    ACT = "act"
    SCAN = "scan"

    @property
    def label(self) -> str:
        """The way as a msgid."""
        return {
            Way.SHOWN: N_("明文看过"),
            Way.FILE: N_("在导出的名单里"),
            Way.OWN: N_("是这个账号的家人"),
            Way.ACT: N_("办理过"),
            Way.SCAN: N_("扫过码"),
        }[self]


class Of(StrEnum):
    """What an entry of the trail names; the queries find the persons behind it."""

    PERSON = "person"
    REGISTRATION = "registration"
    ACTIVITY = "activity"
    SEASON = "season"
    GAMES = "games"
    SQUAD = "squad"
    TEAM = "team"
    VOLUNTEERS = "volunteers"
    """Who serves in an activity; of the office's nil id, in any: the hours of a year name everybody who served."""


@dataclass(frozen=True, slots=True)
class Touch:
    """Persons that one entry of the trail reaches: all behind `id` (in `scope_id`), as they stood at `at`."""

    of: Of
    id: uuid.UUID
    scope_id: uuid.UUID
    way: Way
    at: datetime


SHOWN: Final = frozenset({"person.disclosed", "registration.disclosed", "honours.service_record"})
FILES: Final = {
    "registration.exported": Of.ACTIVITY,
    "registration.insurance_listed": Of.ACTIVITY,
    "attendance.exported": Of.ACTIVITY,
    "games.entries_exported": Of.GAMES,
    "games.printed": Of.GAMES,
    "squads.exported": Of.SQUAD,
    "volunteers.listed": Of.VOLUNTEERS,
    "volunteers.exported": Of.VOLUNTEERS,
}
"""Actions by which a list of people left the house. What it was narrowed to is not replayed: all behind it count."""
OF_NOBODY: Final = frozenset({"figures", "towns"})
"""Exports that hold counts and no people (`what` of the entry)."""
DIRECT: Final = {Of.PERSON, Of.REGISTRATION, Of.TEAM}


def touch_of(
    action: str,
    *,
    scope_id: uuid.UUID,
    subject_kind: str,
    subject_id: uuid.UUID | None,
    details: Mapping[str, Any],
    at: datetime,
) -> Touch | None:
    """Whom one done act reaches; None for an act about nobody in particular."""
    if action in FILES:
        if details.get("what") in OF_NOBODY:
            return None
        of = Of.SEASON if subject_kind == "season" else FILES[action]
        return Touch(of, subject_id or scope_id, scope_id, Way.FILE, at)
    if subject_id is None or subject_kind not in DIRECT:
        return None
    way = Way.SHOWN if action in SHOWN else Way.ACT
    return Touch(Of(subject_kind), subject_id, scope_id, way, at)


def latest(touches: Iterable[Touch], of: Of) -> dict[tuple[uuid.UUID, uuid.UUID], dict[Way, datetime]]:
    """(scope, id) → way → when last, of one kind: a thousand exports of one list are looked up once."""
    found: dict[tuple[uuid.UUID, uuid.UUID], dict[Way, datetime]] = {}
    for one in touches:
        if one.of is of:
            scope = one.scope_id if of is Of.REGISTRATION else NIL
            times = found.setdefault((scope, one.id), {})
            times[one.way] = max(one.at, times.get(one.way, one.at))
    return found


def check_window(since: datetime, until: datetime) -> None:
    """Refuse a window that ends before it begins (`window_wrong`)."""
    if until <= since:
        raise DomainError("window_wrong", N_("结束要在开始之后。"), field="until")
