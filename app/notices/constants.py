"""What is told, where it leads, and what becomes of a text."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final

from app.core.text import N_

SIGNATURE: Final = "【相约】"
"""How every text begins: gateways ask for it, and people know by it who writes."""
KEPT: Final = timedelta(days=365)
"""How long a notice stands in the inbox, and how long the office sees what was sent."""


class NoticeKind(StrEnum):
    """What happened. The words stand with the act that tells it; here is only what it is called."""

    PROMOTED = "promoted"
    DRAWN = "drawn"
    REVIEWED = "reviewed"
    CANCELLED = "cancelled"
    MOVED = "moved"
    CALLED_OFF = "called_off"
    REMINDER = "reminder"
    OFFICE = "office"
    REISSUED = "reissued"
    LINKED = "linked"
    VOLUNTEER = "volunteer"
    MILESTONE = "milestone"

    @property
    def label(self) -> str:
        """The kind as a msgid."""
        return _LABELS[self]

    @property
    def icon(self) -> str:
        """The icon beside it."""
        return _ICONS[self]


_LABELS = {
    NoticeKind.PROMOTED: N_("候补报上了"),
    NoticeKind.DRAWN: N_("抽签结果"),
    NoticeKind.REVIEWED: N_("审核结果"),
    NoticeKind.CANCELLED: N_("报名已取消"),
    NoticeKind.MOVED: N_("时间地点有变"),
    NoticeKind.CALLED_OFF: N_("活动取消"),
    NoticeKind.REMINDER: N_("活动提醒"),
    NoticeKind.OFFICE: N_("办公室通知"),
    NoticeKind.REISSUED: N_("码已换新"),
    NoticeKind.LINKED: N_("名单提醒"),
    NoticeKind.VOLUNTEER: N_("志愿服务"),
    NoticeKind.MILESTONE: N_("里程碑"),
}
_ICONS = {
    NoticeKind.PROMOTED: "check",
    NoticeKind.DRAWN: "ticket",
    NoticeKind.REVIEWED: "check",
    NoticeKind.CANCELLED: "ban",
    NoticeKind.MOVED: "clock",
    NoticeKind.CALLED_OFF: "ban",
    NoticeKind.REMINDER: "bell",
    NoticeKind.OFFICE: "message",
    NoticeKind.REISSUED: "qrcode",
    NoticeKind.LINKED: "users",
    NoticeKind.VOLUNTEER: "heart-handshake",
    NoticeKind.MILESTONE: "rubber-stamp",
}


class Place(StrEnum):
    """The page that a notice leads to; `ref` of the notice names the one that is meant."""

    REGISTRATION = "registration"
    ACTIVITY = "activity"
    MINE = "mine"
    CODE = "code"
    FAMILY = "family"
    VOLUNTEER = "volunteer"

    @property
    def endpoint(self) -> tuple[str, str]:
        """The page, and the argument of its address that `ref` fills ("" = none)."""
        return _PAGES[self]


_PAGES = {
    Place.REGISTRATION: ("portal.registration", "registration_id"),
    Place.ACTIVITY: ("portal.station", "activity_ref"),
    Place.MINE: ("portal.mine", ""),
    Place.CODE: ("passes.mine", "person"),
    Place.FAMILY: ("people.family", ""),
    Place.VOLUNTEER: ("volunteers.mine", ""),
}


class TextState(StrEnum):
    """What became of a text. SENT and LATE are final and hold neither phone nor words."""

    WAITING = "waiting"
    SENT = "sent"
    #: given up after many tries; phone and words stay while it may be sent again
    DEAD = "dead"
    #: not sent before it became useless
    LATE = "late"

    @property
    def label(self) -> str:
        """As a msgid."""
        return _STATES[self]


_STATES = {
    TextState.WAITING: N_("待发"),
    TextState.SENT: N_("已发"),
    TextState.DEAD: N_("没发成"),
    TextState.LATE: N_("过时未发"),
}
