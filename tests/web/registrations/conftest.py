"""A station that is open, a notice in force, a citizen at the door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from app.core.db import db
from app.people.rules.intake import RawPerson
from app.registrations.models import Registration
from tests.factories import activities, people, sessions
from tests.support.pages import Page, PageClient


@pytest.fixture
def open_station(ctx):
    """`open_station(capacity=1)`: a station, with a privacy notice and a 镇街."""
    people.notice()
    people.organisation()

    def make(**facts: Any) -> activities.Station:
        return activities.station(**facts)

    return make


@pytest.fixture
def visitor(client: PageClient, ctx) -> PageClient:
    """A citizen who has signed in and looks after nobody yet."""
    sessions.citizen(client)
    return client


def typed(raw: RawPerson, **more: Any) -> dict[str, Any]:
    """What `raw` is in the fields of page one, both boxes ticked."""
    sent = {
        "name": raw.name,
        "document_type": raw.document_type,
        "document_number": raw.document_number or "",
        "birth_date": str(raw.birth_date or ""),
        "phone": raw.phone or "",
        "consent_notice": "y",
        "consent_document": "y",
    }
    return sent | more


def page_one(client: PageClient, station: activities.Station, raw: RawPerson | None = None, **more: Any) -> Page:
    """Open page one, type a person, go on."""
    client.get(f"/activities/{station.code}/register")
    return client.submit(typed(raw or people.raw_person(), **more), button="下一步")


def sign_up(client: PageClient, station: activities.Station, raw: RawPerson | None = None, **more: Any) -> Page:
    """Both pages, all the way to the result."""
    page = page_one(client, station, raw, **more)
    assert page.h1 == "确认报名", page.errors
    return client.submit({"consent_terms": "y"})


def rows(station: activities.Station) -> int:
    """How many registrations the station has."""
    db.session.rollback()
    counted = select(func.count()).select_from(Registration).where(Registration.activity_id == station.id)
    return db.session.execute(counted).scalar_one()


SignUp = Callable[..., Page]
