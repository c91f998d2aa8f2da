"""A stored route as what an SVG needs: paths, marks, ticks. Pure; the same for office and citizens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.activities.constants import CheckpointKind
from app.activities.rules.route import MARGIN, WIDTH, Point

PROFILE_HEIGHT: Final = 88
FOOT: Final = 24
"""Room for the figures below the profile."""
LEAST_SPAN: Final = 60
"""Metres that the profile shows at least, or a hill looks like an alp."""
APART: Final = 24
"""Units between start and end from which each has a mark of its own."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A checkpoint on the way: how far from the start."""

    name: str
    kind: CheckpointKind
    distance_m: int | None


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbered place on the line, named below the drawing."""

    number: int
    name: str
    x: float
    y: float
    distance_m: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """A route ready to be drawn in a box of `width` by `height`; `end` None for a round trip.

    `ground` and `ridge` are paths of the profile, empty when the heights are
    not known; `ticks` are (x, km) at its foot.
    """

    width: int
    height: int
    line: str
    start: Point
    end: Point | None
    marks: tuple[Mark, ...]
    km: float
    ascent_m: int | None
    profile_height: int
    ground: str
    ridge: str
    lowest: int
    highest: int
    ticks: tuple[tuple[float, int], ...]
    #: whether its positions are known, so that it can stand on a map
    mapped: bool


def drawing_of(route: Mapping[str, Any], passed: Iterable[Passed] = ()) -> Drawing:
    """Draw a stored route with the waypoints whose distance is known and within it."""
    points = [(float(x), float(y)) for x, y in route["points"]]
    start, end = points[0], points[-1]
    total = route["along"][-1]
    seen = sorted(
        {
            (one.distance_m, one.name)
            for one in passed
            if one.kind is CheckpointKind.WAYPOINT and one.distance_m is not None and one.distance_m <= total
        }
    )
    ridge = _ridge(route)
    heights = [high for _, high in route.get("heights") or []]
    return Drawing(
        width=route["width"],
        height=route["height"],
        line=line_path(points),
        start=start,
        end=end if abs(end[0] - start[0]) + abs(end[1] - start[1]) > APART else None,
        marks=tuple(Mark(n, name, *place_on(route, metres), metres) for n, (metres, name) in enumerate(seen, start=1)),
        km=route["km"],
        ascent_m=route.get("ascent_m"),
        profile_height=PROFILE_HEIGHT,
        ground=_ground(ridge),
        ridge=line_path(ridge) if ridge else "",
        lowest=min(heights, default=0),
        highest=max(heights, default=0),
        ticks=_ticks(total) if ridge else (),
        mapped=bool(route.get("line")),
    )


def place_on(route: Mapping[str, Any], metres: float) -> Point:
    """Where on the drawn line one is after `metres`; before the start and past the end: there."""
    x, y = between(route["points"], route["along"], metres)
    return (round(x, 1), round(y, 1))


def between(points: Sequence[Sequence[float]], along: Sequence[float], metres: float) -> Point:
    """Where on a line one is after `metres`: `along` is the way to each of its points."""
    for n in range(1, len(along)):
        if metres <= along[n]:
            run = along[n] - along[n - 1]
            share = min(1.0, max(0.0, (metres - along[n - 1]) / run)) if run else 0.0
            (x, y), (to_x, to_y) = points[n - 1], points[n]
            return (x + (to_x - x) * share, y + (to_y - y) * share)
    return (points[-1][0], points[-1][1])


def line_path(points: Sequence[Point]) -> str:
    """Points as the `d` of an SVG path."""
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)


def _ridge(route: Mapping[str, Any]) -> list[Point]:
    heights = route.get("heights") or []
    if not heights:
        return []
    low = min(high for _, high in heights)
    span = max(LEAST_SPAN, max(high for _, high in heights) - low)
    total = heights[-1][0] or 1
    room, inner = PROFILE_HEIGHT - FOOT - 10, WIDTH - 2 * MARGIN
    return [
        (round(MARGIN + inner * at / total, 1), round(10 + room * (1 - (high - low) / span), 1)) for at, high in heights
    ]


def _ground(ridge: Sequence[Point]) -> str:
    if not ridge:
        return ""
    foot = PROFILE_HEIGHT - FOOT
    return f"{line_path(ridge)}L{ridge[-1][0]:g} {foot}L{ridge[0][0]:g} {foot}z"


def _ticks(total: float) -> tuple[tuple[float, int], ...]:
    """Whole kilometres at equal steps, five at most between the ends."""
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 1_000_000) if total / 1000 / step <= 5)
    return tuple(
        (round(MARGIN + (WIDTH - 2 * MARGIN) * km * 1000 / total, 1), km)
        for km in range(0, int(total // 1000) + 1, step)
    )
