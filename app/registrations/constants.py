"""States and sources of registrations."""

from __future__ import annotations

from enum import StrEnum

from app.core.text import N_


class RegistrationState(StrEnum):
    """What is stored; pickup, started and finished are derived from check-ins."""

    SUBMITTED = "submitted"
    IN_DRAW = "in_draw"
    WAITLISTED = "waitlisted"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    NOT_DRAWN = "not_drawn"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        """The state as a msgid."""
        return _LABELS[self]

    @property
    def badge(self) -> str:
        """The kind of badge that shows it."""
        return _BADGES[self]


_LABELS = {
    RegistrationState.SUBMITTED: N_("待审核"),
    RegistrationState.IN_DRAW: N_("等待抽签"),
    RegistrationState.WAITLISTED: N_("候补中"),
    RegistrationState.CONFIRMED: N_("已报名"),
    RegistrationState.REJECTED: N_("未通过"),
    RegistrationState.NOT_DRAWN: N_("未中签"),
    RegistrationState.CANCELLED: N_("已取消"),
    RegistrationState.EXPIRED: N_("已过期"),
}
_BADGES = {
    RegistrationState.SUBMITTED: "wait",
    RegistrationState.IN_DRAW: "open",
    RegistrationState.WAITLISTED: "wait",
    RegistrationState.CONFIRMED: "ok",
    RegistrationState.REJECTED: "no",
    RegistrationState.NOT_DRAWN: "off",
    RegistrationState.CANCELLED: "off",
    RegistrationState.EXPIRED: "off",
}

ACTIVE_STATES = frozenset(
    {
        RegistrationState.SUBMITTED,
        RegistrationState.IN_DRAW,
        RegistrationState.WAITLISTED,
        RegistrationState.CONFIRMED,
    }
)
"""What “already registered” means."""
ENDED_STATES = frozenset(set(RegistrationState) - ACTIVE_STATES)
"""From here one may register again; the row is revived."""


class Source(StrEnum):
    """The entrance a registration came through."""

    WEB = "web"
    OFFICE = "office"
    TEAM_FILE = "team_file"
    WALK_IN = "walk_in"
    SCAN = "scan"
    API = "api"
    IMPORT = "import"
    DEMO = "demo"

    @property
    def label(self) -> str:
        """The entrance as a msgid."""
        return {
            Source.WEB: N_("网上"),
            Source.OFFICE: N_("办公室"),
            Source.TEAM_FILE: N_("团体表"),
            Source.WALK_IN: N_("现场"),
            Source.SCAN: N_("现场扫码"),
            Source.API: N_("接口"),
            Source.IMPORT: N_("导入"),
            Source.DEMO: N_("演示"),
        }[self]
