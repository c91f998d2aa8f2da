"""The 参加须知: versions that are only ever added, since consents point at them."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select

from app.activities.models import Terms
from app.activities.rules.drafts import check_terms, refuse_if
from app.activities.services import parts
from app.activities.services.opening import open_for_change, raise_version
from app.audit.services import Actor, record
from app.core.clock import now
from app.core.crypto import sha256
from app.core.db import db
from app.core.transactions import act


@act
def publish_terms(
    *, activity_id: uuid.UUID, version: int | None, text: str, actor: Actor, at: datetime | None = None
) -> int:
    """Add a version and return its number; the same text again keeps the newest."""
    activity = open_for_change(activity_id, version)
    text = text.replace("\r\n", "\n").strip()
    refuse_if(check_terms(text))
    newest = db.session.execute(
        select(Terms.version, Terms.sha256)
        .where(Terms.activity_id == activity_id)
        .order_by(Terms.version.desc())
        .limit(1)
    ).one_or_none()
    if newest is not None and newest.sha256 == sha256(text):
        return int(newest.version)
    terms = parts.add_terms(activity_id, text, version=newest.version + 1 if newest else 1, at=at or now())
    raise_version(activity, "terms")
    db.session.flush()
    record(
        actor,
        "terms.published",
        subject_kind="terms",
        subject_id=terms.id,
        scope_id=activity_id,
        version=terms.version,
        sha256=terms.sha256.hex(),
    )
    return terms.version
