"""Places and equipment, through the services."""

from __future__ import annotations

import io
import uuid
from datetime import date
from typing import Any

from PIL import Image

from app.audit.services import SYSTEM
from app.facilities.constants import GrantState, PlaceKind
from app.facilities.queries.equipment import sets_of
from app.facilities.rules.drafts import PlaceDraft
from app.facilities.services.equipment import apply_for_sets, distribute, step_grant
from app.facilities.services.places import save_place
from tests.factories import people

MAY = date(2030, 5, 1)


def add_place(kind: PlaceKind = PlaceKind.GROUND, **facts: Any) -> uuid.UUID:
    """A ground of 1,000 ㎡ that was opened in 2020, or a greenway of 10 km; returns its id."""
    usual: dict[str, Any] = {"name": "健身广场", "opened_on": date(2020, 1, 1)}
    usual |= {"area_m2": 1_000} if kind in {PlaceKind.VENUE, PlaceKind.GROUND} else {"length_m": 10_000}
    return save_place(place_id=None, draft=PlaceDraft(kind=kind, **(usual | facts)), actor=SYSTEM)


def apply(sets: int = 3, on: date = MAY) -> uuid.UUID:
    """An application of May 2030; returns its id."""
    return apply_for_sets(name="自然村健身器材", sets=sets, applied_on=on, actor=SYSTEM)


def arrived(sets: int = 3, on: date = MAY) -> uuid.UUID:
    """The same after its sets have come; returns its id."""
    grant_id = apply(sets, on)
    for state in (GrantState.APPROVED, GrantState.ARRIVED):
        step_grant(grant_id=grant_id, to=state, on=on, actor=SYSTEM)
    return grant_id


def hand_over(grant_id: uuid.UUID, n: int = 0, on: date = MAY, town_id: uuid.UUID | None = None) -> uuid.UUID:
    """The n-th set goes to a village; returns its id."""
    set_id = sets_of(grant_id)[n].id
    distribute(
        set_id=set_id,
        town_id=town_id or people.organisation(),
        village="东山口村",
        receiver="孙守义",
        on=on,
        photo=None,
        actor=SYSTEM,
    )
    return set_id


def picture(width: int = 60, height: int = 40, form: str = "JPEG") -> bytes:
    """A photo."""
    target = io.BytesIO()
    Image.new("RGB", (width, height), "green").save(target, form)
    return target.getvalue()
