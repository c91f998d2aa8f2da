"""Runs of numbers kept for a group, a unit, or anyone. `places.next_bibs` gives from them."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from app.activities.models import BibBlock
from app.activities.rules.drafts import BlockDraft, check_block, refuse_if
from app.activities.services import parts
from app.activities.services.opening import categories_of, flush_or, open_for_change, raise_version
from app.audit.services import Actor, record
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.text import N_
from app.core.transactions import act


def _blocks_of(activity_id: uuid.UUID) -> list[BibBlock]:
    return list(
        db.session.execute(
            select(BibBlock)
            .where(BibBlock.activity_id == activity_id)
            .order_by(BibBlock.position, BibBlock.prefix, BibBlock.first)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).scalars()
    )


@act
def reserve_bib_block(*, activity_id: uuid.UUID, version: int | None, draft: BlockDraft, actor: Actor) -> uuid.UUID:
    """Keep a run of numbers; returns its id. A number that another run holds is refused."""
    activity = open_for_change(activity_id, version)
    categories = {one.code: one.id for one in categories_of(activity_id)}
    if draft.category and draft.category not in categories:
        raise DomainError("category_unknown", N_("没有这个组别，请重新选。"), field="category")
    blocks = _blocks_of(activity_id)
    refuse_if(check_block(draft, [(one.prefix, one.first, one.last) for one in blocks]))
    block = parts.add_block(
        activity_id,
        draft,
        categories.get(draft.category),
        position=max((one.position for one in blocks), default=0) + 1,
    )
    flush_or(Conflict("block_overlaps", N_("这些号码已经留过，请换一段。"), field="first"))
    raise_version(activity, "bibs")
    record(
        actor,
        "bib_block.reserved",
        subject_kind="bib_block",
        subject_id=block.id,
        scope_id=activity_id,
        prefix=draft.prefix,
        first=draft.first,
        last=draft.last,
        organisation=str(draft.organisation_id) if draft.organisation_id else None,
    )
    return block.id


@act
def release_bib_block(*, activity_id: uuid.UUID, version: int | None, block_id: uuid.UUID, actor: Actor) -> None:
    """Give up a run of which no number was ever given: numbers are not used twice in an activity."""
    activity = open_for_change(activity_id, version)
    block = next((one for one in _blocks_of(activity_id) if one.id == block_id), None)
    if block is None:
        raise NotFound("part_not_found", N_("这一项已经删除了，请返回刷新。"))
    if block.next > block.first:
        raise Conflict("block_in_use", N_("这段号码已经发出 %(n)s 个，不能删除。"), n=block.next - block.first)
    db.session.delete(block)
    raise_version(activity, "bibs")
    record(
        actor,
        "bib_block.released",
        subject_kind="bib_block",
        subject_id=block_id,
        scope_id=activity_id,
        prefix=block.prefix,
        first=block.first,
        last=block.last,
    )
