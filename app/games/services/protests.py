"""Protests against a result: filed by a delegation or the office, upheld or rejected with the reason."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select

from app.audit.services import Actor, record
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, NotFound
from app.core.ids import uuid7
from app.core.text import N_
from app.core.transactions import act
from app.games.constants import SHOWN, EventStatus, ProtestOutcome
from app.games.models import Event, Protest
from app.games.queries.games import delegation_by_ref
from app.games.services.opening import delegation_not_found, open_event, refuse_text
from app.games.services.publishing import open_protests


@act
def file_protest(
    *,
    games_id: uuid.UUID,
    event_id: uuid.UUID,
    delegation_id: uuid.UUID | None,
    text: str,
    actor: Actor,
    at: datetime | None = None,
) -> uuid.UUID:
    """Store a protest; an official result is marked and counts until the decision. Returns its id.

    The same words of the same delegation, sent twice while undecided, are one protest.
    """
    event = open_event(games_id, event_id)
    if EventStatus(event.status) not in SHOWN | {EventStatus.LIVE}:
        raise Conflict("nothing_to_protest", N_("这个小项还没有成绩，不能申诉。"))
    if delegation_id is not None and delegation_by_ref(games_id, delegation_id) is None:
        raise delegation_not_found()
    why = refuse_text("text", text, 1_000)
    for held in _open(event):
        if (held.delegation_id, held.text) == (delegation_id, why):
            return held.id
    made = Protest(
        games_id=games_id,
        id=uuid7(),
        event_id=event_id,
        delegation_id=delegation_id,
        text=why,
        made_at=at or now(),
    )
    db.session.add(made)
    if event.status == EventStatus.OFFICIAL.value:
        event.status = EventStatus.PROTESTED.value
    event.version += 1
    record(
        actor,
        "games.protest_filed",
        subject_kind="protest",
        subject_id=made.id,
        scope_id=games_id,
        event=str(event_id),
        delegation=str(delegation_id) if delegation_id else None,
    )
    return made.id


@act
def decide_protest(
    *,
    games_id: uuid.UUID,
    event_id: uuid.UUID,
    protest_id: uuid.UUID,
    outcome: ProtestOutcome,
    decision: str,
    actor: Actor,
    at: datetime | None = None,
) -> None:
    """Decide. Rejected: the result stands, official again once none is open. Upheld: it is opened for correction
    and counts no more until it is published anew.
    """
    event = open_event(games_id, event_id)
    protest = db.session.get(Protest, (games_id, protest_id), populate_existing=True)
    if protest is None or protest.event_id != event_id:
        raise NotFound("protest_not_found", N_("没有找到这份申诉。"))
    if protest.decided_at is not None:
        if protest.outcome == outcome.value:
            return
        raise Conflict("decided_already", N_("这份申诉已经裁决。"))
    protest.decision = refuse_text("decision", decision, 1_000)
    protest.outcome, protest.decided_at = outcome.value, at or now()
    db.session.flush()
    if outcome is ProtestOutcome.UPHELD and EventStatus(event.status) in SHOWN:
        event.status = EventStatus.LIVE.value
    elif event.status == EventStatus.PROTESTED.value and not open_protests(games_id, event_id):
        event.status = EventStatus.OFFICIAL.value
    event.version += 1
    record(
        actor,
        "games.protest_decided",
        subject_kind="protest",
        subject_id=protest_id,
        scope_id=games_id,
        event=str(event_id),
        result=outcome.value,
        status=event.status,
    )


def _open(event: Event) -> list[Protest]:
    return list(
        db.session.execute(
            select(Protest).where(
                Protest.games_id == event.games_id, Protest.event_id == event.id, Protest.decided_at.is_(None)
            )
        ).scalars()
    )
