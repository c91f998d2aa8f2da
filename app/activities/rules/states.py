"""What follows from an activity's stored status, its window, the clock and its counters.

Stored are draft, published, paused, finished, archived and cancelled. Whether one can sign up now
is never stored: it would be wrong a second later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from app.activities.constants import ActivityStatus, Allocation
from app.core.errors import Conflict, DomainError
from app.core.text import N_

# --------------------------------------------------------------------------- signing up


class SignUp(StrEnum):
    """What somebody who wants to sign up finds."""

    HIDDEN = "hidden"
    NOT_YET = "not_yet"
    OPEN = "open"
    FULL = "full"
    PAUSED = "paused"
    CLOSED = "closed"
    OVER = "over"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The state as a msgid."""
        return {
            SignUp.HIDDEN: N_("未发布"),
            SignUp.NOT_YET: N_("未开始报名"),
            SignUp.OPEN: N_("报名中"),
            SignUp.FULL: N_("已满"),
            SignUp.PAUSED: N_("暂停报名"),
            SignUp.CLOSED: N_("报名已截止"),
            SignUp.OVER: N_("已结束"),
            SignUp.CANCELLED: N_("已取消"),
        }[self]


@dataclass(frozen=True, slots=True)
class Window:
    """When one may sign up: from `opens_at`, before `closes_at`; the activity is over at `ends_at`."""

    opens_at: datetime
    closes_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Places:
    """The counters of one category."""

    capacity: int
    taken: int
    waiting: int = 0

    @property
    def left(self) -> int:
        """Places that the next one gets: none while somebody waits, for nobody passes the queue."""
        return 0 if self.waiting else max(0, self.capacity - self.taken)


@dataclass(frozen=True, slots=True)
class Standing:
    """The derived state with its figures; `may_queue`: full, but one can get in line."""

    state: SignUp
    left: int
    waiting: int
    may_queue: bool

    @property
    def takes_entries(self) -> bool:
        """Whether an entry sent now gets a place, a lot or a number in the queue."""
        return self.state is SignUp.OPEN or self.may_queue


def standing(
    status: ActivityStatus,
    window: Window,
    places: Iterable[Places],
    now: datetime,
    *,
    allocation: Allocation = Allocation.FIRST_COME,
    waiting_list: bool = True,
) -> Standing:
    """The state of an activity (`places` of all its categories) or of one category (its own alone).

    A draw is never full: everybody who asks in time gets a lot.
    """
    categories = list(places)
    left = sum(one.left for one in categories)
    waiting = sum(one.waiting for one in categories)
    state = _by_status(ActivityStatus(status), window, now)
    if state is SignUp.OPEN and allocation is Allocation.FIRST_COME and left == 0:
        state = SignUp.FULL
    may_queue = state is SignUp.FULL and waiting_list and bool(categories)
    return Standing(state, left, waiting, may_queue)


def _by_status(status: ActivityStatus, window: Window, now: datetime) -> SignUp:
    if status is ActivityStatus.CANCELLED:
        return SignUp.CANCELLED
    if status in {ActivityStatus.DRAFT, ActivityStatus.ARCHIVED}:
        return SignUp.HIDDEN
    if status is ActivityStatus.FINISHED or now >= window.ends_at:
        return SignUp.OVER
    if now >= window.closes_at:
        return SignUp.CLOSED
    if status is ActivityStatus.PAUSED:
        return SignUp.PAUSED
    return SignUp.NOT_YET if now < window.opens_at else SignUp.OPEN


# --------------------------------------------------------------------------- the office's acts

TRANSITIONS: Final[dict[ActivityStatus, frozenset[ActivityStatus]]] = {
    ActivityStatus.DRAFT: frozenset({ActivityStatus.PUBLISHED, ActivityStatus.ARCHIVED}),
    ActivityStatus.PUBLISHED: frozenset(
        {ActivityStatus.DRAFT, ActivityStatus.PAUSED, ActivityStatus.FINISHED, ActivityStatus.CANCELLED}
    ),
    ActivityStatus.PAUSED: frozenset({ActivityStatus.PUBLISHED, ActivityStatus.FINISHED, ActivityStatus.CANCELLED}),
    # Opened again when it was closed by mistake: scans of the day may still be on a phone.
    ActivityStatus.FINISHED: frozenset({ActivityStatus.PUBLISHED, ActivityStatus.ARCHIVED}),
    ActivityStatus.CANCELLED: frozenset({ActivityStatus.ARCHIVED}),
    ActivityStatus.ARCHIVED: frozenset(),
}
"""Where an activity can go from each status. What needs more than that is in `check_transition`."""


def check_transition(
    old: ActivityStatus, new: ActivityStatus, *, starts_at: datetime, now: datetime, registered: int
) -> None:
    """Refuse a step that TRANSITIONS does not have, or that comes too early or too late.

    Back to draft only while nobody is registered (`has_registrations`), finished not before the
    start (`not_started`); anything else is Conflict `transition`.
    """
    old, new = ActivityStatus(old), ActivityStatus(new)
    if new not in TRANSITIONS[old]:
        raise Conflict("transition", N_("现在是“%(old)s”，不能改为“%(new)s”。"), old=old.label, new=new.label)
    if new is ActivityStatus.DRAFT and registered:
        raise DomainError(
            "has_registrations", N_("已有 %(registered)s 人报名，不能收回为草稿。"), registered=registered
        )
    if new is ActivityStatus.FINISHED and now < starts_at:
        raise DomainError("not_started", N_("活动还没开始，可以取消，不能结束。"))
