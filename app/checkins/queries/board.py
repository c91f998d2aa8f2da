"""The day as it goes: who was read where, how fast, and which phones still hold something."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, func, literal, select, type_coerce

from app.checkins.models import Scan
from app.checkins.queries.devices import devices_of
from app.checkins.queries.numbers import tally_of
from app.checkins.rules.phones import READERS, DeviceRow, holding
from app.core.clock import to_micros
from app.core.db import db

MINUTES = 15
MINUTE = 60_000_000
KEPT_SECONDS = 5.0
"""Several coordinators look at one board, each every ten seconds: the facts are read once for all."""
_kept: dict[uuid.UUID, tuple[float, Board]] = {}


@dataclass(frozen=True, slots=True)
class Board:
    """What the coordinator's board shows. `minutes`: scans in each of the last 15 minutes, the oldest first."""

    numbers: dict[str, Any]
    devices: Sequence[DeviceRow]
    minutes: tuple[int, ...]
    as_of: datetime

    @property
    def readers(self) -> list[DeviceRow]:
        """Phones and guns: those that hold something first, then the silent ones, then by name."""
        found = [one for one in self.devices if one.kind in READERS and (one.revoked_at is None or one.holds)]
        return sorted(found, key=lambda one: (-one.holds, not one.is_silent(self.as_of), one.name, one.id))

    @property
    def holding(self) -> list[DeviceRow]:
        """Those that said they hold scans."""
        return holding(self.devices)

    @property
    def unsent(self) -> int:
        """How many scans are still out, as far as the phones have said."""
        return sum(one.holds for one in self.devices)

    @property
    def silent(self) -> list[DeviceRow]:
        """Phones in use that were not heard of for five minutes."""
        return [one for one in self.devices if one.is_silent(self.as_of)]


def board(activity_id: uuid.UUID, *, at: datetime) -> Board:
    """The board of an activity, at most five seconds old."""
    kept = _kept.get(activity_id)
    if kept is not None and time.monotonic() < kept[0] and kept[1].as_of <= at:
        return kept[1]
    found = Board(tally_of(activity_id), devices_of(activity_id, at=at), _minutes(activity_id, at), at)
    if len(_kept) > 1000:
        _kept.clear()
    _kept[activity_id] = (time.monotonic() + KEPT_SECONDS, found)
    return found


def _minutes(activity_id: uuid.UUID, at: datetime) -> tuple[int, ...]:
    """Counted by the store: minutes back from now, as whole numbers."""
    back = (literal(to_micros(at), BigInteger) - type_coerce(Scan.effective_at, BigInteger)) // MINUTE
    rows = db.session.execute(
        select(back.label("back"), func.count())
        .where(
            Scan.activity_id == activity_id,
            Scan.effective_at > at - timedelta(minutes=MINUTES),
            Scan.effective_at <= at,
        )
        .group_by("back")
    )
    counted = [0] * MINUTES
    for minute, n in rows:
        counted[MINUTES - 1 - int(minute)] += n
    return tuple(counted)


def forget_boards() -> None:
    """Keep nothing (tests)."""
    _kept.clear()
