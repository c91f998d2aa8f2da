"""Drafts: what a citizen has typed and not sent. Sealed, seven days, gone once it is sent."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from app.audit.services import Actor
from app.core.clock import now
from app.core.db import db
from app.core.transactions import act
from app.registrations.constants import Source
from app.registrations.models import Draft
from app.registrations.rules.admission import Entry
from app.registrations.rules.drafts import DraftBody
from app.registrations.services.register import Outcome, register_family

KEPT: Final = timedelta(days=7)


@act
def save_draft(*, account_id: uuid.UUID, activity_id: uuid.UUID, body: DraftBody, at: datetime | None = None) -> None:
    """Keep what may be kept of a draft, in the place of an earlier one. No audit row: nothing happened yet."""
    expires_at = (at or now()) + KEPT
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(Draft)
    db.session.execute(
        insert.on_conflict_do_update(
            index_elements=["account_id", "activity_id"],
            set_={"body": insert.excluded.body, "expires_at": insert.excluded.expires_at},
        ),
        [
            {
                "account_id": account_id,
                "activity_id": activity_id,
                "body": body.keepable().to_json(),
                "expires_at": expires_at,
            }
        ],
    )


@act
def drop_draft(*, account_id: uuid.UUID, activity_id: uuid.UUID) -> None:
    """Forget a draft; none is fine."""
    db.session.execute(delete(Draft).where(Draft.account_id == account_id, Draft.activity_id == activity_id))


@act
def send_draft(
    *,
    account_id: uuid.UUID,
    activity_id: uuid.UUID,
    entries: Sequence[Entry],
    actor: Actor,
    at: datetime | None = None,
) -> list[Outcome]:
    """Register everybody of a draft, or nobody (see `register_family`), and forget the draft in the same act."""
    outcomes = register_family(
        activity_id=activity_id,
        entries=entries,
        source=Source.WEB,
        actor=actor,
        account_id=account_id,
        at=at,
    )
    drop_draft(account_id=account_id, activity_id=activity_id)
    return outcomes


@act
def forget_old_drafts(*, at: datetime | None = None) -> int:
    """Delete drafts past their seven days; returns how many. Called by the nightly retention."""
    gone = db.session.execute(delete(Draft).where(Draft.expires_at <= (at or now())).returning(Draft.account_id)).all()
    return len(gone)
