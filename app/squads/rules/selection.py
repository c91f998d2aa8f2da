"""Being chosen: which step follows which, and what it asks for."""

from __future__ import annotations

from datetime import date

from app.core.errors import Conflict, DomainError
from app.core.text import N_
from app.people.rules.ages import age_on
from app.squads.constants import MemberState

OF_AGE = 18
STEPS: dict[MemberState, frozenset[MemberState]] = {
    MemberState.CANDIDATE: frozenset({MemberState.PROPOSED, MemberState.REFUSED, MemberState.WITHDREW}),
    MemberState.PROPOSED: frozenset(
        {MemberState.SELECTED, MemberState.RESERVE, MemberState.CANDIDATE, MemberState.REFUSED, MemberState.WITHDREW}
    ),
    MemberState.SELECTED: frozenset({MemberState.WITHDREW, MemberState.RESERVE}),
    MemberState.RESERVE: frozenset({MemberState.WITHDREW, MemberState.SELECTED}),
    MemberState.REFUSED: frozenset({MemberState.CANDIDATE}),
    MemberState.WITHDREW: frozenset({MemberState.CANDIDATE}),
}
APPROVALS = frozenset({MemberState.SELECTED, MemberState.RESERVE})
"""The word of a second person: whoever has proposed cannot give it."""
"""Also from one of them to the other: whoever is a reserve today may be in tomorrow."""
REASONED = frozenset({MemberState.PROPOSED, MemberState.REFUSED, MemberState.WITHDREW})


def needs_guardian(born: date | None, on: date) -> bool:
    """Whether a guardian has to agree: under 18, or nobody knows."""
    return born is None or age_on(born, on) < OF_AGE


def check_step(before: MemberState, after: MemberState, reason: str) -> None:
    """Refuse a step that does not follow, or one without the reason that it needs."""
    if after not in STEPS[before]:
        raise Conflict("member_step", N_("这一步要在别的步骤之后，请刷新看看。"))
    if after in REASONED and not reason.strip():
        raise DomainError("reason_missing", N_("请写原因。"), field="reason")
