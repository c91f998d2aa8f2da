"""Places on lists, and the figures of the years."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import or_, select

from app.core.db import db
from app.core.errors import NotFound
from app.core.text import N_
from app.facilities.constants import PlaceKind
from app.facilities.models import Place, PlaceTitle, YearFigures


def places(*, in_use_on: date | None = None) -> Sequence[Place]:
    """By kind and name; `in_use_on`: only what is open on that day (closed from `closed_on` on)."""
    query = select(Place).order_by(Place.name)
    if in_use_on is not None:
        query = query.where(Place.opened_on <= in_use_on, or_(Place.closed_on.is_(None), Place.closed_on > in_use_on))
    order = list(PlaceKind)
    return sorted(db.session.execute(query).scalars(), key=lambda one: order.index(PlaceKind(one.kind)))


def place(place_id: uuid.UUID) -> Place:
    """One place; NotFound `place_not_found`."""
    found = db.session.get(Place, place_id)
    if found is None:
        raise NotFound("place_not_found", N_("没有找到这个场所。"))
    return found


def titles_by_place() -> Mapping[uuid.UUID, Sequence[PlaceTitle]]:
    """Place → its awards, the latest year first."""
    found: dict[uuid.UUID, list[PlaceTitle]] = defaultdict(list)
    rows = db.session.execute(select(PlaceTitle).order_by(PlaceTitle.year.desc(), PlaceTitle.title)).scalars()
    for one in rows:
        found[one.place_id].append(one)
    return found


def year_figures() -> Sequence[YearFigures]:
    """Every year of which something is known, the latest first."""
    return db.session.execute(select(YearFigures).order_by(YearFigures.year.desc())).scalars().all()
