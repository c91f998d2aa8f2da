"""A route as two ways: how far the shorter group goes, and what the longer one walks beyond."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.activities.rules.drawing import line_path, place_on


@dataclass(frozen=True, slots=True)
class Group:
    """A group and how far it goes, in metres."""

    name: str
    distance_m: int


@dataclass(frozen=True, slots=True)
class Ways:
    """Two paths of one line: `near` for both groups, `far` for the longer alone."""

    near: str
    far: str
    shorter: Group
    longer: Group

    @property
    def more_m(self) -> int:
        """How much further the longer group goes."""
        return self.longer.distance_m - self.shorter.distance_m


NEARLY_ALL = 0.98
"""From here a group counts as going the whole line: files and measuring wheels differ a little."""


def two_ways(route: Mapping[str, Any] | None, groups: Sequence[Group]) -> Ways | None:
    """The two ways, where a shorter group ends on the line before its end; else None."""
    if not route or len(groups) < 2:
        return None
    shorter = min(groups, key=lambda one: one.distance_m)
    longer = max(groups, key=lambda one: one.distance_m)
    total = route["along"][-1]
    if not 0 < shorter.distance_m < total * NEARLY_ALL or shorter.distance_m == longer.distance_m:
        return None
    cut = place_on(route, shorter.distance_m)
    points = [(x, y) for x, y in route["points"]]
    first = next(n for n, metres in enumerate(route["along"]) if metres >= shorter.distance_m)
    return Ways(
        near=line_path([*points[:first], cut]), far=line_path([cut, *points[first:]]), shorter=shorter, longer=longer
    )
