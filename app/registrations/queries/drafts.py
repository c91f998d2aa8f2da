"""Reading a draft back."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select

from app.core.db import db
from app.registrations.models import Draft
from app.registrations.rules.drafts import DraftBody


def draft_of(account_id: uuid.UUID, activity_id: uuid.UUID, *, at: datetime) -> DraftBody | None:
    """What the account has typed for this activity; None past its time."""
    body = db.session.execute(
        select(Draft.body).where(
            Draft.account_id == account_id, Draft.activity_id == activity_id, Draft.expires_at > at
        )
    ).scalar_one_or_none()
    return DraftBody.from_json(body) if body is not None else None
