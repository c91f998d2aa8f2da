"""How far somebody has come on the way to a shift, and the posts that usually stand ready."""

from __future__ import annotations

from enum import StrEnum

from app.core.text import N_


class ServiceState(StrEnum):
    """From the offer to the shift. `applied` waits for the office."""

    APPLIED = "applied"
    ASSIGNED = "assigned"
    REFUSED = "refused"
    WITHDREW = "withdrew"

    @property
    def label(self) -> str:
        """The state as a msgid."""
        return {
            ServiceState.APPLIED: N_("待安排"),
            ServiceState.ASSIGNED: N_("已安排"),
            ServiceState.REFUSED: N_("没有安排"),
            ServiceState.WITHDREW: N_("不去了"),
        }[self]


ASKED = frozenset({ServiceState.APPLIED, ServiceState.ASSIGNED})
"""Who counts on the shift, or the shift on them."""
POSTS = (N_("检录签到"), N_("路口引导"), N_("补给"), N_("医疗协助"), N_("物资发放"), N_("摄影宣传"), N_("收尾清洁"))
"""Posts that are offered for typing; any other will do."""
