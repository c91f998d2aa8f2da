"""Places on lists, and the figures of the years."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select

from app.core.db import db
from app.core.errors import NotFound
from app.core.text import N_
from app.facilities.constants import PlaceKind
from app.facilities.models import Place, YearFigures


def places(*, in_use: bool = False) -> Sequence[Place]:
    """By kind and name; `in_use`: without what is closed."""
    query = select(Place).order_by(Place.name)
    if in_use:
        query = query.where(Place.closed_on.is_(None))
    order = list(PlaceKind)
    return sorted(db.session.execute(query).scalars(), key=lambda one: order.index(PlaceKind(one.kind)))


def place(place_id: uuid.UUID) -> Place:
    """One place; NotFound `place_not_found`."""
    found = db.session.get(Place, place_id)
    if found is None:
        raise NotFound("place_not_found", N_("没有找到这个场所。"))
    return found


def year_figures() -> Sequence[YearFigures]:
    """Every year of which something is known, the latest first."""
    return db.session.execute(select(YearFigures).order_by(YearFigures.year.desc())).scalars().all()
