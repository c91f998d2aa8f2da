"""What was given up: sent once more by the office, wiped when it is of no use any more."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import update

from app.audit.services import Actor, record
from app.core.clock import now
from app.core.db import ACROSS, db
from app.core.errors import Conflict
from app.core.text import N_
from app.core.transactions import act
from app.notices.constants import TextState
from app.notices.models import NoticeText

GIVEN_UP = (NoticeText.state == TextState.DEAD.value, NoticeText.phone.is_not(None))


@act
def send_again(*, scope_id: uuid.UUID, key: str, actor: Actor, at: datetime | None = None) -> int:
    """Queue anew what was given up of one event and is still of use; returns how many texts.

    Asked twice or at once, each text goes once: the second finds nothing (Conflict `nothing_to_send`).
    """
    at = at or now()
    again = db.session.execute(
        update(NoticeText)
        .where(NoticeText.scope_id == scope_id, NoticeText.key == key, NoticeText.until > at, *GIVEN_UP)
        .values(state=TextState.WAITING.value, tries=0, next_at=at, done_at=None)
        .returning(NoticeText.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not again:
        raise Conflict("nothing_to_send", N_("没有可以重发的短信：都发出了，或已过了有用的时候。"))
    record(
        actor,
        "notices.sent_again",
        subject_kind="activity",
        subject_id=scope_id,
        scope_id=scope_id,
        texts=len(again),
        event=key,
    )
    return len(again)


@act
def wipe_given_up(*, at: datetime) -> int:
    """Wipe phone and words of what was given up and is of no use any more. Returns how many texts."""
    gone = db.session.execute(
        update(NoticeText)
        .where(NoticeText.until <= at, *GIVEN_UP)
        .values(phone=None, body=None)
        .returning(NoticeText.id)
        .execution_options(synchronize_session=False, **{ACROSS: "what is past its use goes everywhere"})
    ).all()
    return len(gone)
