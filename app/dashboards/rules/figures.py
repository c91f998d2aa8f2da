"""From the cells of a tally to the figures of a page. No database: cells in, dataclasses out.

Within one activity a person is counted once, so attendances 人次 and people 人 are one number here;
`expected` (registered and walk-ins) is what everything else is a part of.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.activities.constants import CheckpointKind, Metric
from app.core.clock import from_micros, local
from app.core.ids import NIL
from app.people.constants import Sex
from app.people.rules.ages import AGE_BANDS

Cells = Mapping[tuple[str, str, str, str], int]
"""(metric, cube, k1, k2) → n, as `activities.queries.tally` reads them."""

QUARTER_MICROS = 15 * 60 * 1_000_000
OUTSIDE = -1
"""The quarter of check-ins outside a checkpoint's hours."""
LONGEST = 192
"""Up to two days of quarters stand side by side, empty ones too; beyond that only those with somebody."""
_OF_SPLIT = [
    metric.value
    for metric in (
        Metric.REGISTERED,
        Metric.WALK_IN,
        Metric.WAITLISTED,
        Metric.ATTENDANCE,
        Metric.FINISHED,
        Metric.INCOMPLETE,
    )
]
"""What a split counts, in the order of its fields."""


@dataclass(frozen=True, slots=True)
class Split:
    """The counts of one part of an activity: people who may come, came, finished."""

    registered: int = 0
    walk_ins: int = 0
    waitlisted: int = 0
    came: int = 0
    finished: int = 0
    incomplete: int = 0

    @property
    def expected(self) -> int:
        """Everybody who has a place: registered before, or at the gate."""
        return self.registered + self.walk_ins

    @property
    def missing(self) -> int:
        """未到: who has a place and was not there."""
        return self.expected - self.came

    @property
    def is_empty(self) -> bool:
        """Whether nobody is in it at all."""
        return not (self.expected or self.waitlisted or self.came)


@dataclass(frozen=True, slots=True)
class Point:
    """A checkpoint as the figures need it; `detail` stands in grey behind its name."""

    id: uuid.UUID
    code: str
    name: str
    kind: CheckpointKind
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Something that people are counted by: a category or a 镇街. `key` names it in addresses."""

    id: uuid.UUID
    key: str
    name: str
    last: bool = False


@dataclass(frozen=True, slots=True)
class PointRow:
    """What was counted at a checkpoint: different people, those of them outside the hours, and scans."""

    point: Point
    people: int
    outside: int
    scans: int


@dataclass(frozen=True, slots=True)
class PartRow:
    """The counts of a category or a 镇街."""

    part: Part
    split: Split


@dataclass(frozen=True, slots=True)
class AgeRow:
    """An age band ("" when the age is not known): its counts, and who came by sex ("" not known)."""

    band: str
    split: Split
    came: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Bar:
    """The people of one quarter of an hour; `quarter` counts from 1970 UTC."""

    quarter: int
    label: str
    n: int


@dataclass(frozen=True, slots=True)
class Curve:
    """Arrivals at one checkpoint by quarter; `outside` are those whose time lies outside the hours."""

    point: Point
    bars: tuple[Bar, ...]
    outside: int

    @property
    def peak(self) -> Bar | None:
        """The first of the fullest quarters."""
        return max(self.bars, key=lambda bar: bar.n, default=None)

    @property
    def total(self) -> int:
        """Everybody inside the hours."""
        return sum(bar.n for bar in self.bars)


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that the attendance page of an activity counts."""

    total: Split
    points: tuple[PointRow, ...]
    categories: tuple[PartRow, ...]
    towns: tuple[PartRow, ...]
    ages: tuple[AgeRow, ...]


def figures(cells: Cells, *, points: Iterable[Point], categories: Iterable[Part], towns: Iterable[Part]) -> Figures:
    """The figures of one activity. Towns in which nobody is are left out, the fullest first."""
    known = [*towns, Part(NIL, "none", "", last=True)]
    counted = [PartRow(town, split) for town in known if not (split := _split(cells, "town", town.id.hex)).is_empty]
    counted.sort(key=lambda row: (row.part.last, row.part.id == NIL, -row.split.expected))
    return Figures(
        total=_split(cells, "total", ""),
        points=tuple(_point(cells, point) for point in points),
        categories=tuple(PartRow(part, _split(cells, "category", part.id.hex)) for part in categories),
        towns=tuple(counted),
        ages=tuple(row for band in (*AGE_BANDS, "") if not (row := _ages(cells, band)).split.is_empty),
    )


def curve(cells: Cells, point: Point) -> Curve:
    """Arrivals at `point`, empty quarters between the first and the last included."""
    here = (Metric.CHECKIN.value, "checkpoint_quarter", point.id.hex)
    found = {int(cell[3]): n for cell, n in cells.items() if n and cell[:3] == here}
    outside = found.pop(OUTSIDE, 0)
    return Curve(point=point, bars=_bars(found), outside=outside)


def first_point(points: Sequence[Point]) -> Point | None:
    """Where arrivals are seen: the start, else the first place that is no pickup."""
    starts = [point for point in points if point.kind is CheckpointKind.START]
    others = [point for point in points if point.kind is not CheckpointKind.PICKUP]
    return next(iter([*starts, *others]), None)


def quarter_label(quarter: int, *, with_day: bool = False) -> str:
    """The office's clock at the beginning of a quarter: 8:15, with its day 5-22 8:15."""
    at = local(from_micros(quarter * QUARTER_MICROS))
    return f"{at.month}-{at.day} {at.hour}:{at:%M}" if with_day else f"{at.hour}:{at:%M}"


def _bars(found: Mapping[int, int]) -> tuple[Bar, ...]:
    if not found:
        return ()
    first, last = min(found), max(found)
    quarters = range(first, last + 1) if last - first < LONGEST else sorted(found)
    days = {local(from_micros(quarter * QUARTER_MICROS)).date() for quarter in (first, last)}
    return tuple(
        Bar(quarter, quarter_label(quarter, with_day=len(days) > 1), found.get(quarter, 0)) for quarter in quarters
    )


def _split(cells: Cells, cube: str, k1: str, k2: str = "") -> Split:
    return Split(*[cells.get((metric, cube, k1, k2), 0) for metric in _OF_SPLIT])


def _point(cells: Cells, point: Point) -> PointRow:
    return PointRow(
        point=point,
        people=cells.get((Metric.CHECKIN.value, "checkpoint", point.id.hex, ""), 0),
        outside=cells.get((Metric.CHECKIN.value, "checkpoint_quarter", point.id.hex, str(OUTSIDE)), 0),
        scans=cells.get((Metric.SCAN.value, "checkpoint", point.id.hex, ""), 0),
    )


def _ages(cells: Cells, band: str) -> AgeRow:
    parts = {sex: _split(cells, "age_sex", band, sex) for sex in (*(one.value for one in Sex), "")}
    whole = Split(
        registered=sum(part.registered for part in parts.values()),
        walk_ins=sum(part.walk_ins for part in parts.values()),
        waitlisted=sum(part.waitlisted for part in parts.values()),
        came=sum(part.came for part in parts.values()),
        finished=sum(part.finished for part in parts.values()),
        incomplete=sum(part.incomplete for part in parts.values()),
    )
    return AgeRow(band=band, split=whole, came={sex: part.came for sex, part in parts.items()})
