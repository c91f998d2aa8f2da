"""What others rest on is not deleted: each page that deletes says what stands in the way, and nothing is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.activities.models import BibBlock, Category, Checkpoint
from app.core.clock import now
from app.core.db import db
from app.core.ids import uuid7
from app.core.permissions import Role
from app.games.models import Delegation, Discipline, Event, Session
from app.registrations.models import Registration
from tests.factories import accounts
from tests.support.pages import CSRF_FIELD, fields_of
from tests.support.world import build_world

pytestmark = pytest.mark.usefixtures("ctx")
DELETING = {
    "/office/activities/{activity_ref}/categories/{category_id}/remove": Category,
    "/office/activities/{activity_ref}/checkpoints/{checkpoint_id}/remove": Checkpoint,
    "/office/games/{games_ref}/disciplines/{discipline_id}/remove": Discipline,
    "/office/games/{games_ref}/events/{event_ref}/remove": Event,
    "/office/games/{games_ref}/delegations/{delegation_ref}/remove": Delegation,
    "/office/games/{games_ref}/schedule/{session_id}/remove": Session,
}
"""Pages that take something away on which the world rests, and its table."""


@pytest.fixture
def world(ctx):
    return build_world()


def count(model) -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def somebody_is_read(client, world) -> None:
    bib = db.session.execute(select(Registration.bib).where(Registration.bib.is_not(None)).limit(1)).scalar_one()
    scan = {"id": str(uuid7()), "bib": bib, "checkpoint": "S", "scanned_at": now().isoformat()}
    client.api("POST", "/api/v1/scans", {"scans": [scan]}, token=world.device_token, status=200)


@pytest.mark.parametrize("url", DELETING)
def test_what_is_in_use_is_not_deleted_and_says_why(client, world, url):
    model = DELETING[url]
    if model is Checkpoint:
        somebody_is_read(client, world)
    before = (count(model), count(BibBlock))
    client.login_as(accounts.staff(Role.EVENT_MANAGER))
    address = url.format(**world.values)
    page = client.open(address, method="GET")
    (form,) = page.soup.select("main form[action$='/remove']") if page.status == 200 else (None,)
    sent = {key: one for key, one in fields_of(form).items() if key != CSRF_FIELD} if form else {}
    page = client.post(address, sent)
    told = " ".join([*page.flash, *page.errors, *(one.get_text() for one in page.soup.select("main [role=alert]"))])
    assert any(word in told for word in ("不能", "先删", "不可")), f"{page.status}: {told or page.main[:200]}"
    assert (count(model), count(BibBlock)) == before
