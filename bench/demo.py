"""The full demo year: for orientation about a minute, and more than 50,000 attendances; its report about 10 s."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from bench._site import environment, flask
from tooling.figures import Figure, report

PEOPLE = 20_000


def main() -> None:
    """Load it on SQLite and count."""
    with tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder), None)
        flask(env, "db", "upgrade")
        began = time.perf_counter()
        printed = flask(env, "demo", "load", "--people", str(PEOPLE))
        seconds = time.perf_counter() - began
        flask(env, "worker", "run", "--once")
        began = time.perf_counter()
        flask(env, "report", "annual", "--year", "2021", "--out", str(Path(folder) / "report.docx"))
        reported = time.perf_counter() - began
    came = sum(int(line.split(", ")[1].split()[0]) for line in printed.splitlines() if line.endswith(" came"))
    sys.exit(
        report(
            [
                Figure("full demo year", seconds, "s", 120, None, "at_most"),
                Figure("its yearly report", reported, "s", 15, None, "at_most"),
                Figure("attendances of the full demo year", came, "人次", 50_000),
            ]
        )
    )


if __name__ == "__main__":
    main()
