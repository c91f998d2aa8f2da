"""Drawings of lots: what is in the pot, what was drawn, and whether the seed gives it again."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.core.db import db
from app.registrations.constants import RegistrationState
from app.registrations.models import Draw, Registration
from app.registrations.rules.draw import commitment, replays


@dataclass(frozen=True, slots=True)
class Pot:
    """Who waits for the lots of a category: how many, and the digest of their ids in order (hex)."""

    size: int
    commitment: str


@dataclass(frozen=True, slots=True)
class DrawFacts:
    """A draw that was held. `entries` as they went in, `result` as drawn: registrations' ids as text."""

    activity_id: uuid.UUID
    category_id: uuid.UUID
    version: str
    commitment: bytes
    seed: str
    entries: tuple[str, ...]
    result: tuple[str, ...]
    witnesses: str
    drawn_at: datetime


@dataclass(frozen=True, slots=True)
class Lot:
    """One place of the drawn order (1 = first), with what the registration is today."""

    place: int
    registration_id: str
    name: str | None
    bib: str | None
    state: RegistrationState


def pot(activity_id: uuid.UUID, category_id: uuid.UUID) -> Pot:
    """The pot of a category as it would go in now."""
    ids = db.session.execute(
        select(Registration.id)
        .where(
            Registration.activity_id == activity_id,
            Registration.category_id == category_id,
            Registration.state == RegistrationState.IN_DRAW.value,
        )
        .order_by(Registration.id)
    ).scalars()
    entries = [str(one) for one in ids]
    return Pot(len(entries), commitment(entries).hex())


def draws_of(activity_id: uuid.UUID) -> dict[uuid.UUID, DrawFacts]:
    """Category → its draw, where one was held."""
    rows = db.session.execute(select(Draw).where(Draw.activity_id == activity_id)).scalars()
    return {
        row.category_id: DrawFacts(
            activity_id=row.activity_id,
            category_id=row.category_id,
            version=row.version,
            commitment=row.commitment,
            seed=row.seed,
            entries=tuple(row.entries),
            result=tuple(row.result),
            witnesses=row.witnesses,
            drawn_at=row.drawn_at,
        )
        for row in rows
    }


def draw_of(activity_id: uuid.UUID, category_id: uuid.UUID) -> DrawFacts | None:
    """The draw of a category, if one was held."""
    return draws_of(activity_id).get(category_id)


def replay(held: DrawFacts) -> bool:
    """Whether the entries are those committed to, and the seed gives the stored result again."""
    return commitment(held.entries) == held.commitment and replays(held.entries, held.seed, held.result, held.version)


def lots(held: DrawFacts, limit: int) -> Sequence[Lot]:
    """The first `limit` of the drawn order, as they stand today."""
    wanted = held.result[:limit]
    rows = db.session.execute(
        select(Registration.id, Registration.name, Registration.bib, Registration.state).where(
            Registration.activity_id == held.activity_id,
            Registration.id.in_([uuid.UUID(one) for one in wanted]),
        )
    )
    known = {str(row.id): row for row in rows}
    return [
        Lot(place, one, known[one].name, known[one].bib, RegistrationState(known[one].state))
        for place, one in enumerate(wanted, start=1)
        if one in known
    ]
