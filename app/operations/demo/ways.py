"""Made-up ways of the demo as GPX files: a station's round of 18 km over a hill, 8 km out to a village; greenways."""

from __future__ import annotations

from math import cos, hypot, pi, radians, sin

ROUND_M = 18_000
"""What the longer category walks; the shorter one ends on the way, at 8 km."""
DEGREE_M = 111_195.0
BENDS = (
    (0.0, 0.0),
    (0.5, 1.3),
    (1.2, 1.7),
    (2.3, 2.1),
    (3.1, 2.9),
    (4.4, 3.3),
    (5.5, 3.0),
    (5.8, 2.0),
    (4.9, 1.2),
    (3.3, 0.9),
    (2.0, 0.2),
    (1.0, 0.4),
)
"""The round, east and north of its start, before it is turned, mirrored and stretched to its length."""
STEPS = 24
"""Positions between two bends."""


Centre = tuple[float, float]
"""Degrees north and east."""


def gpx_of(name: str, centre: Centre, length_m: int = ROUND_M) -> bytes:
    """A round of `length_m`: its shape, its turn and the height of its hill follow from where it lies."""
    line = _line(centre, length_m)
    lat, lon = centre
    narrow = DEGREE_M * cos(radians(lat))
    foot, hill = 70 + 60 * _share(centre, 3), 90 + 170 * _share(centre, 5)
    points = []
    for n, (east, north) in enumerate(line):
        turn = n / (len(line) - 1)
        height = foot + hill * sin(pi * turn) ** 2 * (1 + 0.35 * sin(3 * pi * turn + lat)) + 5 * sin(40 * turn)
        points.append(
            f'<trkpt lat="{lat + north / DEGREE_M:.6f}" lon="{lon + east / narrow:.6f}"><ele>{height:.0f}</ele></trkpt>'
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gpx version="1.1" creator="Xiangyue" xmlns="http://www.topografix.com/GPX/1/1">'
        f"<trk><name>{name}</name><trkseg>{''.join(points)}</trkseg></trk></gpx>"
    ).encode()


def _share(centre: Centre, factor: int) -> float:
    """A figure from 0 to 1 that belongs to the place."""
    return sum(centre) * 1_000 * factor % 17 / 17


def _line(centre: Centre, length_m: int) -> list[tuple[float, float]]:
    """Metres east and north of the start: the bends as a smooth round of `length_m`."""
    turn, mirror = (_share(centre, 1) - 0.5) * pi / 3, 1 if _share(centre, 7) < 0.5 else -1
    bends = [
        (x + 0.4 * (_share(centre, 11 + n) - 0.5), y + 0.4 * (_share(centre, 23 + n) - 0.5)) if n else (x, y)
        for n, (x, y) in enumerate(BENDS)
    ]
    line = [_between(bends, n, step / STEPS) for n in range(len(bends)) for step in range(STEPS)]
    line.append(line[0])
    measured = sum(hypot(line[n][0] - line[n - 1][0], line[n][1] - line[n - 1][1]) for n in range(1, len(line)))
    scale = length_m / measured
    return [
        (scale * mirror * (x * cos(turn) - y * sin(turn)), scale * (x * sin(turn) + y * cos(turn))) for x, y in line
    ]


def _between(bends: list[tuple[float, float]], n: int, share: float) -> tuple[float, float]:
    """A point of the closed Catmull-Rom curve between bend `n` and the next."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = (bends[(n + step) % len(bends)] for step in (-1, 0, 1, 2))
    return _curve(x0, x1, x2, x3, share), _curve(y0, y1, y2, y3, share)


def _curve(before: float, start: float, end: float, after: float, t: float) -> float:
    linear = (end - before) * t
    square = (2 * before - 5 * start + 4 * end - after) * t**2
    cubic = (3 * start - before - 3 * end + after) * t**3
    return 0.5 * (2 * start + linear + square + cubic)
