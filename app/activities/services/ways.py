"""Groups, checkpoints, and the ways that tie them together."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import delete

from app.activities.constants import CheckpointKind
from app.activities.models import Activity, BibBlock, Category, CategoryCheckpoint, Checkpoint
from app.activities.rules.drafts import (
    CategoryDraft,
    CheckpointDraft,
    Problem,
    StopDraft,
    check_category,
    check_checkpoint,
    check_stop,
    check_way,
    refuse_if,
)
from app.activities.services import parts
from app.activities.services.opening import (
    categories_of,
    checkpoints_of,
    code_taken,
    draft_of,
    flush_or,
    kinds_on_way,
    open_for_change,
    raise_version,
    refuse_if_unfit,
    stops_of,
)
from app.audit.services import Actor, record
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.text import N_
from app.core.transactions import act

Row = TypeVar("Row", Category, Checkpoint)

# --------------------------------------------------------------------------- groups


@act
def save_category(
    *,
    activity_id: uuid.UUID,
    version: int | None,
    category_id: uuid.UUID | None,
    draft: CategoryDraft,
    actor: Actor,
    place: int | None = None,
    like: uuid.UUID | None = None,
) -> uuid.UUID:
    """Add a group (`category_id` None) or change one; returns its id.

    `place` is its place in the list from 1, None leaves it. A new group goes
    the way of the group `like`. Capacity is changed here only while nobody has
    signed up: after that `registrations` does it, since it promotes the waiting.
    """
    activity = open_for_change(activity_id, version)
    refuse_if(check_category(draft))
    rows = categories_of(activity_id)
    category = _one_of(rows, category_id) if category_id else None
    if any(one.code == draft.code and one is not category for one in rows):
        raise code_taken()
    if category is None:
        category = parts.add_category(activity_id, draft, position=len(rows) + 1)
        rows.append(category)
        flush_or(code_taken())
        _copy_way(activity_id, like, category.id)
    else:
        _set_capacity(category, draft.capacity)
        parts.fill_category(category, draft)
    if place is not None:
        rows.remove(category)
        rows.insert(place - 1, category)
    parts.in_order(rows)
    flush_or(code_taken())
    refuse_if(check_way(draft, kinds_on_way(category.id, stops_of(activity_id), _kinds(activity_id))))
    _changed(activity, "category", category.id, actor, made=category_id is None)
    return category.id


def _set_capacity(category: Category, capacity: int) -> None:
    if capacity == category.capacity:
        return
    if capacity < category.taken:
        raise Conflict(
            "capacity_below_taken",
            N_("已有 %(taken)s 人占用名额，不能少于这个数。"),
            field="capacity",
            taken=category.taken,
        )
    if category.taken or category.waiting:
        raise Conflict("capacity_in_use", N_("已有人报名，请到“报名”里改名额，候补会一起递补。"), field="capacity")
    category.capacity = capacity


def _copy_way(activity_id: uuid.UUID, source_id: uuid.UUID | None, target_id: uuid.UUID) -> None:
    for stop in stops_of(activity_id):
        if stop.category_id == source_id:
            db.session.add(
                CategoryCheckpoint(
                    activity_id=activity_id,
                    category_id=target_id,
                    checkpoint_id=stop.checkpoint_id,
                    position=stop.position,
                    distance_m=stop.distance_m,
                    opens_at=stop.opens_at,
                    cutoff_at=stop.cutoff_at,
                )
            )


@act
def remove_category(*, activity_id: uuid.UUID, version: int | None, category_id: uuid.UUID, actor: Actor) -> None:
    """Remove a group that nobody has ever signed up for; its way and its unused numbers go along."""
    activity = open_for_change(activity_id, version)
    category = _one_of(categories_of(activity_id), category_id)
    if activity.walkin_category_id == category_id:
        raise Conflict("category_walks_in", N_("现场加入的人归在这个组别，请先改那里。"))
    db.session.execute(
        delete(CategoryCheckpoint).where(
            CategoryCheckpoint.activity_id == activity_id, CategoryCheckpoint.category_id == category_id
        )
    )
    db.session.execute(
        delete(BibBlock).where(
            BibBlock.activity_id == activity_id,
            BibBlock.category_id == category_id,
            BibBlock.next == BibBlock.first,
        )
    )
    db.session.delete(category)
    flush_or(Conflict("category_in_use", N_("这个组别已有人报名，不能删除。")))
    _changed(activity, "category", category_id, actor, removed=True)


# --------------------------------------------------------------------------- checkpoints


@act
def save_checkpoint(
    *,
    activity_id: uuid.UUID,
    version: int | None,
    checkpoint_id: uuid.UUID | None,
    draft: CheckpointDraft,
    stops: Sequence[StopDraft],
    actor: Actor,
    place: int | None = None,
) -> uuid.UUID:
    """Add a checkpoint (`checkpoint_id` None) or change one, with its stops; returns its id.

    `stops`: one for each category that passes here, by its code; a category
    without one does not. `place` is its place in the list from 1, None leaves
    it. A problem of the n-th stop names the field `stops-n-…`.
    """
    activity = open_for_change(activity_id, version)
    refuse_if(check_checkpoint(draft))
    categories = {one.code: one for one in categories_of(activity_id)}
    refuse_if(_stop_problems(activity, draft.kind, stops, categories))
    rows = checkpoints_of(activity_id)
    checkpoint = _one_of(rows, checkpoint_id) if checkpoint_id else None
    if any(one.code == draft.code and one is not checkpoint for one in rows):
        raise code_taken()
    if checkpoint is None:
        checkpoint = parts.add_checkpoint(activity_id, draft, position=len(rows) + 1)
        rows.append(checkpoint)
    else:
        parts.fill_checkpoint(checkpoint, draft)
    if place is not None:
        rows.remove(checkpoint)
        rows.insert(place - 1, checkpoint)
    parts.in_order(rows)
    flush_or(code_taken())
    _set_stops(activity_id, checkpoint.id, {categories[stop.category].id: stop for stop in stops})
    db.session.flush()
    _refuse_unfit_ways(activity, list(categories.values()))
    _changed(activity, "checkpoint", checkpoint.id, actor, made=checkpoint_id is None, stops=len(stops))
    return checkpoint.id


def _stop_problems(
    activity: Activity, kind: CheckpointKind, stops: Sequence[StopDraft], categories: dict[str, Category]
) -> list[Problem]:
    problems = []
    for n, stop in enumerate(stops):
        prefix = f"stops-{n}-"
        if stop.category not in categories:
            problems.append(Problem(f"{prefix}category", "category_unknown", N_("没有这个组别，请重新选。")))
        problems += check_stop(
            stop, kind=kind, gate_opens_at=activity.gate_opens_at, ends_at=activity.ends_at, prefix=prefix
        )
    return problems


def _set_stops(activity_id: uuid.UUID, checkpoint_id: uuid.UUID, wanted: dict[uuid.UUID, StopDraft]) -> None:
    """Put the checkpoint onto the ways that want it, at their places; number each way anew."""
    stored = stops_of(activity_id)
    for category_id in {stop.category_id for stop in stored} | set(wanted):
        way = [stop for stop in stored if stop.category_id == category_id]
        here = next((stop for stop in way if stop.checkpoint_id == checkpoint_id), None)
        draft = wanted.get(category_id)
        if draft is None:
            if here is not None:
                way.remove(here)
                db.session.delete(here)
        else:
            if here is None:
                here = CategoryCheckpoint(activity_id=activity_id, category_id=category_id, checkpoint_id=checkpoint_id)
                db.session.add(here)
                way.append(here)
            here.distance_m, here.opens_at, here.cutoff_at = draft.distance_m, draft.opens_at, draft.cutoff_at
            if draft.place is not None:
                way.remove(here)
                way.insert(draft.place - 1, here)
        parts.in_order(way)


@act
def remove_checkpoint(*, activity_id: uuid.UUID, version: int | None, checkpoint_id: uuid.UUID, actor: Actor) -> None:
    """Remove a checkpoint where nothing has been scanned."""
    activity = open_for_change(activity_id, version)
    checkpoint = _one_of(checkpoints_of(activity_id), checkpoint_id)
    _set_stops(activity_id, checkpoint_id, {})
    db.session.flush()
    db.session.delete(checkpoint)
    flush_or(Conflict("checkpoint_in_use", N_("这个签到点已有签到记录，不能删除。")))
    _refuse_unfit_ways(activity, categories_of(activity_id))
    _changed(activity, "checkpoint", checkpoint_id, actor, removed=True)


def _refuse_unfit_ways(activity: Activity, categories: list[Category]) -> None:
    stops, kinds = stops_of(activity.id), _kinds(activity.id)
    for category in categories:
        for problem in check_way(draft_of(category), kinds_on_way(category.id, stops, kinds)):
            raise DomainError(problem.code, problem.message, **problem.params)


# --------------------------------------------------------------------------- both


def _one_of(rows: Sequence[Row], part_id: uuid.UUID) -> Row:
    found = next((one for one in rows if one.id == part_id), None)
    if found is None:
        raise NotFound("part_not_found", N_("这一项已经删除了，请返回刷新。"))
    return found


def _kinds(activity_id: uuid.UUID) -> dict[uuid.UUID, CheckpointKind]:
    return {one.id: CheckpointKind(one.kind) for one in checkpoints_of(activity_id)}


def _changed(activity: Activity, part: str, part_id: uuid.UUID, actor: Actor, **details: Any) -> None:
    refuse_if_unfit(activity)
    raise_version(activity, "way")
    record(
        actor,
        "activity.changed",
        subject_kind=part,
        subject_id=part_id,
        scope_id=activity.id,
        part=part,
        version=activity.version,
        **details,
    )
