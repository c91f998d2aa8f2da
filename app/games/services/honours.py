"""Honours by nomination, approval and publication; whoever nominates does not decide."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select

from app.audit.services import Actor, record
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import uuid7
from app.core.text import N_
from app.core.transactions import act
from app.games.constants import HonourState
from app.games.models import Delegation, Honour
from app.games.rules.honours import may_step
from app.games.services.opening import delegation_not_found, open_games, refuse_text


@act
def nominate_honour(
    *,
    games_id: uuid.UUID,
    title: str,
    delegation_id: uuid.UUID | None,
    name: str = "",
    reason: str = "",
    actor: Actor,
    at: datetime | None = None,
) -> uuid.UUID:
    """Nominate a delegation, or by `name` a person or team (of a delegation or of none); returns the id.

    Raises DomainError `nobody_named`, Conflict `honour_there`: the same title for the same, unless it was refused.
    """
    open_games(games_id)
    kept = refuse_text("title", title, 80)
    who = refuse_text("name", name, 60, required=False)
    why = refuse_text("reason", reason, 500, required=False)
    if delegation_id is None and not who:
        raise DomainError("nobody_named", N_("请选代表团，或写出姓名。"), field="delegation_id")
    if delegation_id is not None and db.session.get(Delegation, (games_id, delegation_id)) is None:
        raise delegation_not_found()
    there = db.session.execute(
        select(Honour).where(
            Honour.games_id == games_id, Honour.title == kept, Honour.state != HonourState.REFUSED.value
        )
    ).scalars()
    if any(one.delegation_id == delegation_id and (one.name or "") == who for one in there):
        raise Conflict("honour_there", N_("已经提名过，不用再提。"), field="name" if who else "delegation_id")
    made = Honour(
        games_id=games_id,
        id=uuid7(),
        title=kept,
        delegation_id=delegation_id,
        name=who or None,
        reason=why,
        state=HonourState.NOMINATED.value,
        nominated_by=actor.id,
        nominated_at=at or now(),
    )
    db.session.add(made)
    db.session.flush()
    record(actor, "games.honour_nominated", subject_kind="honour", subject_id=made.id, scope_id=games_id, title=kept)
    return made.id


@act
def approve_honour(*, games_id: uuid.UUID, honour_id: uuid.UUID, actor: Actor, at: datetime | None = None) -> None:
    """Approve a nomination. Raises Conflict `own_nomination`, `honour_moved`."""
    _step(games_id, honour_id, HonourState.APPROVED, actor, at or now())


@act
def publish_honour(*, games_id: uuid.UUID, honour_id: uuid.UUID, actor: Actor, at: datetime | None = None) -> None:
    """Show an approved honour to the public. Raises Conflict `own_nomination`, `honour_moved`."""
    _step(games_id, honour_id, HonourState.PUBLISHED, actor, at or now())


@act
def refuse_honour(*, games_id: uuid.UUID, honour_id: uuid.UUID, actor: Actor, at: datetime | None = None) -> None:
    """Refuse a nomination, or take an honour back, published or not. Raises Conflict `honour_moved`."""
    _step(games_id, honour_id, HonourState.REFUSED, actor, at or now())


def _step(games_id: uuid.UUID, honour_id: uuid.UUID, to: HonourState, actor: Actor, at: datetime) -> None:
    honour = db.session.execute(
        select(Honour)
        .where(Honour.games_id == games_id, Honour.id == honour_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if honour is None:
        raise NotFound("honour_not_found", N_("没有找到这条提名。"))
    if honour.state == to.value:
        return  # sent twice
    if not may_step(honour.state, to):
        raise Conflict("honour_moved", N_("别人已经处理过，请看现在的状态。"))
    if to is not HonourState.REFUSED and honour.nominated_by is not None and honour.nominated_by == actor.id:
        raise Conflict("own_nomination", N_("提名的人不能自己批准，请换一位。"))
    was, honour.state = honour.state, to.value
    honour.published_at = at if to is HonourState.PUBLISHED else None
    if to is not HonourState.PUBLISHED:
        honour.decided_by, honour.decided_at = actor.id, at
    record(
        actor,
        f"games.honour_{to.value}",
        subject_kind="honour",
        subject_id=honour_id,
        scope_id=games_id,
        was=was,
    )
