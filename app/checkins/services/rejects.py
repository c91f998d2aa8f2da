"""Items that are no scan at all: nothing that was sent is dropped."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.checkins.models import Reject
from app.checkins.rules.reading import Unreadable
from app.core.db import db
from app.core.ids import uuid7


def keep_rejects(activity_id: uuid.UUID, device_id: uuid.UUID, rejects: Sequence[Unreadable], *, at: datetime) -> None:
    """Keep each content once, sealed. Joins the open act."""
    if not rejects:
        return
    known = set(
        db.session.execute(
            select(Reject.sha256).where(
                Reject.activity_id == activity_id, Reject.sha256.in_([reject.digest for reject in rejects])
            )
        ).scalars()
    )
    for reject in rejects:
        if reject.digest not in known:
            known.add(reject.digest)
            db.session.add(
                Reject(
                    activity_id=activity_id,
                    id=uuid7(),
                    device_id=device_id,
                    sha256=reject.digest,
                    body=reject.body,
                    reason=reject.reason,
                    received_at=at,
                )
            )
