"""Runs every bench and merges their figures into bench/results.json."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tooling.figures import table
from tooling.paths import ROOT, Trouble, child_environment, say, venv_python

FOLDER = ROOT / "bench"
RESULTS = FOLDER / "results.json"


def scripts(chosen: Sequence[str] = (), folder: Path = FOLDER) -> list[str]:
    """Names of the benches, all or the chosen ones; helpers begin with an underscore.

    Raises Trouble for a name that is none, and when there is no bench at all.
    """
    names = sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("_"))
    unknown = [name for name in chosen if name not in names]
    if unknown or not names:
        raise Trouble(f"No bench named {', '.join(unknown) or 'anything'} in bench/. There are: {', '.join(names)}")
    return [name for name in names if not chosen or name in chosen]


def merge(held: Sequence[dict[str, Any]], fresh: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Fresh figures replace held ones of the same name; the others stay where they are."""
    by_name = {row["name"]: row for row in held} | {row["name"]: row for row in fresh}
    return list(by_name.values())


def bench(chosen: Sequence[str]) -> int:
    """Run the benches one after the other (they would disturb each other), write the results.

    A run of all starts from an empty list; a run of some keeps the figures of the rest. Non-zero
    when a figure falls short, or a bench ended without any.
    """
    rows: list[dict[str, Any]] = []
    if chosen and RESULTS.exists():
        rows = json.loads(RESULTS.read_text(encoding="utf-8"))
    silent = []
    for name in scripts(chosen):
        say(f"\nBench {name}")
        fresh = run(name)
        if not fresh:
            silent.append(name)
        rows = merge(rows, fresh)
        RESULTS.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    say(f"\nAll figures (bench/results.json)\n{table(rows)}")
    if silent:
        say(f"Ended without a figure: {', '.join(silent)}")
    return 0 if rows and not silent and all(row["holds"] for row in rows) else 1


def run(name: str) -> list[dict[str, Any]]:
    """The figures of one bench; none when it broke."""
    with tempfile.TemporaryDirectory(prefix="xiangyue-bench-") as folder:
        out = Path(folder) / "figures.json"
        env = child_environment(BENCH_FIGURES=str(out), INSTANCE_PATH=str(Path(folder) / "instance"))
        env.pop("DATABASE_URL", None)
        subprocess.run([str(venv_python()), "-m", f"bench.{name}"], cwd=ROOT, env=env, check=False)
        figures: list[dict[str, Any]] = json.loads(out.read_text(encoding="utf-8")) if out.exists() else []
        return figures
