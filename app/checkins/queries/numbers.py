"""The counts of an activity as programs and the volunteer's page read them."""

from __future__ import annotations

import time
import uuid
from typing import Any

from app.activities.constants import Metric
from app.activities.queries.plans import checkin_plan
from app.activities.queries.tally import counts
from app.core.clock import now

KEPT_SECONDS = 2.0
_recent: dict[tuple[uuid.UUID, uuid.UUID | None], tuple[float, dict[str, int]]] = {}


def tally_of(activity_id: uuid.UUID) -> dict[str, Any]:
    """Registered, attendances 人次, people 人, finished, and each checkpoint's people and scans.

    `registered`: confirmed, and cancelled whose check-in stands; walk-ins apart.
    One person is at one activity at most once, so attendances equal people here;
    they differ in a series.
    """
    plan, numbers = checkin_plan(activity_id), counts(activity_id)
    attendances = numbers.total(Metric.ATTENDANCE)
    return {
        "activity": plan.code,
        "registered": numbers.total(Metric.REGISTERED),
        "waitlisted": numbers.total(Metric.WAITLISTED),
        "walk_ins": numbers.total(Metric.WALK_IN),
        "attendances": attendances,
        "people": attendances,
        "finished": numbers.total(Metric.FINISHED),
        "checkpoints": [
            {
                "code": point.code,
                "name": point.name,
                "kind": point.kind.value,
                "people": numbers.at_checkpoint(point.id),
                "scans": numbers.at_checkpoint(point.id, Metric.SCAN),
            }
            for point in sorted(plan.checkpoints.values(), key=lambda one: one.position)
        ],
        "as_of": now().isoformat(),
    }


def device_counts(activity_id: uuid.UUID, checkpoint_id: uuid.UUID | None, chosen: str | None) -> dict[str, int]:
    """The running count on a volunteer's page, at most two seconds old."""
    plan = checkin_plan(activity_id)
    where = plan.by_code.get(chosen or "") or checkpoint_id
    kept = _recent.get((activity_id, where))
    if kept is not None and time.monotonic() < kept[0]:
        return kept[1]
    numbers = counts(activity_id)
    found = {
        "checkpoint": numbers.at_checkpoint(where) if where else 0,
        "people": numbers.total(Metric.ATTENDANCE),
        "registered": numbers.total(Metric.REGISTERED) + numbers.total(Metric.WALK_IN),
    }
    if len(_recent) > 1000:
        _recent.clear()
    _recent[activity_id, where] = (time.monotonic() + KEPT_SECONDS, found)
    return found
