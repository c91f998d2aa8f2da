"""Figures of the benches: what was measured, against which ceiling, and whether it holds.

A bench is a script `bench/NAME.py`, run as `python -m bench.NAME`. It measures, makes Figures and
ends with `sys.exit(report(figures))`. `dev.py bench` runs them all and merges what they report.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

FIELDS = ("name", "value", "unit", "ceiling", "ratio", "bar", "holds")


@dataclass(frozen=True)
class Figure:
    """One figure.

    `value` in `unit`; `ceiling` is the same quantity without our work, measured in the same run
    (None where the bar is on the value itself); `bar` is what the ratio, or the value where there
    is no ceiling, must reach (`at_least`) or must not pass (`at_most`).
    """

    name: str
    value: float
    unit: str
    bar: float
    ceiling: float | None = None
    sense: Literal["at_least", "at_most"] = "at_least"

    @property
    def ratio(self) -> float | None:
        """Value over ceiling; None without a ceiling."""
        return None if self.ceiling is None else self.value / self.ceiling

    @property
    def holds(self) -> bool:
        """Whether the bar is kept."""
        measured = self.value if self.ratio is None else self.ratio
        return measured >= self.bar if self.sense == "at_least" else measured <= self.bar

    def as_row(self) -> dict[str, Any]:
        """The figure as bench/results.json holds it."""
        row = {name: getattr(self, name) for name in FIELDS}
        return row | {"sense": self.sense}


def report(figures: Sequence[Figure]) -> int:
    """Print the table, hand the figures to `dev.py bench` if it asked, return the exit code."""
    rows = [figure.as_row() for figure in figures]
    print(table(rows), flush=True)
    wanted = os.environ.get("BENCH_FIGURES")
    if wanted:
        Path(wanted).write_text(json.dumps(rows), encoding="utf-8")
    return 0 if rows and all(row["holds"] for row in rows) else 1


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Rows of results.json as lines for a person."""
    width = max([len(row["name"]) for row in rows], default=0)
    lines = []
    for row in rows:
        sign = "≥" if row["sense"] == "at_least" else "≤"
        ratio = "" if row["ratio"] is None else f"{row['ratio']:.3f} of {row['ceiling']:,.4g}"
        verdict = "holds" if row["holds"] else "FALLS SHORT"
        value = f"{row['value']:>12,.4g} {row['unit']:<12}"
        lines.append(f"  {row['name']:<{width}} {value} {ratio:<20} bar {sign} {row['bar']:<8g} {verdict}")
    return "\n".join(lines)
