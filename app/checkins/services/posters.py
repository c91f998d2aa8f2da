"""Self check-in by the poster at a checkpoint: one tap for each of the family who is registered."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select

from app.activities.constants import LIVE_STATUSES
from app.activities.queries.plans import CheckinPlan, checkin_plan
from app.audit.services import Actor
from app.checkins.constants import DeviceKind
from app.checkins.models import Scan
from app.checkins.rules.answers import ScanResult
from app.checkins.services.devices import own_device
from app.checkins.services.record import record_scans
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict
from app.core.text import N_
from app.core.transactions import act
from app.registrations.queries.mine import MyRegistration
from app.registrations.services.storing import not_found


def takes_posters(plan: CheckinPlan, *, seen: bool = False) -> bool:
    """Whether people may check themselves in: by paper where the activity allows it, by the changing code
    on a screen (`seen`) wherever somebody of the office has put one up.
    """
    return (plan.poster_enabled or seen) and plan.status in LIVE_STATUSES


def poster_hours(plan: CheckinPlan, category_id: uuid.UUID, checkpoint_id: uuid.UUID) -> tuple[datetime, datetime]:
    """(opens, closes) for somebody of this category; where the way says nothing, the activity's own hours.

    Nothing is added to them, unlike for a volunteer's scan: who stands at the paper is not seen by anyone.
    """
    opens, cutoff = plan.hours.get((category_id, checkpoint_id), (None, None))
    return opens or plan.gate_opens_at, cutoff or plan.ends_at


def poster_scan_id(activity_id: uuid.UUID, checkpoint_id: uuid.UUID, registration_id: uuid.UUID) -> uuid.UUID:
    """The one scan that a registration can make at a checkpoint's poster."""
    return uuid.uuid5(activity_id, f"poster:{checkpoint_id}:{registration_id}")


@act
def check_in_by_poster(
    *,
    registration: MyRegistration,
    checkpoint_id: uuid.UUID,
    actor: Actor,
    seen: bool = False,
    at: datetime | None = None,
) -> ScanResult:
    """Check one of the caller's own registrations in; a second time gives the first scan's answer.

    Raises NotFound for somebody unproven, Conflict `poster_closed` and `poster_hours`.
    """
    at = at or now()
    if not registration.proven:
        raise not_found()
    activity_id = registration.activity_id
    plan = checkin_plan(activity_id)
    if not takes_posters(plan, seen=seen):
        raise Conflict("poster_closed", N_("这里没有开放自助签到。"))
    opens, closes = poster_hours(plan, registration.category_id, checkpoint_id)
    if not opens <= at <= closes:
        raise Conflict("poster_hours", N_("现在不在签到时间。"))
    scan_id = poster_scan_id(activity_id, checkpoint_id, registration.id)
    held = db.session.execute(
        select(Scan.scanned_at).where(Scan.activity_id == activity_id, Scan.id == scan_id)
    ).scalar_one_or_none()
    # the first tap's time again, so that the second is the same item and no conflict
    item = {
        "id": str(scan_id),
        "registration": str(registration.id),
        "checkpoint": str(checkpoint_id),
        "scanned_at": (held or at).isoformat(),
    }
    device = own_device(activity_id=activity_id, kind=DeviceKind.POSTER, actor=actor)
    return record_scans(device=device, items=[item], at=at)[0]
