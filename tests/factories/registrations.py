"""Registrations through the one service that makes them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from app.activities.models import Terms
from app.audit.services import SYSTEM
from app.core.db import db
from app.people.models import PrivacyNotice
from app.people.rules.intake import RawPerson
from app.registrations.constants import Source
from app.registrations.rules.admission import Consents, Entry
from app.registrations.services.register import Outcome, register
from tests.factories import people
from tests.factories.activities import Station


def consents(station: Station, **boxes: Any) -> Consents:
    """Every box ticked, for the newest texts; `boxes` replaces any of them."""
    notice = db.session.execute(select(func.max(PrivacyNotice.version))).scalar_one()
    terms = db.session.execute(select(func.max(Terms.version)).where(Terms.activity_id == station.id)).scalar_one()
    ticked = {"notice": notice, "terms": terms, "document_number": True, "health": True, "guardian": True}
    return Consents(**(ticked | boxes))


def entry(
    station: Station, raw: RawPerson | None = None, *, category: str = "TY", relation: str = "self", **boxes: Any
) -> Entry:
    """What one person sends: themselves, a category, the boxes."""
    return Entry(
        person=people.person_input(raw),
        category_id=station.categories[category],
        consents=consents(station, **boxes),
        relation=relation,
    )


def registered(
    station: Station,
    raw: RawPerson | None = None,
    *,
    category: str = "TY",
    source: Source = Source.OFFICE,
    **facts: Any,
) -> Outcome:
    """Somebody who has registered; the outcome says with which state, bib and pass."""
    return register(
        activity_id=station.id, entry=entry(station, raw, category=category), source=source, actor=SYSTEM, **facts
    )
