"""Making a station, and changing what it is and how people sign up."""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import select

from app.activities.constants import ActivityStatus, CheckpointKind
from app.activities.models import Activity
from app.activities.rules.drafts import (
    Basics,
    Problem,
    StationDraft,
    StopDraft,
    Window,
    check_basics,
    check_block,
    check_category,
    check_checkpoint,
    check_stop,
    check_terms,
    check_way,
    check_window,
    refuse_if,
)
from app.activities.services import parts
from app.activities.services.opening import (
    categories_of,
    checkpoints_of,
    code_taken,
    flush_or,
    open_for_change,
    people_in,
    raise_version,
    season_of,
    shifted,
    stops_of,
)
from app.audit.services import Actor, record
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.ids import uuid7
from app.core.text import N_
from app.core.transactions import act


@act
def create_station(*, draft: StationDraft, actor: Actor, at: datetime | None = None) -> uuid.UUID:
    """Make a station as a draft; returns its id. Every part is checked before anything is stored."""
    at = at or now()
    check_station(draft)
    season_of(draft.basics.season_id)
    activity = Activity(id=uuid7(), status=ActivityStatus.DRAFT.value, version=1, walkin_taken=0, created_at=at)
    _ensure_code_is_free(draft.basics.code, activity.id)
    parts.fill_basics(activity, draft.basics)
    categories = [parts.add_category(activity.id, one, position=n) for n, one in enumerate(draft.categories, start=1)]
    checkpoints = [
        parts.add_checkpoint(activity.id, one, position=n) for n, one in enumerate(draft.checkpoints, start=1)
    ]
    category_ids = {one.code: one.id for one in categories}
    parts.fill_window(activity, draft.window, category_ids)
    db.session.add(activity)
    flush_or(code_taken())
    parts.add_stops(activity.id, draft.stops, category_ids, {one.code: one.id for one in checkpoints})
    for n, block in enumerate(draft.blocks, start=1):
        parts.add_block(activity.id, block, category_ids.get(block.category), position=n)
    if draft.terms.strip():
        parts.add_terms(activity.id, draft.terms.strip(), version=1, at=at)
    db.session.flush()
    record(
        actor,
        "activity.created",
        subject_kind="activity",
        subject_id=activity.id,
        scope_id=activity.id,
        code=activity.code,
        categories=len(categories),
        checkpoints=len(checkpoints),
    )
    return activity.id


def check_station(draft: StationDraft) -> None:
    """Refuse a draft that contradicts itself, with its first problem."""
    codes = [one.code for one in draft.categories]
    points = {one.code: one for one in draft.checkpoints}
    refuse_if(check_basics(draft.basics))
    refuse_if(check_window(draft.window, draft.basics.ends_at, codes))
    for category in draft.categories:
        refuse_if(check_category(category))
    for checkpoint in draft.checkpoints:
        refuse_if(check_checkpoint(checkpoint))
    if len(set(codes)) < len(codes) or len(points) < len(draft.checkpoints):
        raise code_taken()
    ways: dict[str, list[CheckpointKind]] = defaultdict(list)
    for stop in draft.stops:
        if stop.category not in codes or stop.checkpoint not in points:
            raise DomainError("stop_unknown", N_("途经的组别或签到点不存在。"), field="stops")
        kind = points[stop.checkpoint].kind
        refuse_if(_stop_problems(stop, kind, draft.basics.gate_opens_at, draft.basics.ends_at))
        ways[stop.category].append(kind)
    for category in draft.categories:
        refuse_if(check_way(category, ways[category.code]))
    seen: list[tuple[str, int, int]] = []
    for block in draft.blocks:
        if block.category and block.category not in codes:
            raise DomainError("category_unknown", N_("没有这个组别，请重新选。"), field="category")
        refuse_if(check_block(block, seen))
        seen.append((block.prefix, block.first, block.last))
    refuse_if(check_terms(draft.terms, required=False))


def _stop_problems(stop: StopDraft, kind: CheckpointKind, gate_opens_at: datetime, ends_at: datetime) -> list[Problem]:
    return check_stop(stop, kind=kind, gate_opens_at=gate_opens_at, ends_at=ends_at)


