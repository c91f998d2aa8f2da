"""The marathon's timing file: imported beside bare inserts of the same rows; memory."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from bench._bare import bare_batches
from bench._databases import databases
from bench._people import race
from bench._site import ROOT, environment, flask
from tooling.figures import Figure, report

MEGABYTE = 1024


def main() -> None:
    """Measure on each store."""
    figures: list[Figure] = []
    for name, url in databases():
        with tempfile.TemporaryDirectory() as folder:
            env = environment(Path(folder), url)
            flask(env, "db", "upgrade")
            prepared, file = race(env, Path(folder))
            done = subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "bench._measured",
                    "scans",
                    "import",
                    str(file),
                    "--activity",
                    prepared.activity,
                ],
                cwd=ROOT,
                env=env,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode != 0:
                raise SystemExit(done.stderr[-2000:])
            rows, seconds, peak = (float(word) for word in done.stdout.split()[-3:])
            bare = bare_batches(env, prepared, batches=200, size=1_000)
        figures += [
            Figure(f"splits file imported, {name}", rows / seconds, "scans/s", 0.3, bare),
            Figure(f"memory of the import, {name}", peak / MEGABYTE, "MB", 300, None, "at_most"),
        ]
    sys.exit(report(figures))


if __name__ == "__main__":
    main()
