"""镇街 and units by name or code."""

from __future__ import annotations

import uuid

from sqlalchemy import or_, select

from app.core.db import db
from app.core.errors import DomainError
from app.core.ids import parse_uuid
from app.core.text import N_
from app.people.models import Organisation

TOWN_KINDS = ("town", "district", "outside")


def town_named(ref: str) -> uuid.UUID:
    """A 镇街 or district by id, code or name; DomainError `town_unknown`."""
    found = _named(ref, towns=True)
    if found is None:
        raise DomainError("town_unknown", N_("没有找到这个镇街。"), field="town")
    return found


def organisation_named(ref: str) -> uuid.UUID:
    """A school, unit or club by id, code or name; DomainError `organisation_unknown`."""
    found = _named(ref, towns=False)
    if found is None:
        raise DomainError("organisation_unknown", N_("没有找到这个单位。"), field="organisation")
    return found


def _named(ref: str, *, towns: bool) -> uuid.UUID | None:
    as_id = parse_uuid(ref)
    named = Organisation.id == as_id if as_id else or_(Organisation.code == ref, Organisation.name == ref)
    kinds = Organisation.kind.in_(TOWN_KINDS) if towns else Organisation.kind.not_in(TOWN_KINDS)
    return db.session.execute(select(Organisation.id).where(named, kinds).limit(1)).scalar_one_or_none()
