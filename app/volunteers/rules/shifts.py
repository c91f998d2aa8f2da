"""A shift as it is typed, the steps of a service, and its minutes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.errors import Conflict, DomainError
from app.core.text import N_
from app.volunteers.constants import ServiceState

OF_AGE = 18
LEAST_AGE = 14
"""《志愿服务条例》: minors serve with a guardian's consent; under 14 nobody stands alone at a post [P]."""
MOST_NEEDED, LONGEST = 500, timedelta(hours=24)
AROUND = timedelta(minutes=30)
"""Signing in that long before the shift and out that long after it counts; more is corrected by the office [P]."""
EARLY = timedelta(hours=2)
"""From when one can sign in, and until when after the end."""
STEPS: dict[ServiceState, frozenset[ServiceState]] = {
    ServiceState.APPLIED: frozenset({ServiceState.ASSIGNED, ServiceState.REFUSED, ServiceState.WITHDREW}),
    ServiceState.ASSIGNED: frozenset({ServiceState.APPLIED, ServiceState.REFUSED, ServiceState.WITHDREW}),
    ServiceState.REFUSED: frozenset({ServiceState.APPLIED, ServiceState.ASSIGNED}),
    ServiceState.WITHDREW: frozenset({ServiceState.APPLIED}),
}


@dataclass(frozen=True, slots=True)
class ShiftDraft:
    """A shift as it is typed in."""

    post: str
    starts_at: datetime
    ends_at: datetime
    needed: int
    place: str = ""
    note: str = ""
    min_age: int = OF_AGE


def check_shift(draft: ShiftDraft) -> None:
    """Refuse what is no shift: DomainError with the input's name."""
    for field, text, most, needed in (
        ("post", draft.post, 40, True),
        ("place", draft.place, 80, False),
        ("note", draft.note, 200, False),
    ):
        if (needed and not text.strip()) or len(text) > most:
            raise DomainError("text_wrong", N_("请填写，最多 %(most)s 个字。"), field=field, most=most)
    if draft.ends_at <= draft.starts_at:
        raise DomainError("ends_before_start", N_("结束应晚于开始。"), field="ends_at")
    if draft.ends_at - draft.starts_at > LONGEST:
        raise DomainError("shift_long", N_("一个班次最长 24 小时，长的分成几个。"), field="ends_at")
    if not 1 <= draft.needed <= MOST_NEEDED:
        raise DomainError("needed_wrong", N_("人数请填 1 到 500。"), field="needed")
    if not LEAST_AGE <= draft.min_age <= 70:
        raise DomainError("age_wrong", N_("年龄请填 14 到 70。"), field="min_age")


def check_step(before: ServiceState, after: ServiceState, reason: str) -> None:
    """Refuse a step that does not follow, and a refusal without a reason."""
    if after not in STEPS[before]:
        raise Conflict("service_step", N_("这一步要在别的步骤之后，请刷新看看。"))
    if after is ServiceState.REFUSED and not reason.strip():
        raise DomainError("reason_missing", N_("请写原因。"), field="reason")


@dataclass(frozen=True, slots=True)
class Turn:
    """A shift that somebody is on, and how far they are with it."""

    starts_at: datetime
    ends_at: datetime
    in_at: datetime | None
    out_at: datetime | None


def which_turn(turns: Sequence[Turn], at: datetime) -> int | None:
    """Which of somebody's shifts (by their start) a code that is shown now is meant for; None: none is near.

    Who is signed in and not out goes out. Otherwise the first that is not done, rather one that still runs than one
    that is over; with nothing left to sign, the last one, so that the answer says it is done.
    """
    near = [n for n, one in enumerate(turns) if one.starts_at - EARLY <= at <= one.ends_at + EARLY]
    inside = [n for n in near if turns[n].in_at is not None and turns[n].out_at is None]
    waiting = [n for n in near if turns[n].in_at is None]
    running = [n for n in waiting if at < turns[n].ends_at]
    return next(iter([*inside, *running, *waiting, *reversed(near)]), None)


def overlap(starts_at: datetime, ends_at: datetime, others: Iterable[tuple[datetime, datetime]]) -> bool:
    """Whether a time meets one of others; one that begins when another ends does not."""
    return any(start < ends_at and starts_at < end for start, end in others)


def minutes_served(in_at: datetime, out_at: datetime, starts_at: datetime, ends_at: datetime) -> int:
    """Whole minutes between signing in and out, as far as they lie around the shift."""
    first, last = max(in_at, starts_at - AROUND), min(out_at, ends_at + AROUND)
    return max(0, int((last - first).total_seconds() // 60))
