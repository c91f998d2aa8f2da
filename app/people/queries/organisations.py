"""The tree of places and units as forms and lists show it."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import select

from app.core.db import db, table
from app.core.keyed import execute
from app.people.constants import PLACE_KINDS, OrganisationKind
from app.people.models import Organisation
from app.people.rules.places import Place, Unit

_o = table(Organisation).c
_ALL = select(_o.id, _o.code, _o.name, _o.kind, _o.parent_id).order_by(_o.position, _o.code)
_PLACES = _ALL.where(_o.kind.in_(PLACE_KINDS))


def towns() -> list[Place]:
    """What a person chooses from: the 镇街 first, then districts without 镇街 of their own, then 区外."""
    rows = execute(_PLACES).all()
    names = {row.id: row.name for row in rows}
    split = {row.parent_id for row in rows}
    chosen = [row for row in rows if row.id not in split]
    order = list(PLACE_KINDS)
    return [
        Place(row.id, row.code, row.name, OrganisationKind(row.kind), names.get(row.parent_id, ""))
        for row in sorted(chosen, key=lambda row: order.index(OrganisationKind(row.kind)))
    ]


def units() -> list[Unit]:
    """Every school, unit and club by name."""
    rows = db.session.execute(_ALL).all()
    names = {row.id: row.name for row in rows}
    found = [
        Unit(row.id, row.code, row.name, OrganisationKind(row.kind), names.get(row.parent_id, ""))
        for row in rows
        if row.kind not in PLACE_KINDS
    ]
    return sorted(found, key=lambda unit: unit.name)


def names_of(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Id → name, of places and units alike."""
    if not ids:
        return {}
    rows = db.session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(list(ids))))
    return {row.id: row.name for row in rows}
