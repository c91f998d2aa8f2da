"""What leaves this room: frozen, plain, no session behind it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.activities.constants import (
    ActivityKind,
    ActivityStatus,
    Allocation,
    AskField,
    CheckpointKind,
    FinishRule,
)
from app.activities.rules.bibs import format_bib
from app.activities.rules.drafts import CategoryDraft, Problem, WayFacts, missing_for_publication
from app.activities.rules.drawing import Drawing, Passed, drawing_of
from app.activities.rules.states import Places, Standing, Window, standing


@dataclass(frozen=True, slots=True)
class SeasonFacts:
    """A season with the name of its series."""

    id: uuid.UUID
    code: str
    name: str
    year: int
    keepsake: str
    series_id: uuid.UUID
    series_code: str
    series_name: str


@dataclass(frozen=True, slots=True)
class ActivityFacts:
    """The columns of an activity, but for its GPX file. Times are UTC, ages and counts whole."""

    id: uuid.UUID
    code: str
    season_id: uuid.UUID | None
    kind: ActivityKind
    status: ActivityStatus
    name: str
    place: str
    address: str
    seal_text: str
    intro: str
    service_phone: str
    gate_opens_at: datetime
    starts_at: datetime
    ends_at: datetime
    registration_opens_at: datetime
    registration_closes_at: datetime
    allocation: Allocation
    needs_review: bool
    waiting_list: bool
    guardian_to_18: bool
    asks: tuple[AskField, ...]
    walkin_capacity: int
    walkin_taken: int
    walkin_category_id: uuid.UUID | None
    poster_enabled: bool
    route: Mapping[str, Any] | None
    version: int


@dataclass(frozen=True, slots=True)
class CategoryDetail:
    """A group with the counters of its places."""

    id: uuid.UUID
    code: str
    name: str
    distance_m: int | None
    min_age: int | None
    max_age: int | None
    capacity: int
    taken: int
    waiting: int
    finish_rule: FinishRule
    finish_k: int | None
    position: int

    @property
    def draft(self) -> CategoryDraft:
        """The same as the rules and the forms read it."""
        return CategoryDraft(
            code=self.code,
            name=self.name,
            capacity=self.capacity,
            distance_m=self.distance_m,
            min_age=self.min_age,
            max_age=self.max_age,
            finish_rule=self.finish_rule,
            finish_k=self.finish_k,
        )


@dataclass(frozen=True, slots=True)
class CheckpointDetail:
    """A place where codes are read, with the static part of its poster's address."""

    id: uuid.UUID
    code: str
    name: str
    kind: CheckpointKind
    position: int
    poster_code: str


@dataclass(frozen=True, slots=True)
class Stop:
    """A checkpoint on a category's way. No hours: open as long as the activity."""

    category_id: uuid.UUID
    checkpoint_id: uuid.UUID
    position: int
    distance_m: int | None
    opens_at: datetime | None
    cutoff_at: datetime | None


@dataclass(frozen=True, slots=True)
class TermsText:
    """A version of the 参加须知."""

    id: uuid.UUID
    version: int
    text: str
    sha256: bytes
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Station:
    """An activity with everything around it, people excepted."""

    activity: ActivityFacts
    season: SeasonFacts | None
    categories: tuple[CategoryDetail, ...]
    checkpoints: tuple[CheckpointDetail, ...]
    stops: tuple[Stop, ...]
    terms: TermsText | None

    def way(self, category_id: uuid.UUID) -> tuple[Stop, ...]:
        """The stops of one category in their order."""
        return tuple(stop for stop in self.stops if stop.category_id == category_id)

    def stop(self, category_id: uuid.UUID, checkpoint_id: uuid.UUID) -> Stop | None:
        """One stop, or None when that checkpoint is not on the category's way."""
        return next((stop for stop in self.way(category_id) if stop.checkpoint_id == checkpoint_id), None)

    def checkpoint(self, checkpoint_id: uuid.UUID) -> CheckpointDetail | None:
        """One of its checkpoints."""
        return next((found for found in self.checkpoints if found.id == checkpoint_id), None)

    @property
    def ways(self) -> tuple[WayFacts, ...]:
        """Each category with the kinds of the checkpoints on its way, as the rules read it."""
        kinds = {point.id: point.kind for point in self.checkpoints}
        return tuple(
            WayFacts(one.draft, tuple(kinds[stop.checkpoint_id] for stop in self.way(one.id)))
            for one in self.categories
        )

    @property
    def drawing(self) -> Drawing | None:
        """The route with the checkpoints of the longest way, ready to be drawn."""
        if not self.activity.route:
            return None
        points = {point.id: point for point in self.checkpoints}
        ways = [self.way(one.id) for one in self.categories]
        longest = max(ways, key=lambda way: max((stop.distance_m or 0 for stop in way), default=0), default=())
        passed = [
            Passed(points[stop.checkpoint_id].name, points[stop.checkpoint_id].kind, stop.distance_m)
            for stop in longest
        ]
        return drawing_of(self.activity.route, passed)

    def missing(self, now: datetime) -> list[Problem]:
        """What keeps a draft from being shown to citizens."""
        return missing_for_publication(self.ways, ends_at=self.activity.ends_at, now=now)

    def standing(self, now: datetime) -> Standing:
        """Whether one can sign up now, with the figures."""
        activity = self.activity
        return standing(
            activity.status,
            Window(activity.registration_opens_at, activity.registration_closes_at, activity.ends_at),
            [Places(one.capacity, one.taken, one.waiting) for one in self.categories],
            now,
            allocation=activity.allocation,
            waiting_list=activity.waiting_list,
        )

    def category(self, category_id: uuid.UUID) -> CategoryDetail | None:
        """One of its categories."""
        return next((found for found in self.categories if found.id == category_id), None)


@dataclass(frozen=True, slots=True)
class BibBlockFacts:
    """A run of numbers: `next` is the first that nobody has."""

    id: uuid.UUID
    category_id: uuid.UUID | None
    organisation_id: uuid.UUID | None
    prefix: str
    first: int
    last: int
    next: int
    width: int
    position: int
    organisation_name: str | None = None

    @property
    def used(self) -> int:
        """How many numbers are given."""
        return self.next - self.first

    @property
    def first_bib(self) -> str:
        """The first number as it is printed."""
        return format_bib(self.prefix, self.first, self.width)

    @property
    def last_bib(self) -> str:
        """The last number as it is printed."""
        return format_bib(self.prefix, self.last, self.width)
