"""The parts of a station as rows. These helpers join the open act and check nothing."""

from __future__ import annotations

import secrets
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from app.activities.models import Activity, BibBlock, Category, CategoryCheckpoint, Checkpoint, Terms
from app.activities.rules.drafts import Basics, BlockDraft, CategoryDraft, CheckpointDraft, StopDraft, Window
from app.core.crypto import sha256
from app.core.db import db
from app.core.ids import uuid7

POSTER = "23456789abcdefghjkmnpqrstuvwxyz"
"""Letters of a poster's address: none that look alike on paper."""


def new_poster_code() -> str:
    """The static part of a poster's address: 59 random bits, since who knows it can check in."""
    return "".join(secrets.choice(POSTER) for _ in range(12))


def fill_basics(activity: Activity, basics: Basics) -> None:
    """Write what, where and when. A seal that is not named takes the first two letters of the place."""
    activity.code = basics.code
    activity.season_id = basics.season_id
    activity.kind = basics.kind.value
    activity.name = basics.name.strip()
    activity.place = basics.place.strip()
    activity.address = basics.address.strip()
    activity.seal_text = basics.seal_text.strip() or basics.name.strip().removesuffix("站")[:2]
    activity.intro = basics.intro.strip()
    activity.service_phone = basics.service_phone.strip()
    activity.gate_opens_at = basics.gate_opens_at
    activity.starts_at = basics.starts_at
    activity.ends_at = basics.ends_at


def fill_window(activity: Activity, window: Window, category_ids: Mapping[str, uuid.UUID]) -> None:
    """Write when and how people sign up."""
    activity.registration_opens_at = window.opens_at
    activity.registration_closes_at = window.closes_at
    activity.allocation = window.allocation.value
    activity.needs_review = window.needs_review
    activity.waiting_list = window.waiting_list
    activity.guardian_to_18 = window.guardian_to_18
    activity.asks = [ask.value for ask in window.asks]
    activity.walkin_capacity = window.walkin_capacity
    activity.walkin_category_id = category_ids.get(window.walkin_category)
    activity.poster_enabled = window.poster_enabled


def fill_category(category: Category, draft: CategoryDraft) -> None:
    """Write a group, but for its capacity, counters and place in the list."""
    category.code = draft.code
    category.name = draft.name.strip()
    category.distance_m = draft.distance_m
    category.min_age = draft.min_age
    category.max_age = draft.max_age
    category.finish_rule = draft.finish_rule.value
    category.finish_k = draft.finish_k


def add_category(activity_id: uuid.UUID, draft: CategoryDraft, *, position: int) -> Category:
    """A new group with nobody in it."""
    category = Category(activity_id=activity_id, id=uuid7(), capacity=draft.capacity, position=position)
    category.taken = category.waiting = category.queue_tail = 0
    fill_category(category, draft)
    db.session.add(category)
    return category


def fill_checkpoint(checkpoint: Checkpoint, draft: CheckpointDraft) -> None:
    """Write a checkpoint, but for its poster and its place in the list."""
    checkpoint.code = draft.code
    checkpoint.name = draft.name.strip()
    checkpoint.kind = draft.kind.value


def add_checkpoint(activity_id: uuid.UUID, draft: CheckpointDraft, *, position: int) -> Checkpoint:
    """A new checkpoint with a poster address of its own."""
    checkpoint = Checkpoint(activity_id=activity_id, id=uuid7(), position=position, poster_code=new_poster_code())
    fill_checkpoint(checkpoint, draft)
    db.session.add(checkpoint)
    return checkpoint


def add_stops(
    activity_id: uuid.UUID,
    stops: Iterable[StopDraft],
    category_ids: Mapping[str, uuid.UUID],
    checkpoint_ids: Mapping[str, uuid.UUID],
) -> None:
    """New ways: each category's stops by their `place`, those without one behind, in the order given."""
    ways: dict[str, list[StopDraft]] = defaultdict(list)
    for stop in stops:
        ways[stop.category].append(stop)
    for code, way in ways.items():
        way.sort(key=lambda stop: (stop.place is None, stop.place or 0))
        for position, stop in enumerate(way, start=1):
            db.session.add(
                CategoryCheckpoint(
                    activity_id=activity_id,
                    category_id=category_ids[code],
                    checkpoint_id=checkpoint_ids[stop.checkpoint],
                    position=position,
                    distance_m=stop.distance_m,
                    opens_at=stop.opens_at,
                    cutoff_at=stop.cutoff_at,
                )
            )


def add_block(activity_id: uuid.UUID, draft: BlockDraft, category_id: uuid.UUID | None, *, position: int) -> BibBlock:
    """A new run of numbers of which none is given."""
    block = BibBlock(
        activity_id=activity_id,
        id=uuid7(),
        category_id=category_id,
        organisation_id=draft.organisation_id,
        prefix=draft.prefix,
        first=draft.first,
        last=draft.last,
        next=draft.first,
        width=draft.width,
        position=position,
    )
    db.session.add(block)
    return block


def add_terms(activity_id: uuid.UUID, text: str, *, version: int, at: datetime) -> Terms:
    """A version of the 参加须知; a stored version is never changed, consents point at it."""
    terms = Terms(
        activity_id=activity_id,
        version=version,
        id=uuid7(),
        text=text,
        sha256=sha256(text),
        published_at=at,
    )
    db.session.add(terms)
    return terms


def in_order(rows: Sequence[Category | Checkpoint | CategoryCheckpoint]) -> None:
    """Number rows 1, 2, 3, … as they stand in the list."""
    for position, row in enumerate(rows, start=1):
        row.position = position
