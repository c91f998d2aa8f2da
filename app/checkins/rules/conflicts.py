"""What the office has to look at: kinds of conflicts, how each is named, what can be decided."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.core.text import N_

TOGETHER = timedelta(minutes=1)
"""One code on two phones at two checkpoints within this time: somebody else carries it, or a clock is wrong."""
OFF_BY_MS = 120_000
SPEED_LIMIT_KMH = 25
"""Faster than this nobody walks or runs from one checkpoint to the next (the setting's default)."""


class Kind(StrEnum):
    """A kind of conflict; the order is that of the page."""

    TWO_PHONES = "two_phones"
    FINISH_FIRST = "finish_first"
    SPEED = "speed"
    TWO_PICKUPS = "two_pickups"
    NOT_REGISTERED = "not_registered"
    LET_IN = "let_in"
    KEPT = "kept"
    OLD_CODE = "old_code"
    CLOCK = "clock"
    EXCESS = "excess"
    REJECT = "reject"

    @property
    def label(self) -> str:
        """The kind as a msgid."""
        return _LABELS[self]

    @property
    def told(self) -> str:
        """What it may mean, as a msgid."""
        return _TOLD[self]


_LABELS = {
    Kind.TWO_PHONES: N_("一分钟内在两处扫码"),
    Kind.FINISH_FIRST: N_("先到终点后到起点"),
    Kind.SPEED: N_("快得不合常理"),
    Kind.TWO_PICKUPS: N_("领了两次"),
    Kind.NOT_REGISTERED: N_("扫了码但没有报名"),
    Kind.LET_IN: N_("取消后仍放行"),
    Kind.KEPT: N_("签到后取消"),
    Kind.OLD_CODE: N_("用旧码放行"),
    Kind.CLOCK: N_("手机的钟差太多"),
    Kind.EXCESS: N_("现场加入超过名额"),
    Kind.REJECT: N_("读不懂的内容"),
}
_TOLD = {
    Kind.TWO_PHONES: N_("同一个码一分钟内在两个签到点、两台手机上扫过，可能是替别人扫的。"),
    Kind.FINISH_FIRST: N_("终点的时间早于起点，可能是钟不准或扫错了点。"),
    Kind.SPEED: N_("两个签到点之间快得走不到，可能是坐车或扫错了点。"),
    Kind.TWO_PICKUPS: N_("两台手机都放行了领取，可能发了两份。"),
    Kind.NOT_REGISTERED: N_("有码，但没有报名，也不能自动加入。可以在现场报名里补上。"),
    Kind.LET_IN: N_("手机上的名单旧了，取消的人被放行，签到算数。"),
    Kind.KEPT: N_("先签到，后取消，签到算数。"),
    Kind.OLD_CODE: N_("码已换新，手机上的名单旧了，旧码被放行。"),
    Kind.CLOCK: N_("手机的钟差超过 2 分钟，时间已按差值改正。"),
    Kind.EXCESS: N_("现场加入的人比名额多，都算数，请知悉。"),
    Kind.REJECT: N_("设备传来的一条不是扫码，原样封存着。"),
}
FINE, HANDLED, TAKE_BACK = "fine", "handled", "take_back"
DECISIONS = {FINE: N_("没问题，照旧"), HANDLED: N_("已另行处理"), TAKE_BACK: N_("撤销扫码")}
"""What can be decided; only scans that count can be taken back."""
FLAGS = frozenset({Kind.LET_IN, Kind.KEPT, Kind.OLD_CODE})


@dataclass(frozen=True, slots=True)
class Place:
    """A scan of a conflict: where and when, by which device."""

    scan_id: uuid.UUID
    checkpoint_id: uuid.UUID | None
    at: datetime
    device_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing to look at, named by `subject_id`, which follows from the facts alone.

    `figure`: what is odd about it (km/h, seconds, people), by the kind.
    """

    kind: Kind
    subject_id: uuid.UUID
    person_id: uuid.UUID | None = None
    places: Sequence[Place] = ()
    figure: float | None = None
    device_id: uuid.UUID | None = None
    reason: str = ""
    at: datetime | None = None


def subject_of(activity_id: uuid.UUID, kind: Kind, *parts: object) -> uuid.UUID:
    """The name of what follows from several facts, in whatever order they are given."""
    return uuid.uuid5(activity_id, f"{kind.value}:" + ":".join(sorted(str(part) for part in parts)))
