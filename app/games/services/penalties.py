"""Points taken from a delegation by decision, and given back by another one. Neither goes away."""

from __future__ import annotations

import uuid
from datetime import datetime

from app.audit.services import Actor, record
from app.core.clock import now
from app.core.db import db
from app.core.errors import NotFound
from app.core.text import N_
from app.core.transactions import act
from app.games.models import Penalty
from app.games.rules.programme import fraction_of
from app.games.services.opening import open_delegation, open_games, refuse_text


@act
def add_penalty(
    *,
    games_id: uuid.UUID,
    penalty_id: uuid.UUID,
    delegation_id: uuid.UUID,
    points: str,
    reason: str,
    actor: Actor,
    at: datetime | None = None,
) -> None:
    """Take points from a delegation's team score. The same `penalty_id` once more changes nothing."""
    open_games(games_id)
    delegation = open_delegation(games_id, delegation_id)
    exact = fraction_of(points, "points")
    why = refuse_text("reason", reason, 500)
    if db.session.get(Penalty, (games_id, penalty_id)) is not None:
        return
    db.session.add(
        Penalty(
            games_id=games_id,
            id=penalty_id,
            delegation_id=delegation.id,
            points=str(exact),
            reason=why,
            made_at=at or now(),
            made_by=actor.id,
        )
    )
    db.session.flush()
    record(
        actor,
        "games.penalty",
        subject_kind="delegation",
        subject_id=delegation_id,
        scope_id=games_id,
        points=str(exact),
    )


@act
def lift_penalty(*, games_id: uuid.UUID, penalty_id: uuid.UUID, actor: Actor, at: datetime | None = None) -> None:
    """Withdraw a penalty: it stays on record and counts no more. One that is lifted stays as it is."""
    open_games(games_id)
    found = db.session.get(Penalty, (games_id, penalty_id))
    if found is None:
        raise NotFound("penalty_not_found", N_("没有找到这项扣分。"))
    if found.lifted_at is not None:
        return
    found.lifted_at = at or now()
    record(actor, "games.penalty_lifted", subject_kind="delegation", subject_id=found.delegation_id, scope_id=games_id)
