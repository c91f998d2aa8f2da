"""The attendance page of one activity: from rollups and pending deltas, never from its people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.activities.constants import CheckpointKind, Metric
from app.activities.queries import (
    ActivityFacts,
    CategoryDetail,
    CheckpointDetail,
    SeasonFacts,
    Station,
    station,
)
from app.activities.queries.tally import counts
from app.checkins.queries.attendance import QuietPhone, quiet_phones
from app.core.clock import now
from app.core.errors import NotFound
from app.core.text import N_
from app.dashboards.rules.figures import Curve, Figures, Part, Point, curve, figures, first_point
from app.dashboards.rules.live import QUIET_AFTER, is_live, may_grow
from app.people.constants import OrganisationKind
from app.people.queries.organisations import towns


@dataclass(frozen=True, slots=True)
class AttendanceView:
    """Everything that the page shows. `quiet`: phones that may still hold scans."""

    activity: ActivityFacts
    season: SeasonFacts | None
    points: tuple[Point, ...]
    categories: tuple[Part, ...]
    towns: tuple[Part, ...]
    figures: Figures
    curves: tuple[Curve, ...]
    chosen: Point | None
    quiet: tuple[QuietPhone, ...]
    live: bool
    begun: bool
    as_of: datetime

    @property
    def curve(self) -> Curve | None:
        """The arrivals that are drawn."""
        return next((one for one in self.curves if one.point == self.chosen), None)


def named_station(ref: str) -> Station:
    """The station that an id or a code names; NotFound when it names none."""
    found = station(ref)
    if found is None:
        raise NotFound("activity_not_found", N_("没有找到这次活动。"))
    return found


def attendance_view(found: Station, *, point_code: str | None = None) -> AttendanceView:
    """The counts of a station, in four statements; `point_code` chooses whose arrivals are drawn."""
    at, activity = now(), found.activity
    numbers = counts(activity.id)
    points = points_of(found)
    chosen = next((point for point in points if point.code == point_code), None) or first_point(points)
    places = town_parts()
    parts = category_parts(found)
    grows = may_grow(activity.gate_opens_at, activity.ends_at, at)
    return AttendanceView(
        activity=activity,
        season=found.season,
        points=points,
        categories=parts,
        towns=places,
        figures=figures(numbers.cells, points=points, categories=parts, towns=places),
        curves=tuple(curve(numbers.cells, point) for point in points),
        chosen=chosen,
        quiet=tuple(quiet_phones(activity.id, before=at - QUIET_AFTER)) if grows else (),
        live=is_live(activity.status, activity.gate_opens_at, activity.ends_at, at),
        begun=at >= activity.gate_opens_at or numbers.total(Metric.ATTENDANCE) > 0,
        as_of=at,
    )


def points_of(found: Station) -> tuple[Point, ...]:
    """The checkpoints in their order, each with how far it lies."""
    return tuple(
        Point(point.id, point.code, point.name, point.kind, _detail(found, point)) for point in found.checkpoints
    )


def category_parts(found: Station) -> tuple[Part, ...]:
    """The categories in their order."""
    return tuple(Part(one.id, one.code, _category_name(one)) for one in found.categories)


def town_parts() -> tuple[Part, ...]:
    """The 镇街 first, then the districts beside this one and 区外, which stand last in a table."""
    return tuple(
        Part(place.id, place.code, place.name, last=place.kind is not OrganisationKind.TOWN) for place in towns()
    )


def _category_name(category: CategoryDetail) -> str:
    return f"{category.name} {category.distance_m / 1000:g} km" if category.distance_m else category.name


def _detail(found: Station, point: CheckpointDetail) -> str:
    if point.kind is CheckpointKind.PICKUP:
        return ""
    reached = sorted({stop.distance_m for stop in found.stops if stop.checkpoint_id == point.id and stop.distance_m})
    return " / ".join(f"{metres / 1000:g} km" for metres in reached)
