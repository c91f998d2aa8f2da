"""What registering and checking in must know of an activity, kept in process.

A plan holds no counter, so it is good for as long as `activity.version` stays:
every change of the activity raises it. A call costs one small statement, which
asks for the version; only after a change the plan is read anew. Do not ask for
a plan later in the very act that has changed its activity: what that act has
not committed yet would be kept.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from app.activities.constants import ActivityStatus, Allocation, AskField, CheckpointKind, FinishRule
from app.activities.models import Activity, Category, CategoryCheckpoint, Checkpoint, Terms
from app.activities.queries.kept import Kept, unknown_activity
from app.activities.rules.drafts import is_code
from app.core.db import db, table
from app.core.ids import parse_uuid
from app.core.keyed import execute


@dataclass(frozen=True, slots=True)
class CheckpointFacts:
    """A place where codes are read."""

    id: uuid.UUID
    code: str
    name: str
    kind: CheckpointKind
    position: int


@dataclass(frozen=True, slots=True)
class CategoryFacts:
    """A group and its way; `checkpoint_ids` in the order of the way."""

    id: uuid.UUID
    code: str
    name: str
    finish_rule: FinishRule
    finish_k: int | None
    checkpoint_ids: tuple[uuid.UUID, ...]


@dataclass(frozen=True, slots=True)
class CheckinPlan:
    """What a verdict needs of an activity.

    `hours` by (category, checkpoint): (opens_at, cutoff_at), either may be None
    for no limit; a pair that is not in it does not lie on that category's way.
    """

    activity_id: uuid.UUID
    version: int
    code: str
    name: str
    status: ActivityStatus
    season_id: uuid.UUID | None
    gate_opens_at: datetime
    starts_at: datetime
    ends_at: datetime
    walkin_category_id: uuid.UUID | None
    walkin_capacity: int
    poster_enabled: bool
    checkpoints: Mapping[uuid.UUID, CheckpointFacts]
    by_code: Mapping[str, uuid.UUID]
    hours: Mapping[tuple[uuid.UUID, uuid.UUID], tuple[datetime | None, datetime | None]]
    categories: Mapping[uuid.UUID, CategoryFacts]


@dataclass(frozen=True, slots=True)
class TermsFacts:
    """The newest 参加须知: what a consent row points at."""

    id: uuid.UUID
    version: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class CategorySettings:
    """What decides whether somebody may register in a group. Ages in whole years."""

    id: uuid.UUID
    code: str
    name: str
    distance_m: int | None
    min_age: int | None
    max_age: int | None
    position: int


@dataclass(frozen=True, slots=True)
class RegistrationSettings:
    """What decides whether and how somebody may register. Categories in their order."""

    activity_id: uuid.UUID
    version: int
    code: str
    name: str
    place: str
    season_id: uuid.UUID | None
    status: ActivityStatus
    gate_opens_at: datetime
    starts_at: datetime
    ends_at: datetime
    registration_opens_at: datetime
    registration_closes_at: datetime
    allocation: Allocation
    needs_review: bool
    waiting_list: bool
    guardian_to_18: bool
    asks: frozenset[AskField]
    walkin_capacity: int
    walkin_category_id: uuid.UUID | None
    terms: TermsFacts | None
    categories: Mapping[uuid.UUID, CategorySettings]
    by_code: Mapping[str, uuid.UUID]

    def category_named(self, ref: str) -> CategorySettings | None:
        """A category by id, code or name."""
        found = self.by_code.get(ref)
        if found is None:
            as_id = parse_uuid(ref)
            found = next((one.id for one in self.categories.values() if as_id == one.id or one.name == ref), None)
        return self.categories[found] if found is not None and found in self.categories else None


_a = table(Activity).c
_CODED = select(_a.id, _a.version).where(_a.code == bindparam("code"))
_ACTIVITY = select(Activity).where(Activity.id == bindparam("activity_id"))
_CATEGORIES = (
    select(
        Category.id,
        Category.code,
        Category.name,
        Category.distance_m,
        Category.min_age,
        Category.max_age,
        Category.finish_rule,
        Category.finish_k,
        Category.position,
    )
    .where(Category.activity_id == bindparam("activity_id"))
    .order_by(Category.position, Category.code)
)
_CHECKPOINTS = (
    select(Checkpoint.id, Checkpoint.code, Checkpoint.name, Checkpoint.kind, Checkpoint.position)
    .where(Checkpoint.activity_id == bindparam("activity_id"))
    .order_by(Checkpoint.position, Checkpoint.code)
)
_WAYS = (
    select(
        CategoryCheckpoint.category_id,
        CategoryCheckpoint.checkpoint_id,
        CategoryCheckpoint.opens_at,
        CategoryCheckpoint.cutoff_at,
    )
    .where(CategoryCheckpoint.activity_id == bindparam("activity_id"))
    .order_by(CategoryCheckpoint.position)
)
_TERMS = (
    select(Terms.id, Terms.version, Terms.sha256)
    .where(Terms.activity_id == bindparam("activity_id"))
    .order_by(Terms.version.desc())
    .limit(1)
)


def _columns(activity_id: uuid.UUID) -> Activity:
    """The row as the store has it now, not as the session may have seen it before."""
    found = db.session.execute(
        _ACTIVITY, {"activity_id": activity_id}, execution_options={"populate_existing": True}
    ).scalar_one_or_none()
    if found is None:
        raise unknown_activity()
    return found


def _read_checkin(activity_id: uuid.UUID) -> tuple[int, CheckinPlan]:
    activity = _columns(activity_id)
    here = {"activity_id": activity_id}
    checkpoints = {
        row.id: CheckpointFacts(row.id, row.code, row.name, CheckpointKind(row.kind), row.position)
        for row in db.session.execute(_CHECKPOINTS, here)
    }
    way: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    hours: dict[tuple[uuid.UUID, uuid.UUID], tuple[datetime | None, datetime | None]] = {}
    for row in db.session.execute(_WAYS, here):
        way[row.category_id].append(row.checkpoint_id)
        hours[row.category_id, row.checkpoint_id] = (row.opens_at, row.cutoff_at)
    categories = {
        row.id: CategoryFacts(
            id=row.id,
            code=row.code,
            name=row.name,
            finish_rule=FinishRule(row.finish_rule),
            finish_k=row.finish_k,
            checkpoint_ids=tuple(way[row.id]),
        )
        for row in db.session.execute(_CATEGORIES, here)
    }
    plan = CheckinPlan(
        activity_id=activity.id,
        version=activity.version,
        code=activity.code,
        name=activity.name,
        status=ActivityStatus(activity.status),
        season_id=activity.season_id,
        gate_opens_at=activity.gate_opens_at,
        starts_at=activity.starts_at,
        ends_at=activity.ends_at,
        walkin_category_id=activity.walkin_category_id,
        walkin_capacity=activity.walkin_capacity,
        poster_enabled=activity.poster_enabled,
        checkpoints=checkpoints,
        by_code={facts.code: facts.id for facts in checkpoints.values()},
        hours=hours,
        categories=categories,
    )
    return activity.version, plan


def _read_registration(activity_id: uuid.UUID) -> tuple[int, RegistrationSettings]:
    activity = _columns(activity_id)
    here = {"activity_id": activity_id}
    terms = db.session.execute(_TERMS, here).one_or_none()
    categories = {
        row.id: CategorySettings(
            id=row.id,
            code=row.code,
            name=row.name,
            distance_m=row.distance_m,
            min_age=row.min_age,
            max_age=row.max_age,
            position=row.position,
        )
        for row in db.session.execute(_CATEGORIES, here)
    }
    settings = RegistrationSettings(
        activity_id=activity.id,
        version=activity.version,
        code=activity.code,
        name=activity.name,
        place=activity.place,
        season_id=activity.season_id,
        status=ActivityStatus(activity.status),
        gate_opens_at=activity.gate_opens_at,
        starts_at=activity.starts_at,
        ends_at=activity.ends_at,
        registration_opens_at=activity.registration_opens_at,
        registration_closes_at=activity.registration_closes_at,
        allocation=Allocation(activity.allocation),
        needs_review=activity.needs_review,
        waiting_list=activity.waiting_list,
        guardian_to_18=activity.guardian_to_18,
        asks=frozenset(AskField(ask) for ask in activity.asks),
        walkin_capacity=activity.walkin_capacity,
        walkin_category_id=activity.walkin_category_id,
        terms=TermsFacts(terms.id, terms.version, terms.sha256) if terms else None,
        categories=categories,
        by_code={facts.code: facts.id for facts in categories.values()},
    )
    return activity.version, settings


_checkin_plans = Kept(_read_checkin)
_registration_settings = Kept(_read_registration)


def checkin_plan(activity_id: uuid.UUID) -> CheckinPlan:
    """What a verdict needs of an activity; NotFound `activity_not_found`."""
    return _checkin_plans.get(activity_id)


def checkin_plan_at(activity_id: uuid.UUID, version: int) -> CheckinPlan:
    """The same, for an act that has just read the version beside something else."""
    return _checkin_plans.at_version(activity_id, version)


def registration_settings(activity_id: uuid.UUID) -> RegistrationSettings:
    """What registering needs of an activity; NotFound `activity_not_found`."""
    return _registration_settings.get(activity_id)


def registration_settings_of(ref: str) -> RegistrationSettings:
    """The same by id or code, as other software names it; NotFound `activity_not_found`."""
    as_id = parse_uuid(ref)
    if as_id is not None:
        return registration_settings(as_id)
    row = execute(_CODED, {"code": ref}).one_or_none() if is_code(ref) else None
    if row is None:
        raise unknown_activity()
    return _registration_settings.at_version(row.id, row.version)


def registration_settings_at(activity_id: uuid.UUID, version: int) -> RegistrationSettings:
    """The same, for an act that has just read the version beside something else."""
    return _registration_settings.at_version(activity_id, version)
