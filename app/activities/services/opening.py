"""How every act on a station begins and ends. These helpers join the open act."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.activities.constants import LIVE_STATUSES, ActivityStatus, CheckpointKind, FinishRule
from app.activities.models import Activity, Category, CategoryCheckpoint, Checkpoint, Season
from app.activities.rules.drafts import CategoryDraft, Problem, WayFacts, missing_for_publication
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.outbox import send
from app.core.text import N_
from app.people.models import PersonActivity

HEARD = frozenset({ActivityStatus.PUBLISHED, ActivityStatus.PAUSED, ActivityStatus.FINISHED})
"""States in which people, devices and counts may rest on what is changed."""
SEALED = frozenset({ActivityStatus.ARCHIVED, ActivityStatus.CANCELLED})
"""States in which nothing is changed any more."""


def not_found() -> NotFound:
    """The refusal for an activity that does not exist."""
    return NotFound("activity_not_found", N_("没有找到这次活动。"))


def code_taken() -> Conflict:
    """The refusal for a code that somebody else has."""
    return Conflict("code_taken", N_("这个代号已经用过，请换一个。"), field="code")


def open_activity(activity_id: uuid.UUID, version: int | None) -> Activity:
    """The locked row, if it still is as the editor has seen it.

    Every change of a station locks this row first, so that two editors take
    turns. `version` None: the act does not rest on what its caller saw.
    """
    activity = db.session.execute(
        select(Activity)
        .where(Activity.id == activity_id)
        .with_for_update(key_share=True)  # registrations that point at it go on meanwhile
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if activity is None:
        raise not_found()
    if version is not None and activity.version != version:
        raise Conflict("changed_meanwhile", N_("这个活动刚被别人改过，填的都还在，核对后再保存。"))
    return activity


def open_for_change(activity_id: uuid.UUID, version: int | None) -> Activity:
    """The same, and not archived or cancelled."""
    activity = open_activity(activity_id, version)
    if activity.status in SEALED:
        raise Conflict("activity_sealed", N_("已归档或已取消的活动不能再改。"))
    return activity


def raise_version(activity: Activity, *what: str, was: str | None = None) -> None:
    """Note the change: plans kept in process are read anew, higher rooms hear `activity_changed`.

    `what` names the parts (basics, time, place, window, way, terms, status, …);
    `was` is the status before, where that has changed.
    """
    activity.version += 1
    if activity.status in HEARD or was in HEARD:
        send(activity.id, "activity_changed", parts=list(what), status=activity.status, version=activity.version)


def flush_or(refusal: DomainError) -> None:
    """Write what is pending; a constraint that stops it becomes `refusal`."""
    try:
        db.session.flush()
    except IntegrityError as error:
        raise refusal from error


def season_of(season_id: uuid.UUID | None) -> None:
    """Refuse a season that does not exist; None is a station outside any season."""
    if season_id is not None and db.session.get(Season, season_id) is None:
        raise DomainError("season_unknown", N_("没有找到这个赛季，请重新选。"), field="season_id")


def categories_of(activity_id: uuid.UUID) -> list[Category]:
    """The categories in their order, locked: counters stand in them."""
    return list(
        db.session.execute(
            select(Category)
            .where(Category.activity_id == activity_id)
            .order_by(Category.position, Category.code)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).scalars()
    )


def checkpoints_of(activity_id: uuid.UUID) -> list[Checkpoint]:
    """The checkpoints in their order."""
    return list(
        db.session.execute(
            select(Checkpoint)
            .where(Checkpoint.activity_id == activity_id)
            .order_by(Checkpoint.position, Checkpoint.code)
        ).scalars()
    )


def stops_of(activity_id: uuid.UUID) -> list[CategoryCheckpoint]:
    """The stops of all ways, each way in its order."""
    return list(
        db.session.execute(
            select(CategoryCheckpoint)
            .where(CategoryCheckpoint.activity_id == activity_id)
            .order_by(CategoryCheckpoint.category_id, CategoryCheckpoint.position)
        ).scalars()
    )


def draft_of(category: Category) -> CategoryDraft:
    """A stored category as the rules read it."""
    return CategoryDraft(
        code=category.code,
        name=category.name,
        capacity=category.capacity,
        distance_m=category.distance_m,
        min_age=category.min_age,
        max_age=category.max_age,
        finish_rule=FinishRule(category.finish_rule),
        finish_k=category.finish_k,
    )


def kinds_on_way(
    category_id: uuid.UUID, stops: list[CategoryCheckpoint], kinds: dict[uuid.UUID, CheckpointKind]
) -> tuple[CheckpointKind, ...]:
    """The kinds of a category's checkpoints in the order of its way."""
    return tuple(kinds[stop.checkpoint_id] for stop in stops if stop.category_id == category_id)


def shifted(instant: datetime | None, by: timedelta) -> datetime | None:
    """`instant` moved; no time stays no time."""
    return None if instant is None else instant + by


def missing_of(activity: Activity, at: datetime) -> list[Problem]:
    """What keeps the activity from citizens at the instant `at`."""
    kinds = {one.id: CheckpointKind(one.kind) for one in checkpoints_of(activity.id)}
    stops = stops_of(activity.id)
    ways = [WayFacts(draft_of(one), kinds_on_way(one.id, stops, kinds)) for one in categories_of(activity.id)]
    return missing_for_publication(ways, ends_at=activity.ends_at, now=at)


def refuse_if_unfit(activity: Activity) -> None:
    """What citizens see stays fit for them: a published station keeps places and a way to finish."""
    if activity.status in LIVE_STATUSES:
        for problem in missing_of(activity, activity.starts_at):
            raise Conflict(problem.code, problem.message, **problem.params)


def people_in(activity_id: uuid.UUID) -> int:
    """How many people have ever signed up or walked in, those in a draw or cancelled too."""
    return db.session.execute(
        select(func.count()).select_from(PersonActivity).where(PersonActivity.activity_id == activity_id)
    ).scalar_one()
