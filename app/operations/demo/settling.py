"""What follows an act in real life by a worker: done at once, so that the demo is whole when it is loaded."""

from __future__ import annotations

import uuid

from app.activities.services.tally import roll_up
from app.core import outbox


def settle(activity_id: uuid.UUID) -> None:
    """Deliver what waits for an activity and count it."""
    while outbox.drain(scope_id=activity_id, limit=500):
        pass
    while roll_up(activity_id=activity_id):
        pass
