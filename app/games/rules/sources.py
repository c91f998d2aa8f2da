"""Where each rule set comes from, and a page about it: what it asks of a file and every number in it.

The pages in docs/algorithms/rules/ are made by `flask games rules --out` and held against this by a test.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Final

from app.games.rules.registry import RuleSet

SOURCES: Final[dict[str, str]] = {
    "fiba-d": "FIBA Official Basketball Rules, Art. 20 (forfeit), 21 (default), Appendix D (classification of teams)",
    "football-3-1-0": "the usual 规程 of Chinese football: 3-1-0, among the tied first; from memory: all settings",
    "ittf-3.7.5": "ITTF Regulations for International Competitions 3.7.5 (group competitions)",
    "badminton-group": "BWF General Competition Regulations, group play; from memory, so the order is a setting",
    "fivb-2024": "FIVB Sports Regulations: wins, points 3-2-1-0, ratio of sets, ratio of points",
    "air-volleyball": "气排球竞赛规则: wins 2-1-0, C value (sets), Z value (points)",
    "knockout-1": "single elimination; third place by a match or shared, as the 规程 says",
    "uww-2026-01": "UWW International Wrestling Rules, January 2026, Art. 7, 8, 10–14, 41, 43",
    "uww-2026-01-h2h": "the same, with the bout of two who are left deciding where a list has come down to two",
    "judged-panel": "one panel of 10 points: highest and lowest dropped from four judges on, mean of the rest",
    "taolu-traditional": "传统武术套路: one panel, three tie-breaks from the dropped scores (from memory)",
    "taolu-quality-performance": "竞技武术套路: A quality and B performance, a panel each",
    "judged-levels": "group displays that award levels instead of ranks (一等奖, 二等奖, …, 优秀奖)",
    "timed-gun": "World Athletics, Technical Rule 19.24 (times are rounded up); gun time",
    "timed-net": "the same by net time, as road races for everybody do",
    "hill-climb-team": "登山团体: the time of the last member who counts; a missed checkpoint voids it",
    "medals-olympic": "the order of the Olympic medal table: gold, silver, bronze; level delegations share a rank",
    "zonghe-8": "综合性运动会规程: the first eight score 9-7-6-5-4-3-2-1",
    "zonghe-12": "the same for twelve: 13-11-10-9-8-7-6-5-4-3-2-1",
}
"""By name. What was written from memory says so, and can be changed in the games or event."""


def rule_page(rules: RuleSet) -> str:
    """The page of a rule set, as Markdown."""
    lines = [
        f"# `{rules.name}`",
        "",
        f"Source: {SOURCES[rules.name]}.",
        "",
        f"Run it on a file by itself: `flask games rank --rules {rules.name} FILE.json`. How its family works:",
        "[games.md](../games.md), for medals and team points [medals.md](../medals.md). Each number below is a key",
        "to which the top of a file, the games or the event may give another value.",
        "",
        "| key | value |",
        "|---|---|",
        *(f"| `{name}` | {value} |" for name, value in _settings(rules)),
    ]
    return "\n".join(lines) + "\n"


def _settings(rules: RuleSet) -> Iterator[tuple[str, str]]:
    for one in fields(rules):
        if one.name != "name":
            yield one.name, _written(getattr(rules, one.name))


def _written(value: object, between: str = "; ") -> str:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Fraction | Decimal):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return " ".join(f"{one.name} {_written(getattr(value, one.name))}" for one in fields(value))
    if isinstance(value, dict):
        return "; ".join(f"{_written(key)}: {_written(held)}" for key, held in value.items()) or "none"
    if isinstance(value, tuple | list | frozenset | set):
        held = [_written(one, " ") for one in value]
        return between.join(sorted(held) if isinstance(value, frozenset | set) else held) or "none"
    if value is None:
        return "none"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
