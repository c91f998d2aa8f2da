"""The way of a walk: read from a GPX file, measured, and made into a small line to draw.

The file is read here with defusedxml alone. gpxpy would register every namespace of an uploaded
file in the process for good, and a route needs no more than latitude, longitude and height.
Source: GPX 1.1 Schema (topografix.com): wpt, rte/rtept, trk/trkseg/trkpt with lat, lon and ele.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, hypot, isfinite, pi, radians, sin, sqrt
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree
from defusedxml import DefusedXmlException

from app.core.errors import DomainError, TooLarge
from app.core.text import N_

MAX_BYTES: Final = 2 * 1024 * 1024
MAX_DRAWN: Final = 300
"""Points of the line that goes to a phone: about 3 kB."""
MAX_PROFILE: Final = 80
SIDE: Final = 1000
MARGIN: Final = 30

_EARTH_M: Final = 6_371_008.8
_LONGEST_M: Final = 500_000
_SIMPLIFIED_FROM: Final = 5_000
_NOISE_M: Final = 4.0
"""Heights from a watch tremble: a climb counts once it is higher than this."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place in WGS 84 degrees, with its height in metres if the file knows it."""

    lat: float
    lon: float
    height: float | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """What is kept of a file. `points` and `profile` are drawn in boxes of width × height.

    `points` keep the true proportions (north is up); `profile` is the height over the way and
    empty when the file has no heights, as `ascent_m` is None then.
    """

    points: tuple[tuple[int, int], ...]
    width: int
    height: int
    km: float
    ascent_m: int | None
    profile: tuple[tuple[int, int], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The route as it is stored."""
        return {
            "points": [list(point) for point in self.points],
            "width": self.width,
            "height": self.height,
            "km": self.km,
            "ascent_m": self.ascent_m,
            "profile": [list(point) for point in self.profile],
        }


def read_route(data: bytes) -> Route:
    """A GPX file as a route; DomainError as in `parse_gpx`."""
    return make_route(parse_gpx(data))


def svg_points(points: Sequence[Sequence[int]]) -> str:
    """Points as the attribute of an SVG polyline."""
    return " ".join(f"{x},{y}" for x, y in points)


# --------------------------------------------------------------------------- the file


def parse_gpx(data: bytes) -> list[Point]:
    """Every point of the tracks in order, or of the routes when there is no track.

    Raises DomainError `gpx_size` (more than MAX_BYTES, 413), `gpx_broken`, `gpx_empty` (fewer than
    two different points) or `gpx_length` (longer than anybody walks).
    """
    if len(data) > MAX_BYTES:
        raise TooLarge("gpx_size", N_("文件超过 2 MB，请导出精简的路线。"), field="gpx")
    try:
        root = defusedxml.ElementTree.fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise _broken() from None
    if _local(root) != "gpx":
        raise _broken()
    points = _points(root, "trkpt") or _points(root, "rtept")
    if len({(point.lat, point.lon) for point in points}) < 2:
        raise DomainError("gpx_empty", N_("文件里没有路线，请重新导出。"), field="gpx")
    if distance_m(points) > _LONGEST_M:
        raise DomainError("gpx_length", N_("路线超过 500 km，请核对文件。"), field="gpx")
    return points


def _broken() -> DomainError:
    return DomainError("gpx_broken", N_("这不是 GPX 路线文件，请重新导出。"), field="gpx")


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _points(root: Element, name: str) -> list[Point]:
    return [_point(element) for element in root.iter() if _local(element) == name]


def _point(element: Element) -> Point:
    height = next((child.text for child in element if _local(child) == "ele"), None)
    try:
        lat, lon = float(element.attrib["lat"]), float(element.attrib["lon"])
        metres = float(height) if height is not None and height.strip() else None
    except (KeyError, ValueError):
        raise _broken() from None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):  # false for NaN, too
        raise _broken()
    if metres is not None and not (isfinite(metres) and -1_000 < metres < 10_000):
        metres = None
    return Point(lat, lon, metres)


# --------------------------------------------------------------------------- figures


def distance_m(points: Sequence[Point]) -> float:
    """Metres along the points, on a sphere (haversine)."""
    return sum(_between(one, other) for one, other in zip(points, points[1:], strict=False))


def _between(one: Point, other: Point) -> float:
    lat1, lat2 = radians(one.lat), radians(other.lat)
    rise, turn = lat2 - lat1, radians(other.lon - one.lon)
    chord = sin(rise / 2) ** 2 + cos(lat1) * cos(lat2) * sin(turn / 2) ** 2
    return 2 * _EARTH_M * asin(min(1.0, sqrt(chord)))


def ascent_m(heights: Sequence[float]) -> float:
    """Metres climbed in all; ups and downs smaller than the tremble of the instrument do not count."""
    climbed, low, high = 0.0, heights[0], heights[0]
    for height in heights[1:]:
        if height > high:
            high = height
        elif height < high - _NOISE_M:
            climbed += high - low if high - low >= _NOISE_M else 0
            low = high = height
        low, high = (height, height) if height < low else (low, high)
    return climbed + (high - low if high - low >= _NOISE_M else 0)


# --------------------------------------------------------------------------- the line


def make_route(points: Sequence[Point]) -> Route:
    """Figures and lines of at least two different points."""
    flat = _project(points)
    kept = simplify(_thinned(flat), MAX_DRAWN)
    width, height, drawn = _fit(kept)
    length = distance_m(points)
    profile = _profile(points)
    heights = [point.height for point in points if point.height is not None]
    known = len(heights) == len(points)
    return Route(
        points=drawn,
        width=width,
        height=height,
        km=round(length / 1000, 2),
        ascent_m=round(ascent_m(heights)) if known else None,
        profile=profile if known else (),
    )


def _project(points: Sequence[Point]) -> list[tuple[float, float]]:
    """Metres east and south of the first point; a degree of longitude shrinks with the latitude."""
    middle = (min(point.lat for point in points) + max(point.lat for point in points)) / 2
    metres = _EARTH_M * pi / 180
    shrink = cos(radians(middle))
    first = points[0]
    return [((one.lon - first.lon) * metres * shrink, (first.lat - one.lat) * metres) for one in points]


def _thinned(line: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Every n-th point and the last, so that simplifying stays quick for a recorder set to each second."""
    step = -(-len(line) // _SIMPLIFIED_FROM)
    return line if step == 1 else [*line[:-1:step], line[-1]]


def simplify(line: Sequence[tuple[float, float]], most: int) -> list[tuple[float, float]]:
    """Douglas–Peucker from above: of all points the `most` that shape the line, in their order.

    The point farthest from its chord is kept next, until `most` are or none is off its chord.
    """
    kept = {0, len(line) - 1}
    open_: list[tuple[float, int, int, int]] = []

    def look(first: int, last: int) -> None:
        if last - first > 1:
            off, place = max((_off(line[i], line[first], line[last]), i) for i in range(first + 1, last))
            heapq.heappush(open_, (-off, place, first, last))

    look(0, len(line) - 1)
    while open_ and len(kept) < most:
        off, place, first, last = heapq.heappop(open_)
        if off == 0:
            break
        kept.add(place)
        look(first, place)
        look(place, last)
    return [line[i] for i in sorted(kept)]


def _off(point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    """How far `point` is from the stretch between `start` and `end`."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = across * across + down * down
    if length == 0:
        return hypot(point[0] - start[0], point[1] - start[1])
    along = ((point[0] - start[0]) * across + (point[1] - start[1]) * down) / length
    along = min(1.0, max(0.0, along))
    return hypot(point[0] - start[0] - along * across, point[1] - start[1] - along * down)


def _fit(line: Sequence[tuple[float, float]]) -> tuple[int, int, tuple[tuple[int, int], ...]]:
    """The line in a box whose longer side is SIDE, with a margin, in true proportions."""
    left, top = min(x for x, _ in line), min(y for _, y in line)
    across, down = max(x for x, _ in line) - left, max(y for _, y in line) - top
    scale = (SIDE - 2 * MARGIN) / max(across, down, 1e-6)
    drawn = tuple((round((x - left) * scale) + MARGIN, round((y - top) * scale) + MARGIN) for x, y in line)
    return round(across * scale) + 2 * MARGIN, round(down * scale) + 2 * MARGIN, drawn


def _profile(points: Sequence[Point]) -> tuple[tuple[int, int], ...]:
    """Height over the way in a box of SIDE × SIDE / 4; a flat way is a line along the floor."""
    along, so_far, previous = [], 0.0, points[0]
    for point in points:
        so_far += _between(previous, point)
        along.append((so_far, point.height or 0.0))
        previous = point
    lowest, highest = min(h for _, h in along), max(h for _, h in along)
    tall = SIDE / 4
    scaled = [(x / so_far * SIDE, tall - (h - lowest) / max(highest - lowest, 20.0) * tall) for x, h in along]
    return tuple((round(x), round(y)) for x, y in simplify(_thinned(scaled), MAX_PROFILE))
