"""Whether one can sign up now, as every page says it: a pure reading of window, clock and counters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.activities.constants import ActivityStatus, Allocation


class DoorState(StrEnum):
    """What a citizen can do about an activity at this moment."""

    OPEN = "open"
    DRAW = "draw"
    QUEUE = "queue"
    FULL = "full"
    NOT_YET = "not_yet"
    PAUSED = "paused"
    CLOSED = "closed"
    FINISHED = "finished"
    CANCELLED = "cancelled"


ENTERABLE = frozenset({DoorState.OPEN, DoorState.DRAW, DoorState.QUEUE})
"""Where the form can be filled in."""


@dataclass(frozen=True, slots=True)
class Door:
    """The state with the figures that its sentence needs."""

    state: DoorState
    left: int
    capacity: int
    waiting: int
    opens_at: datetime
    closes_at: datetime

    @property
    def enterable(self) -> bool:
        """Whether the form can be filled in."""
        return self.state in ENTERABLE


def door(
    *,
    status: ActivityStatus,
    opens_at: datetime,
    closes_at: datetime,
    gate_opens_at: datetime,
    ends_at: datetime,
    allocation: Allocation,
    waiting_list: bool,
    capacity: int,
    taken: int,
    waiting: int,
    at: datetime,
) -> Door:
    """Read the door at `at`. Places are sums over the categories; from the gate's opening nobody queues."""
    left = max(0, capacity - taken)

    def found(state: DoorState) -> Door:
        return Door(state, left, capacity, waiting, opens_at, closes_at)

    if status is ActivityStatus.CANCELLED:
        return found(DoorState.CANCELLED)
    if status in {ActivityStatus.FINISHED, ActivityStatus.ARCHIVED} or at >= ends_at:
        return found(DoorState.FINISHED)
    if status is ActivityStatus.PAUSED:
        return found(DoorState.PAUSED)
    if at < opens_at or status is ActivityStatus.DRAFT:
        return found(DoorState.NOT_YET)
    if at >= closes_at:
        return found(DoorState.CLOSED)
    if allocation is Allocation.DRAW:
        return found(DoorState.DRAW)
    if left:
        return found(DoorState.OPEN)
    return found(DoorState.QUEUE if waiting_list and at < gate_opens_at else DoorState.FULL)
