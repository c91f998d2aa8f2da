"""A route: GPX in, a small line to draw out. Pure.

The stored form (`Activity.route`) is a plain dictionary in the units of the
drawing, a box `WIDTH` wide:

    {"points": [[x, y], …], "line": [[lat, lon], …], "along": [metres, …],
     "width", "height", "km", "ascent_m",
     "heights": [[metres, metres above the sea], …]}

`line` holds the same points as `points` in degrees (WGS 84, about a metre
exact), for the map; routes of before it have none.

`along` is the distance from the start at each point, so that a checkpoint
known by its distance finds its place on the line. `heights` is empty when the
file knows none.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from app.core.errors import DomainError, TooLarge
from app.core.text import N_

MAX_BYTES: Final = 5 * 1024 * 1024
MAX_POINTS: Final = 100_000
WIDTH: Final = 343
MARGIN: Final = 20
FLATTEST, STEEPEST = 150, 343
"""Bounds of the drawing's height."""
TOLERANCE: Final = 0.6
"""How far, in units of the drawing, the drawn line may leave the true one."""
MAX_DRAWN: Final = 600
MAX_LOOKED_AT: Final = 3_000
PROFILE: Final = 80
"""Samples of the height along the way."""
NOISE: Final = 4.0
"""Metres that a height must change before it counts as climbing: receivers tremble."""
EARTH: Final = 6_371_008.8
"""Mean radius in metres (IUGG)."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Fix:
    """One position: degrees, and metres above the sea where the file knows them."""

    lat: float
    lon: float
    ele: float | None


def _unreadable() -> DomainError:
    return DomainError("gpx_unreadable", N_("这个文件读不出来，请另导一份 GPX。"), field="gpx")


def parse_gpx(data: bytes) -> list[Fix]:
    """The positions of a GPX file: its track, or else its route.

    Refused: over MAX_BYTES (`too_large`), no XML or one that declares entities
    (`gpx_unreadable`), fewer than two positions (`gpx_empty`), more than
    MAX_POINTS (`gpx_too_many`).
    """
    if len(data) > MAX_BYTES:
        raise TooLarge("too_large", N_("文件太大，最大 5 MB。"), field="gpx")
    try:
        root = ElementTree.fromstring(data, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise _unreadable() from error
    if _local(root.tag) != "gpx":
        raise _unreadable()
    fixes = list(_fixes(root, "trkpt")) or list(_fixes(root, "rtept"))
    if len(fixes) > MAX_POINTS:
        raise DomainError("gpx_too_many", N_("轨迹点太多，请先简化再传。"), field="gpx")
    if len(fixes) < 2 or length(fixes) < 1:
        raise DomainError("gpx_empty", N_("文件里没有轨迹，请导出带轨迹的 GPX。"), field="gpx")
    return fixes


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _fixes(root: Any, name: str) -> Iterator[Fix]:
    for element in root.iter():
        if _local(element.tag) != name:
            continue
        lat, lon = _number(element.get("lat")), _number(element.get("lon"))
        if lat is None or lon is None or not -85 <= lat <= 85 or not -180 <= lon <= 180:
            raise _unreadable()
        ele = next((_number(child.text) for child in element if _local(child.tag) == "ele"), None)
        yield Fix(lat, lon, ele if ele is not None and -500 <= ele <= 9_000 else None)


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None


# --------------------------------------------------------------------------- measures


def distance(one: Fix, other: Fix) -> float:
    """Metres between two positions on the sphere (haversine)."""
    lat, other_lat = math.radians(one.lat), math.radians(other.lat)
    half = math.sin((other_lat - lat) / 2) ** 2
    half += math.cos(lat) * math.cos(other_lat) * math.sin(math.radians(other.lon - one.lon) / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(min(1.0, half)))


def length(fixes: Sequence[Fix]) -> float:
    """Metres of the whole way."""
    return sum(distance(one, other) for one, other in pairwise(fixes))


def ascent(heights: Sequence[float]) -> float:
    """Metres climbed, without what trembles less than NOISE."""
    if not heights:
        return 0.0
    climbed, base = 0.0, heights[0]
    for height in heights:
        if height - base >= NOISE:
            climbed += height - base
            base = height
        elif height < base:
            base = height
    return climbed


# --------------------------------------------------------------------------- the drawing


def route_of(data: bytes) -> dict[str, Any]:
    """The stored form of a GPX file; refusals as in `parse_gpx`."""
    fixes = parse_gpx(data)
    along = [0.0]
    for one, other in pairwise(fixes):
        along.append(along[-1] + distance(one, other))
    plane, height = _project(fixes)
    kept = _simplified(plane)
    heights = [fix.ele for fix in fixes if fix.ele is not None]
    known = len(heights) == len(fixes)
    return {
        "points": [[round(plane[n][0], 1), round(plane[n][1], 1)] for n in kept],
        "line": [[round(fixes[n].lat, 5), round(fixes[n].lon, 5)] for n in kept],
        "along": [round(along[n]) for n in kept],
        "width": WIDTH,
        "height": height,
        "km": round(along[-1] / 1000, 1),
        "ascent_m": round(ascent(heights)) if known else None,
        "heights": _profile(along, heights) if known else [],
    }


def _project(fixes: Sequence[Fix]) -> tuple[list[Point], int]:
    """Positions in the box, north up, both axes to the same scale; and the height of the box."""
    middle = math.radians((min(fix.lat for fix in fixes) + max(fix.lat for fix in fixes)) / 2)
    flat = [(fix.lon * math.cos(middle), -fix.lat) for fix in fixes]
    left, top = min(x for x, _ in flat), min(y for _, y in flat)
    wide, high = max(x for x, _ in flat) - left, max(y for _, y in flat) - top
    inner = WIDTH - 2 * MARGIN
    scale = min(inner / wide if wide else math.inf, (STEEPEST - 2 * MARGIN) / high if high else math.inf)
    height = max(FLATTEST, math.ceil(high * scale) + 2 * MARGIN)
    right = MARGIN + (inner - wide * scale) / 2
    down = (height - high * scale) / 2
    return [((x - left) * scale + right, (y - top) * scale + down) for x, y in flat], height


def _simplified(points: Sequence[Point]) -> list[int]:
    """Indices of the points worth drawing, by a tolerance that grows until they are few enough.

    A longer track is thinned evenly first: the worst case of what follows is the square of it.
    """
    step = -(-len(points) // MAX_LOOKED_AT)
    looked_at = sorted({*range(0, len(points), step), len(points) - 1})
    thinned = [points[n] for n in looked_at]
    tolerance = TOLERANCE
    while len(kept := _douglas_peucker(thinned, tolerance)) > MAX_DRAWN:
        tolerance *= 1.5
    return [looked_at[n] for n in kept]


def _douglas_peucker(points: Sequence[Point], tolerance: float) -> list[int]:
    """Douglas and Peucker 1973, without recursion: a route may have any number of points."""
    kept = {0, len(points) - 1}
    stack = [(0, len(points) - 1)]
    while stack:
        first, last = stack.pop()
        farthest, reach = first, tolerance
        for n in range(first + 1, last):
            off = _off(points[n], points[first], points[last])
            if off > reach:
                farthest, reach = n, off
        if farthest != first:
            kept.add(farthest)
            stack += [(first, farthest), (farthest, last)]
    return sorted(kept)


def _off(point: Point, start: Point, end: Point) -> float:
    """Distance of a point from a segment; the ends of a round trip are one point."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    square = dx * dx + dy * dy
    share = 0.0
    if square:
        share = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / square
        share = min(1.0, max(0.0, share))
    return math.hypot(point[0] - start[0] - share * dx, point[1] - start[1] - share * dy)


def _profile(along: Sequence[float], heights: Sequence[float]) -> list[list[int]]:
    """(metres along, metres high) at equal steps."""
    samples, n = [], 0
    for step in range(PROFILE + 1):
        wanted = along[-1] * step / PROFILE
        while n + 1 < len(along) - 1 and along[n + 1] < wanted:
            n += 1
        run = along[n + 1] - along[n]
        share = (wanted - along[n]) / run if run else 0.0
        samples.append([round(wanted), round(heights[n] + (heights[n + 1] - heights[n]) * share)])
    return samples
