"""What a bench reports: a value beside a ceiling of the same run, and the bar it has to reach."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

PARTS = Path(__file__).resolve().parent / "parts"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `bar` is the least ratio, or the most when `at_most`."""

    name: str
    value: float
    unit: str
    ceiling: float | None
    ratio: float | None
    bar: float | None
    holds: bool


def figure(
    name: str, value: float, unit: str, *, ceiling: float | None = None, bar: float | None = None, at_most: bool = False
) -> Figure:
    """Work out the ratio and whether it holds; without a bar the figure is for orientation."""
    ratio = value / ceiling if ceiling else None
    compared = ratio if ratio is not None else value
    holds = bar is None or (compared <= bar if at_most else compared >= bar)
    return Figure(name, round(value, 3), unit, ceiling and round(ceiling, 3), ratio and round(ratio, 4), bar, holds)


def report(bench: str, figures: list[Figure]) -> None:
    """Print the figures and keep them for `bench/results.json`; the exit code says whether all hold."""
    PARTS.mkdir(exist_ok=True)
    (PARTS / f"{bench}.json").write_text(json.dumps([asdict(one) for one in figures], ensure_ascii=False, indent=1))
    for one in figures:
        ceiling = f" of {one.ceiling:g}, ratio {one.ratio:g}" if one.ceiling and one.ratio is not None else ""
        bar = f", bar {one.bar:g}" if one.bar is not None else ""
        print(f"{'ok  ' if one.holds else 'LOW '} {one.name}: {one.value:g} {one.unit}{ceiling}{bar}")
    sys.exit(0 if all(one.holds for one in figures) else 1)
