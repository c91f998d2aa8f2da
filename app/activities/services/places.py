"""The scarce things of an activity: places, and the numbers on people's backs.

Nobody counts and then inserts: the counter's row is locked by the transaction
that reads it, and a CHECK in the database stands behind.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select, update

from app.activities.models import Activity, BibBlock, Category
from app.core.db import db, table
from app.core.errors import Conflict
from app.core.ids import uuid7
from app.core.keyed import execute
from app.core.text import N_


@dataclass(frozen=True, slots=True)
class Allotment:
    """What a request for places came to: `granted` at once, then `queued` behind `first_no`."""

    granted: int
    queued: int
    first_no: int


_c = table(Category).c
_LOCK = (
    select(_c.capacity, _c.taken, _c.waiting, _c.queue_tail)
    .where(_c.activity_id == bindparam("a"), _c.id == bindparam("c"))
    .with_for_update()
)
_COUNT = (
    update(table(Category))
    .where(_c.activity_id == bindparam("a"), _c.id == bindparam("c"))
    .values(
        taken=_c.taken + bindparam("granted"),
        waiting=_c.waiting + bindparam("queued"),
        queue_tail=_c.queue_tail + bindparam("queued"),
    )
)


def allot(activity_id: uuid.UUID, category_id: uuid.UUID, wanted: int, *, may_queue: bool) -> Allotment:
    """Take up to `wanted` places in turn; nobody passes a waiting list that is not empty.

    What is not granted is queued when `may_queue`, else left to the caller.
    Call inside an act.
    """
    row = execute(_LOCK, {"a": activity_id, "c": category_id}).one()
    granted = 0 if row.waiting else max(0, min(wanted, row.capacity - row.taken))
    queued = wanted - granted if may_queue else 0
    if granted or queued:
        execute(_COUNT, {"a": activity_id, "c": category_id, "granted": granted, "queued": queued})
    return Allotment(granted=granted, queued=queued, first_no=row.queue_tail + 1)


def free_place(activity_id: uuid.UUID, category_id: uuid.UUID, *, promote: bool) -> bool:
    """Give back one place. True: somebody waits and `promote` holds, so the place stays
    taken and the caller confirms the first in the queue; the waiting counter is lowered.
    """
    row = execute(_LOCK, {"a": activity_id, "c": category_id}).one()
    goes_on = promote and row.waiting > 0
    change = {"waiting": row.waiting - 1} if goes_on else {"taken": row.taken - 1}
    db.session.execute(
        update(Category).where(Category.activity_id == activity_id, Category.id == category_id).values(**change)
    )
    return goes_on


def leave_queue(activity_id: uuid.UUID, category_id: uuid.UUID, n: int = 1) -> None:
    """Lower the waiting counter: `n` people left the list."""
    db.session.execute(
        update(Category)
        .where(Category.activity_id == activity_id, Category.id == category_id)
        .values(waiting=Category.waiting - n)
    )


def raise_capacity(activity_id: uuid.UUID, category_id: uuid.UUID, capacity: int) -> int:
    """Set a new capacity; returns how many of the waiting now have a place (already taken for them).

    Conflict `capacity_below_taken` when fewer than are taken.
    """
    row = execute(_LOCK, {"a": activity_id, "c": category_id}).one()
    if capacity < row.taken:
        raise Conflict(
            "capacity_below_taken", N_("已有 %(taken)s 人占用名额，不能少于这个数。"), field="capacity", taken=row.taken
        )
    promoted: int = min(row.waiting, capacity - row.taken)
    db.session.execute(
        update(Category)
        .where(Category.activity_id == activity_id, Category.id == category_id)
        .values(capacity=capacity, taken=row.taken + promoted, waiting=row.waiting - promoted)
    )
    return promoted


def take_walk_in(activity_id: uuid.UUID, *, bounded: bool) -> bool:
    """Count one walk-in. `bounded` (the form at the gate): False when its places are used up;
    a walk-in by a synced scan is never refused, the excess shows in the list.
    """
    statement = update(Activity).where(Activity.id == activity_id)
    if bounded:
        statement = statement.where(Activity.walkin_taken < Activity.walkin_capacity)
    taken = db.session.execute(
        statement.values(walkin_taken=Activity.walkin_taken + 1).returning(Activity.walkin_taken)
    ).scalar_one_or_none()
    return taken is not None


def return_walk_in(activity_id: uuid.UUID) -> None:
    """Take back one walk-in that was cancelled."""
    db.session.execute(
        update(Activity)
        .where(Activity.id == activity_id, Activity.walkin_taken > 0)
        .values(walkin_taken=Activity.walkin_taken - 1)
    )


_BLOCKS = (
    select(BibBlock)
    .where(BibBlock.activity_id == bindparam("a"))
    .order_by(BibBlock.position, BibBlock.prefix, BibBlock.first)
    .with_for_update()
    .execution_options(populate_existing=True)
)


def next_bibs(
    activity_id: uuid.UUID, category_id: uuid.UUID, organisation_ids: Sequence[uuid.UUID | None]
) -> list[str]:
    """One number for each of `organisation_ids`, never given before in this activity.

    A block kept for somebody's organisation goes first, then the category's,
    then the open ones. When all are used up a new block is opened under the
    next free letter, since a confirmed place must not fail for want of a number.
    """
    blocks = list(db.session.execute(_BLOCKS, {"a": activity_id}).scalars())
    return [_from(_block_for(blocks, activity_id, category_id, wanted)) for wanted in organisation_ids]


def _block_for(
    blocks: list[BibBlock], activity_id: uuid.UUID, category_id: uuid.UUID, organisation_id: uuid.UUID | None
) -> BibBlock:
    def rank(block: BibBlock) -> int | None:
        if block.next > block.last:
            return None
        if block.organisation_id is not None:
            return 0 if block.organisation_id == organisation_id else None
        if block.category_id is not None:
            return 1 if block.category_id == category_id else None
        return 2

    best = min(
        ((place, index) for index, block in enumerate(blocks) if (place := rank(block)) is not None), default=None
    )
    if best is not None:
        return blocks[best[1]]
    used = {block.prefix for block in blocks}
    letters = [letter for letter in "ABCDEFGHJKLMNPQRSTUVWXY" if letter not in used]
    prefix = letters[0] if letters else f"Z{len(blocks)}"
    fresh = BibBlock(
        activity_id=activity_id,
        id=uuid7(),
        category_id=category_id,
        prefix=prefix,
        first=1,
        last=9999,
        next=1,
        width=4,
        position=len(blocks),
    )
    db.session.add(fresh)
    blocks.append(fresh)
    return fresh


def _from(block: BibBlock) -> str:
    number = block.next
    block.next = number + 1
    return f"{block.prefix}{number:0{block.width}d}"
