"""The scarce things of an activity: places, and the numbers on people's backs.

Nobody counts and then inserts: the counter's row is locked by the transaction
that reads it, and a CHECK in the database stands behind.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, case, insert, or_, select, update

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
_TAKE = (
    update(table(Category))
    .where(
        _c.activity_id == bindparam("a"),
        _c.id == bindparam("c"),
        _c.waiting == 0,
        _c.taken + bindparam("wanted") <= _c.capacity,
    )
    .values(taken=_c.taken + bindparam("wanted"))
    .returning(_c.queue_tail)
)
"""The usual case, places enough and nobody waiting, in the one statement that tests and takes."""
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
    taken = execute(_TAKE, {"a": activity_id, "c": category_id, "wanted": wanted}).one_or_none()
    if taken is not None:
        return Allotment(granted=wanted, queued=0, first_no=taken.queue_tail + 1)
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


@dataclass(slots=True)
class _Block:
    """A row of bib_block on its way through `next_bibs`."""

    id: uuid.UUID
    category_id: uuid.UUID | None
    organisation_id: uuid.UUID | None
    prefix: str
    last: int
    next: int
    width: int


_b = table(BibBlock).c
_BLOCKS = (
    select(_b.id, _b.category_id, _b.organisation_id, _b.prefix, _b.last, _b.next, _b.width)
    .where(_b.activity_id == bindparam("a"))
    .order_by(_b.position, _b.prefix, _b.first)
    .with_for_update()
)
_GIVEN = (
    update(table(BibBlock))
    .where(_b.activity_id == bindparam("a"), _b.id == bindparam("block"))
    .values(next=bindparam("then"))
)
_NEW_BLOCK = insert(table(BibBlock))
_o = table(BibBlock).alias("fitting").c
_FITTING = (
    select(_o.id)
    .where(
        _o.activity_id == bindparam("a"),
        _o.next <= _o.last,
        or_(
            _o.organisation_id == bindparam("o"),
            and_(_o.organisation_id.is_(None), or_(_o.category_id.is_(None), _o.category_id == bindparam("c"))),
        ),
    )
    .order_by(
        case((_o.organisation_id.is_not(None), 0), (_o.category_id.is_not(None), 1), else_=2),
        _o.position,
        _o.prefix,
        _o.first,
    )
    .limit(1)
    .scalar_subquery()
)
_ONE = (
    update(table(BibBlock))
    .where(_b.activity_id == bindparam("a"), _b.id == _FITTING, _b.next <= _b.last)
    .values(next=_b.next + 1)
    .returning(_b.prefix, (_b.next - 1).label("given"), _b.width)
)
"""The usual case, one number from a block that has one, in the statement that finds and takes."""


def next_bibs(
    activity_id: uuid.UUID, category_id: uuid.UUID, organisation_ids: Sequence[uuid.UUID | None]
) -> list[str]:
    """One number for each of `organisation_ids`, never given before in this activity.

    A block kept for somebody's organisation goes first, then the category's,
    then the open ones. When all are used up a new block is opened under the
    next free letter, since a confirmed place must not fail for want of a number.
    """
    if len(organisation_ids) == 1:
        one = execute(_ONE, {"a": activity_id, "c": category_id, "o": organisation_ids[0]}).one_or_none()
        if one is not None:
            return [_spelled(one.prefix, one.given, one.width)]
    blocks = [
        _Block(row.id, row.category_id, row.organisation_id, row.prefix, row.last, row.next, row.width)
        for row in execute(_BLOCKS, {"a": activity_id})
    ]
    before = {block.id: block.next for block in blocks}
    given = [_from(_block_for(blocks, activity_id, category_id, wanted)) for wanted in organisation_ids]
    moved = [
        {"a": activity_id, "block": block.id, "then": block.next}
        for block in blocks
        if before.get(block.id) != block.next
    ]
    if moved:
        execute(_GIVEN, moved)
    return given


def _block_for(
    blocks: list[_Block], activity_id: uuid.UUID, category_id: uuid.UUID, organisation_id: uuid.UUID | None
) -> _Block:
    def rank(block: _Block) -> int | None:
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
    fresh = _Block(
        id=uuid7(),
        category_id=category_id,
        organisation_id=None,
        prefix=letters[0] if letters else f"Z{len(blocks)}",
        last=9999,
        next=1,
        width=4,
    )
    values = {
        "activity_id": activity_id,
        "id": fresh.id,
        "category_id": category_id,
        "organisation_id": None,
        "prefix": fresh.prefix,
        "first": 1,
        "last": fresh.last,
        "next": 1,
        "width": fresh.width,
        "position": len(blocks),
    }
    execute(_NEW_BLOCK, values)
    blocks.append(fresh)
    return fresh


def _from(block: _Block) -> str:
    number = block.next
    block.next = number + 1
    return _spelled(block.prefix, number, block.width)


def _spelled(prefix: str, number: int, width: int) -> str:
    return f"{prefix}{number:0{width}d}"
