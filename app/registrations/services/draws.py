"""The drawing of lots for the places of one category, after registration has closed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from app.activities.constants import LIVE_STATUSES, Allocation
from app.activities.models import Activity, Category
from app.activities.services import places
from app.audit.services import Actor, record
from app.core.clock import now
from app.core.db import db, table
from app.core.errors import Conflict, NotFound
from app.core.ids import uuid7
from app.core.outbox import send
from app.core.text import N_
from app.core.transactions import act
from app.notices.constants import NoticeKind
from app.registrations.constants import RegistrationState
from app.registrations.models import Draw, Registration, RegistrationEvent
from app.registrations.rules.draw import VERSION, commitment, draw, split
from app.registrations.services.tallies import count_states
from app.registrations.services.telling import announce

State = RegistrationState
_r = table(Registration).c
_POT = (
    select(_r.id, _r.person_id, _r.organisation_id, _r.town_id, _r.age, _r.sex, _r.bib)
    .where(
        _r.activity_id == bindparam("a"),
        _r.category_id == bindparam("c"),
        _r.state == State.IN_DRAW.value,
    )
    .order_by(_r.id)
    .with_for_update()
)
_MOVE = (
    update(table(Registration))
    .where(_r.activity_id == bindparam("a"), _r.id == bindparam("r"))
    .values(
        state=bindparam("to_state"),
        bib=bindparam("to_bib"),
        queue_no=bindparam("to_queue_no"),
        confirmed_at=bindparam("to_confirmed_at"),
    )
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """How many of the pot got a place, wait in the drawn order, or were left out."""

    confirmed: int
    waitlisted: int
    not_drawn: int


@act
def hold_draw(
    *,
    activity_id: uuid.UUID,
    category_id: uuid.UUID,
    seed: str,
    witnesses: str,
    actor: Actor,
    at: datetime | None = None,
) -> Drawn:
    """Draw lots among all who wait for it in a category, once, and give out what is free of its places.

    What goes in is the ids in their order, so that nobody can arrange it. The next in the drawn
    order wait if the activity keeps a list (until the gate opens), else they are left out. Raises
    NotFound, Conflict `no_draw`, `registration_open`, `already_drawn`, `draw_empty`, and
    DomainError `seed_missing`.
    """
    at = at or now()
    may_queue, winner = _check(activity_id, category_id, at)
    rows = db.session.execute(_POT, {"a": activity_id, "c": category_id}).all()
    if not rows:
        raise Conflict("draw_empty", N_("这个组别没有人等待抽签。"))
    seed = seed.strip()
    entries = [str(row.id) for row in rows]
    result = draw(entries, seed)
    got = places.allot(activity_id, category_id, len(result), may_queue=may_queue)
    parts = split(result, got.granted, got.queued)
    _settle(activity_id, category_id, rows, parts, winner=winner, first_no=got.first_no, actor=actor, at=at)
    digest = commitment(entries)
    held = Draw(
        activity_id=activity_id,
        id=uuid7(),
        category_id=category_id,
        version=VERSION,
        commitment=digest,
        seed=seed,
        entries=entries,
        result=result,
        witnesses=witnesses.strip(),
        drawn_at=at,
    )
    db.session.add(held)
    db.session.flush()
    drawn = Drawn(*(len(part) for part in parts))
    record(
        actor,
        "registration.drawn",
        subject_kind="draw",
        subject_id=held.id,
        scope_id=activity_id,
        category=str(category_id),
        commitment=digest.hex(),
        confirmed=drawn.confirmed,
        waitlisted=drawn.waitlisted,
        not_drawn=drawn.not_drawn,
    )
    send(activity_id, "registration_changed", persons=[str(row.person_id) for row in rows])
    announce(activity_id, NoticeKind.DRAWN, [row.id for row in rows])
    return drawn


def _check(activity_id: uuid.UUID, category_id: uuid.UUID, at: datetime) -> tuple[bool, State]:
    """Whether those without a place may wait, and what a winner is: confirmed, or submitted where the office
    reviews. Raises when nothing can be drawn. Locks the category.
    """
    category = db.session.execute(
        select(Category.id).where(Category.activity_id == activity_id, Category.id == category_id).with_for_update()
    ).scalar_one_or_none()
    if category is None:
        raise NotFound("category_not_found", N_("没有找到这个组别。"))
    activity = db.session.execute(
        select(
            Activity.allocation,
            Activity.status,
            Activity.registration_closes_at,
            Activity.gate_opens_at,
            Activity.waiting_list,
            Activity.needs_review,
        ).where(Activity.id == activity_id)
    ).one()
    if activity.allocation != Allocation.DRAW or activity.status not in LIVE_STATUSES:
        raise Conflict("no_draw", N_("这次活动不抽签。"))
    if at < activity.registration_closes_at:
        raise Conflict("registration_open", N_("报名截止后才能抽签。"))
    held = db.session.execute(
        select(Draw.id).where(Draw.activity_id == activity_id, Draw.category_id == category_id)
    ).scalar_one_or_none()
    if held is not None:
        raise Conflict("already_drawn", N_("这个组别已经抽过签了。"))
    may_queue = bool(activity.waiting_list and at < activity.gate_opens_at)
    return may_queue, State.SUBMITTED if activity.needs_review else State.CONFIRMED


def _settle(
    activity_id: uuid.UUID,
    category_id: uuid.UUID,
    rows: Sequence[Any],
    parts: tuple[list[str], list[str], list[str]],
    *,
    winner: State,
    first_no: int,
    actor: Actor,
    at: datetime,
) -> None:
    """Write what the lots decided: states, bibs, the queue, events, counts."""
    known = {str(row.id): row for row in rows}
    won, waiting, out = ([known[entry] for entry in part] for part in parts)
    bibs = _bibs(activity_id, category_id, won if winner is State.CONFIRMED else [])
    moves = [
        *((row, winner, bibs.get(row.id, row.bib), None) for row in won),
        *((row, State.WAITLISTED, row.bib, first_no + place) for place, row in enumerate(waiting)),
        *((row, State.NOT_DRAWN, row.bib, None) for row in out),
    ]
    db.session.execute(
        _MOVE,
        [
            {
                "a": activity_id,
                "r": row.id,
                "to_state": state.value,
                "to_bib": bib,
                "to_queue_no": queue_no,
                "to_confirmed_at": at if state is State.CONFIRMED else None,
            }
            for row, state, bib, queue_no in moves
        ],
    )
    db.session.execute(
        insert(table(RegistrationEvent)),
        [
            {
                "activity_id": activity_id,
                "id": uuid7(),
                "registration_id": row.id,
                "state": state.value,
                "at": at,
                "actor_kind": actor.kind,
                "actor_id": actor.id,
            }
            for row, state, _bib, _queue_no in moves
        ],
    )
    count_states(
        activity_id,
        [(state, False, category_id, (row.town_id, row.age, row.sex)) for row, state, _bib, _queue_no in moves],
        sign=1,
    )


def _bibs(activity_id: uuid.UUID, category_id: uuid.UUID, won: Sequence[Any]) -> dict[uuid.UUID, str]:
    """A number for each, in the drawn order; one that was given before is kept."""
    fresh = [row for row in won if not row.bib]
    numbers = places.next_bibs(activity_id, category_id, [row.organisation_id for row in fresh])
    return {row.id: row.bib for row in won if row.bib} | {row.id: bib for row, bib in zip(fresh, numbers, strict=True)}
