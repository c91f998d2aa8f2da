"""How registrations show in the counts of their activity."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from app.activities.constants import Metric
from app.activities.services.tally import Key, add
from app.core.ids import NIL
from app.people.rules.ages import age_band
from app.registrations.constants import RegistrationState

Cut = tuple[uuid.UUID | None, int | None, str | None]
"""镇街, age on the day, sex."""


def metric_of(state: RegistrationState, *, walk_in: bool) -> Metric | None:
    """What a registration counts as, if anything."""
    if state is RegistrationState.CONFIRMED:
        return Metric.WALK_IN if walk_in else Metric.REGISTERED
    return Metric.WAITLISTED if state is RegistrationState.WAITLISTED else None


def key_of(metric: Metric, category_id: uuid.UUID, cut: Cut, *, quarter: int = 0) -> Key:
    """The tally key of one person's cut."""
    town_id, age, sex = cut
    return Key(
        metric=metric,
        category_id=category_id,
        quarter=quarter,
        town_id=town_id or NIL,
        age_band=age_band(age) if age is not None else "",
        sex=sex or "",
    )


def count_states(
    activity_id: uuid.UUID,
    changes: Iterable[tuple[RegistrationState, bool, uuid.UUID, Cut]],
    *,
    sign: int,
) -> None:
    """Add (`sign` 1) or take away (−1) registrations: (state, walk-in, category, cut) each."""
    add(
        activity_id,
        [
            (key_of(metric, category_id, cut), sign)
            for state, walk_in, category_id, cut in changes
            if (metric := metric_of(state, walk_in=walk_in)) is not None
        ],
    )
