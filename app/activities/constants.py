"""States and kinds of activities."""

from __future__ import annotations

from enum import StrEnum

from app.core.text import N_


class ActivityKind(StrEnum):
    """What is attended."""

    WALK = "walk"
    SESSION = "session"
    REHEARSAL = "rehearsal"
    TRAINING = "training"

    @property
    def label(self) -> str:
        """The kind as a msgid."""
        return {
            ActivityKind.WALK: N_("健步走"),
            ActivityKind.SESSION: N_("赛事场次"),
            ActivityKind.REHEARSAL: N_("排练"),
            ActivityKind.TRAINING: N_("训练"),
        }[self]


class ActivityStatus(StrEnum):
    """What is stored; open, closed and full follow from window, clock and counters."""

    DRAFT = "draft"
    PUBLISHED = "published"
    PAUSED = "paused"
    FINISHED = "finished"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The status as a msgid."""
        return {
            ActivityStatus.DRAFT: N_("草稿"),
            ActivityStatus.PUBLISHED: N_("已发布"),
            ActivityStatus.PAUSED: N_("已暂停"),
            ActivityStatus.FINISHED: N_("已结束"),
            ActivityStatus.ARCHIVED: N_("已归档"),
            ActivityStatus.CANCELLED: N_("已取消"),
        }[self]


PUBLIC_STATUSES = frozenset({ActivityStatus.PUBLISHED, ActivityStatus.PAUSED, ActivityStatus.FINISHED})
"""What a citizen can see; a cancelled activity is shown to those registered."""
LIVE_STATUSES = frozenset({ActivityStatus.PUBLISHED, ActivityStatus.PAUSED})
"""Where scans are taken and passes matter."""


class CheckpointKind(StrEnum):
    """What happens at a checkpoint; a pickup is no attendance."""

    START = "start"
    WAYPOINT = "waypoint"
    FINISH = "finish"
    PICKUP = "pickup"

    @property
    def label(self) -> str:
        """The kind as a msgid."""
        return {
            CheckpointKind.START: N_("起点"),
            CheckpointKind.WAYPOINT: N_("途中点"),
            CheckpointKind.FINISH: N_("终点"),
            CheckpointKind.PICKUP: N_("领物"),
        }[self]


class FinishRule(StrEnum):
    """What makes a station finished."""

    ALL = "all"
    FINISH_LINE = "finish_line"
    AT_LEAST = "at_least"

    @property
    def label(self) -> str:
        """The rule as a msgid."""
        return {
            FinishRule.ALL: N_("签到点全部签过"),
            FinishRule.FINISH_LINE: N_("签过终点"),
            FinishRule.AT_LEAST: N_("签过若干个点"),
        }[self]


class Allocation(StrEnum):
    """How places are given."""

    FIRST_COME = "first_come"
    DRAW = "draw"

    @property
    def label(self) -> str:
        """The way as a msgid."""
        return {Allocation.FIRST_COME: N_("先报先得"), Allocation.DRAW: N_("抽签")}[self]


class AskField(StrEnum):
    """What a form may ask beyond the person; a walk asks little."""

    ORGANISATION = "organisation"
    EMERGENCY = "emergency"
    SHIRT = "shirt"
    HEALTH = "health"

    @property
    def label(self) -> str:
        """The field as a msgid."""
        return {
            AskField.ORGANISATION: N_("单位"),
            AskField.EMERGENCY: N_("紧急联系人"),
            AskField.SHIRT: N_("T恤尺码"),
            AskField.HEALTH: N_("健康声明"),
        }[self]


class Metric(StrEnum):
    """What a tally counts."""

    REGISTERED = "registered"
    WAITLISTED = "waitlisted"
    WALK_IN = "walk_in"
    ATTENDANCE = "attendance"
    FINISHED = "finished"
    INCOMPLETE = "incomplete"
    CHECKIN = "checkin"
    SCAN = "scan"
