"""Honours that no result gives: their usual titles, and who may take which step."""

from __future__ import annotations

from typing import Final

from app.core.text import N_
from app.games.constants import HonourState

USUAL: Final = (N_("体育道德风尚奖"), N_("优秀组织奖"), N_("优秀奖"), N_("突出贡献奖"))
"""Titles of 综合运动会; an edition may give others."""

STEPS: Final = {
    HonourState.APPROVED: frozenset({HonourState.NOMINATED}),
    HonourState.PUBLISHED: frozenset({HonourState.APPROVED}),
    HonourState.REFUSED: frozenset({HonourState.NOMINATED, HonourState.APPROVED, HonourState.PUBLISHED}),
}
"""From which states an honour comes into another one. What is refused stays on record."""


def may_step(now: str, to: HonourState) -> bool:
    """Whether an honour in the state `now` can become `to`."""
    return HonourState(now) in STEPS.get(to, frozenset())
