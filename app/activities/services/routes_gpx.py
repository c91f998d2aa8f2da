"""The route of a station, from a GPX file."""

from __future__ import annotations

import uuid
from typing import Any

from app.activities.services.opening import open_for_change, raise_version
from app.audit.services import Actor, record
from app.core.crypto import sha256
from app.core.transactions import act


@act
def set_route(*, activity_id: uuid.UUID, version: int | None, gpx: bytes, route: dict[str, Any], actor: Actor) -> None:
    """Keep the file and the line that `rules.route.route_of` has read from it.

    Reading is the caller's, before the act: it may take a second, and writers
    do not wait for that.
    """
    activity = open_for_change(activity_id, version)
    activity.gpx, activity.route = gpx, route
    raise_version(activity, "route")
    record(
        actor,
        "route.set",
        subject_kind="activity",
        subject_id=activity_id,
        scope_id=activity_id,
        sha256=sha256(gpx).hex(),
        km=str(route["km"]),
    )


@act
def clear_route(*, activity_id: uuid.UUID, version: int | None, actor: Actor) -> None:
    """Take the route away; without one nothing happens."""
    activity = open_for_change(activity_id, version)
    if activity.route is None and activity.gpx is None:
        return
    activity.gpx = activity.route = None
    raise_version(activity, "route")
    record(actor, "route.cleared", subject_kind="activity", subject_id=activity_id, scope_id=activity_id)