def _ensure_code_is_free(code: str, activity_id: uuid.UUID) -> None:
    taken = select(Activity.id).where(Activity.code == code, Activity.id != activity_id)
    if db.session.execute(taken).scalar_one_or_none() is not None:
        raise code_taken()


@act
def change_basics(
    *, activity_id: uuid.UUID, version: int | None, basics: Basics, move_hours: bool, actor: Actor
) -> None:
    """Change what, where and when.

    `move_hours`: the checkpoints' hours move along with the start. Refused are
    times that leave a checkpoint's hours or the end of registration outside
    the activity, and another code once citizens may hold its links.
    """
    activity = open_for_change(activity_id, version)
    refuse_if(check_basics(basics))
    season_of(basics.season_id)
    if basics.code != activity.code:
        if activity.status != ActivityStatus.DRAFT:
            raise Conflict("code_fixed", N_("发布后代号不再改，否则发出去的链接会失效。"), field="code")
        _ensure_code_is_free(basics.code, activity.id)
    if activity.registration_closes_at > basics.ends_at:
        raise DomainError(
            "closes_after_end",
            N_("报名到 %(closes)s 才截止，请先改报名时间。"),
            field="ends_at",
            closes=activity.registration_closes_at,
        )
    by = basics.starts_at - activity.starts_at if move_hours else timedelta()
    _move_hours(activity, basics, by)
    moved = _moved(activity, basics)
    parts.fill_basics(activity, basics)
    raise_version(activity, "basics", *moved, *(["way"] if by else []))
    flush_or(code_taken())
    record(
        actor,
        "activity.changed",
        subject_kind="activity",
        subject_id=activity.id,
        scope_id=activity.id,
        part="basics",
        version=activity.version,
        moved_seconds=int(by.total_seconds()),
    )


def _moved(activity: Activity, basics: Basics) -> list[str]:
    """What of when and where is another one now: who has registered is told."""
    found = ["time"] if basics.starts_at != activity.starts_at else []
    return [*found, "place"] if basics.place != activity.place else found


def _move_hours(activity: Activity, basics: Basics, by: timedelta) -> None:
    points = {one.id: one for one in checkpoints_of(activity.id)}
    for stop in stops_of(activity.id):
        stop.opens_at, stop.cutoff_at = shifted(stop.opens_at, by), shifted(stop.cutoff_at, by)
        point = points[stop.checkpoint_id]
        hours = StopDraft("", point.code, opens_at=stop.opens_at, cutoff_at=stop.cutoff_at)
        if _stop_problems(hours, CheckpointKind(point.kind), basics.gate_opens_at, basics.ends_at):
            raise DomainError(
                "hours_outside",
                N_("%(checkpoint)s的签到时间会落在活动之外，请一起顺延，或先改那里。"),
                field="starts_at",
                checkpoint=point.name,
            )


@act
def change_window(*, activity_id: uuid.UUID, version: int | None, window: Window, actor: Actor) -> None:
    """Change when and how people sign up, and what they are asked.

    Refused: another way of giving places once somebody has signed up.
    """
    activity = open_for_change(activity_id, version)
    categories = categories_of(activity_id)
    refuse_if(check_window(window, activity.ends_at, [one.code for one in categories]))
    if window.allocation != activity.allocation and people_in(activity_id):
        raise Conflict("allocation_fixed", N_("已有人报名，名额的给法不能再改。"), field="allocation")
    changed = window.walkin_capacity != activity.walkin_capacity  # synced scans may have exceeded it
    if changed and window.walkin_capacity < activity.walkin_taken:
        raise Conflict(
            "walkin_below_taken",
            N_("现场已加入 %(taken)s 人，不能少于这个数。"),
            field="walkin_capacity",
            taken=activity.walkin_taken,
        )
    parts.fill_window(activity, window, {one.code: one.id for one in categories})
    raise_version(activity, "window")
    record(
        actor,
        "activity.changed",
        subject_kind="activity",
        subject_id=activity.id,
        scope_id=activity.id,
        part="window",
        version=activity.version,
    )
