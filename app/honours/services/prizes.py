"""A fair draw among those who came: sealed and published, then drawn by a seed that nobody knew, then collected."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.audit.services import Actor, record
from app.checkins.models import Attendance
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import uuid7
from app.core.text import N_
from app.core.transactions import act
from app.honours.models import Prize, PrizeDraw
from app.honours.rules.lots import check_draw, in_order, ticket_of
from app.registrations.models import Registration
from app.registrations.rules.draw import VERSION, commitment, draw


@act
def seal_pot(
    *, activity_id: uuid.UUID, name: str, prizes: int, seed_from: str, actor: Actor, at: datetime | None = None
) -> uuid.UUID:
    """Put everybody who has come so far into the pot and publish its digest; returns the draw's id.

    Whoever comes later is not in it. Raises DomainError of `check_draw`.
    """
    at = at or now()
    tickets = in_order(_lots(activity_id))
    check_draw(name, prizes, seed_from, len(tickets))
    digest = commitment(tickets)
    found = PrizeDraw(
        id=uuid7(),
        held_at_activity=activity_id,
        name=name.strip(),
        prizes=prizes,
        seed_from=seed_from.strip(),
        version=VERSION,
        commitment=digest,
        tickets=tickets,
        sealed_at=at,
        seed=None,
        drawn_at=None,
    )
    db.session.add(found)
    db.session.flush()
    record(
        actor,
        "honours.pot_sealed",
        subject_kind="prize_draw",
        subject_id=found.id,
        scope_id=activity_id,
        lots=len(tickets),
        commitment=digest.hex(),
    )
    return found.id


@act
def draw_prizes(
    *, activity_id: uuid.UUID, draw_id: uuid.UUID, seed: str, actor: Actor, at: datetime | None = None
) -> list[str]:
    """Draw with the seed, once; returns the lots that win, in their order.

    A lot wins though its attendance was corrected since: what was sealed and published stands. Raises NotFound,
    Conflict `already_drawn`, `lot_unknown` (a bib that nobody wears any more), DomainError `seed_missing`, `seed_long`.
    """
    at = at or now()
    found = _open(activity_id, draw_id)
    if found.drawn_at is not None:
        raise Conflict("already_drawn", N_("已经抽过奖了。"))
    words = seed.strip()
    if len(words) > 200:
        raise DomainError("seed_long", N_("种子最多 200 个字。"), field="seed")
    winners = draw([str(one) for one in found.tickets], words)[: found.prizes]
    who = _holders(activity_id)
    lost = next((one for one in winners if one not in who), None)
    if lost is not None:
        raise Conflict("lot_unknown", N_("%(lot)s 号已找不到是谁的，请先在报名里查清，再开奖。"), lot=lost)
    found.seed, found.drawn_at = words, at
    for place, ticket in enumerate(winners, start=1):
        db.session.add(Prize(draw_id=draw_id, place=place, person_id=who[ticket], ticket=ticket))
    db.session.flush()
    record(
        actor,
        "honours.prizes_drawn",
        subject_kind="prize_draw",
        subject_id=draw_id,
        scope_id=activity_id,
        winners=len(winners),
    )
    return winners


@act
def collect(
    *, activity_id: uuid.UUID, draw_id: uuid.UUID, place: int, actor: Actor, at: datetime | None = None
) -> None:
    """Note that a prize was handed over. Raises NotFound, Conflict `collected_already` with the day."""
    _open(activity_id, draw_id)
    found = db.session.get(Prize, (draw_id, place), populate_existing=True)
    if found is None:
        raise NotFound("prize_not_found", N_("没有找到这份奖品。"))
    if found.collected_at is not None:
        raise Conflict("collected_already", N_("%(when)s 已经领过。"), when=found.collected_at)
    found.collected_at, found.collected_by = at or now(), actor.id
    record(actor, "honours.collected", subject_kind="prize_draw", subject_id=draw_id, scope_id=activity_id, place=place)


def _open(activity_id: uuid.UUID, draw_id: uuid.UUID) -> PrizeDraw:
    found = db.session.execute(
        select(PrizeDraw)
        .where(PrizeDraw.id == draw_id, PrizeDraw.held_at_activity == activity_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound("draw_not_found", N_("没有找到这次抽奖。"))
    return found


def _holders(activity_id: uuid.UUID) -> dict[str, uuid.UUID]:
    """Ticket → person of everybody registered, whether it was made of a bib or, before there was one, of the id."""
    rows = db.session.execute(
        select(Registration.person_id, Registration.bib, Registration.id).where(Registration.activity_id == activity_id)
    ).all()
    return {ticket_of(bib, row.id): row.person_id for row in rows for bib in (None, row.bib)}


def _lots(activity_id: uuid.UUID) -> dict[str, uuid.UUID]:
    """Ticket → person of everybody with an attendance."""
    rows: Any = db.session.execute(
        select(Attendance.person_id, Registration.bib, Registration.id)
        .join(
            Registration,
            (Registration.activity_id == Attendance.activity_id) & (Registration.id == Attendance.registration_id),
        )
        .where(Attendance.activity_id == activity_id, Registration.activity_id == activity_id)
    )
    return {ticket_of(row.bib, row.id): row.person_id for row in rows}
