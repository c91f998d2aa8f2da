"""From an application to a village, and what a report becomes: which step follows which."""

from __future__ import annotations

import secrets
from datetime import date

from app.core.errors import Conflict, DomainError
from app.core.text import N_
from app.facilities.constants import GrantState, ReportState

STEPS: dict[GrantState, tuple[GrantState, ...]] = {
    GrantState.APPLIED: (GrantState.APPROVED, GrantState.REFUSED),
    GrantState.APPROVED: (GrantState.ARRIVED, GrantState.APPLIED),
    GrantState.REFUSED: (GrantState.APPLIED,),
    GrantState.ARRIVED: (),
}
"""From each state, the usual one first. What has arrived has codes on it and goes back no more."""
REPORT_STEPS: dict[ReportState, tuple[ReportState, ...]] = {
    ReportState.OPEN: (ReportState.REPAIRING, ReportState.DONE),
    ReportState.REPAIRING: (ReportState.DONE, ReportState.OPEN),
    ReportState.DONE: (ReportState.OPEN,),
}
SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Signs of a set's code: none that a tired eye takes for another."""
CODE_LENGTH = 8
MOST_SETS = 500


def new_code() -> str:
    """A code that nobody guesses: 31^8 of them, and a page shows nothing of a person."""
    return "".join(secrets.choice(SIGNS) for _ in range(CODE_LENGTH))


def check_step(before: GrantState, after: GrantState, *, on: date, since: date) -> None:
    """Refuse a step that does not follow, or a day before the one that it follows from."""
    if after not in STEPS[before]:
        raise Conflict("grant_step", N_("这一步要在别的步骤之后，请刷新看看。"))
    if on < since:
        raise DomainError("day_before", N_("日期不能早于上一步。"), field="on")


def check_sets(sets: int) -> None:
    """Refuse an application for nothing, or for more than anybody distributes."""
    if not 1 <= sets <= MOST_SETS:
        raise DomainError("sets_wrong", N_("应为 1 到 %(most)s 套。"), most=MOST_SETS, field="sets")
