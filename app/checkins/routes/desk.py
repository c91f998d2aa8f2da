"""What the office's pages of this room share."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import Blueprint, flash

from app.activities.queries.plans import CheckinPlan, checkin_plan
from app.activities.queries.refs import activity_id_of
from app.core.errors import DomainError
from app.web.errors import note_refusal
from app.web.texts import say

blueprint = Blueprint("checkins_office", __name__, url_prefix="/office/activities", template_folder="../templates")
BESIDE_INPUT = frozenset({409, 413, 422})


def plan_of(activity_ref: str) -> CheckinPlan:
    """The plan of the activity that an id or a code names; 404 otherwise."""
    return checkin_plan(activity_id_of(activity_ref))


def tried(act: Callable[[], object], told: str) -> bool:
    """Do an act and say what came of it on the next page; a refusal is kept in the trail."""
    try:
        act()
    except DomainError as error:
        if error.status not in BESIDE_INPUT:
            raise
        note_refusal(error)
        flash(say(error), "error")
        return False
    flash(say(told), "ok")
    return True


def point_name(plan: CheckinPlan, checkpoint_id: uuid.UUID | None) -> str:
    """A checkpoint's name, or a dash."""
    point = plan.checkpoints.get(checkpoint_id) if checkpoint_id else None
    return point.name if point else "—"
