"""What is sent out, and how far somebody has come in being chosen."""

from __future__ import annotations

from enum import StrEnum

from app.core.text import N_


class SquadKind(StrEnum):
    """A squad for higher games, or a troupe for a display."""

    SQUAD = "squad"
    TROUPE = "troupe"

    @property
    def label(self) -> str:
        """The kind as a msgid."""
        return {SquadKind.SQUAD: N_("选拔队"), SquadKind.TROUPE: N_("展演队")}[self]

    @property
    def group_label(self) -> str:
        """What its parts are called, as a msgid."""
        return {SquadKind.SQUAD: N_("大项"), SquadKind.TROUPE: N_("分队")}[self]


class MemberState(StrEnum):
    """From the school's list to the squad. `proposed` waits for the word of somebody else."""

    CANDIDATE = "candidate"
    PROPOSED = "proposed"
    SELECTED = "selected"
    RESERVE = "reserve"
    REFUSED = "refused"
    WITHDREW = "withdrew"

    @property
    def label(self) -> str:
        """The state as a msgid."""
        return {
            MemberState.CANDIDATE: N_("候选"),
            MemberState.PROPOSED: N_("拟入选"),
            MemberState.SELECTED: N_("入选"),
            MemberState.RESERVE: N_("替补"),
            MemberState.REFUSED: N_("落选"),
            MemberState.WITHDREW: N_("退出"),
        }[self]


STAYS = frozenset({MemberState.SELECTED, MemberState.RESERVE})
"""Who belongs to the squad."""


ON_THE_WAY = STAYS | {MemberState.PROPOSED}
"""Who needs a guardian's consent, if not of age."""


class MarkOrder(StrEnum):
    """Which of two marks is the better one."""

    LESS = "less"
    MORE = "more"

    @property
    def label(self) -> str:
        """The order as a msgid."""
        return {MarkOrder.LESS: N_("越小越好（跑、游）"), MarkOrder.MORE: N_("越大越好（跳、投、打分）")}[self]


class MarkRule(StrEnum):
    """Which of several trials counts."""

    BEST = "best"
    LAST = "last"

    @property
    def label(self) -> str:
        """The rule as a msgid."""
        return {MarkRule.BEST: N_("取最好一次"), MarkRule.LAST: N_("取最后一次")}[self]


class Medal(StrEnum):
    """What was brought home."""

    GOLD = "gold"
    SILVER = "silver"
    BRONZE = "bronze"

    @property
    def label(self) -> str:
        """The medal as a msgid."""
        return {Medal.GOLD: N_("金牌"), Medal.SILVER: N_("银牌"), Medal.BRONZE: N_("铜牌")}[self]
