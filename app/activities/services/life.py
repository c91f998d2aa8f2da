"""An activity's way from draft to archive. Where it can go from where stands in `rules.states`."""

from __future__ import annotations

import uuid
from datetime import datetime

from app.activities.constants import ActivityStatus
from app.activities.models import Activity
from app.activities.rules.drafts import refuse_if
from app.activities.rules.states import check_transition
from app.activities.services.opening import (
    missing_of,
    open_activity,
    people_in,
    raise_version,
    refuse_if_unfit,
)
from app.audit.services import Actor, record
from app.core.clock import now
from app.core.transactions import act


@act
def publish(*, activity_id: uuid.UUID, version: int | None, actor: Actor, at: datetime | None = None) -> None:
    """Show a draft to citizens, go on after a pause, or open again what was finished by mistake.

    A draft must be complete and not over; else the first thing missing is the refusal.
    """
    at = at or now()
    activity = open_activity(activity_id, version)
    if activity.status == ActivityStatus.DRAFT:
        refuse_if(missing_of(activity, at))
    _move(activity, ActivityStatus.PUBLISHED, actor, at)
    refuse_if_unfit(activity)


@act
def withdraw(*, activity_id: uuid.UUID, version: int | None, actor: Actor, at: datetime | None = None) -> None:
    """Take a published activity back as a draft, while nobody has signed up."""
    _move(open_activity(activity_id, version), ActivityStatus.DRAFT, actor, at or now())


@act
def pause(*, activity_id: uuid.UUID, version: int | None, actor: Actor, at: datetime | None = None) -> None:
    """Take no more registrations for now; everything else goes on."""
    _move(open_activity(activity_id, version), ActivityStatus.PAUSED, actor, at or now())


@act
def finish(*, activity_id: uuid.UUID, version: int | None, actor: Actor, at: datetime | None = None) -> None:
    """Close an activity that has taken place."""
    _move(open_activity(activity_id, version), ActivityStatus.FINISHED, actor, at or now())


@act
def archive(*, activity_id: uuid.UUID, version: int | None, actor: Actor, at: datetime | None = None) -> None:
    """Put an activity away: citizens see it no more, nothing about it is changed any more."""
    _move(open_activity(activity_id, version), ActivityStatus.ARCHIVED, actor, at or now())


@act
def cancel(*, activity_id: uuid.UUID, version: int | None, actor: Actor, at: datetime | None = None) -> None:
    """Call an activity off. Higher rooms hear of it and tell those who have signed up."""
    _move(open_activity(activity_id, version), ActivityStatus.CANCELLED, actor, at or now())


def _move(activity: Activity, to: ActivityStatus, actor: Actor, at: datetime) -> None:
    was = ActivityStatus(activity.status)
    registered = people_in(activity.id) if to is ActivityStatus.DRAFT else 0
    check_transition(was, to, starts_at=activity.starts_at, now=at, registered=registered)
    activity.status = to.value
    raise_version(activity, "status", was=was)
    record(
        actor,
        f"activity.{to.value}",
        subject_kind="activity",
        subject_id=activity.id,
        scope_id=activity.id,
        was=was.value,
    )
