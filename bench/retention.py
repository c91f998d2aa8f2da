"""Single scans while the retention job forgets people who were not heard of for years, beside the usual rate.

The usual size is 50,000 people, whom the job forgets to the last; BENCH_PEOPLE=1000000 is what is asked for. Of so
many it is stopped after the measured window, as by a machine that goes down, and what it has done until then counts.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from bench._client import Load, best, run
from bench._databases import databases, settle
from bench._history import fill_people, left_of_people
from bench._people import Prepared, prepare
from bench._site import ROOT, environment, serve
from bench.scans import scan_requests
from tooling.figures import Figure, report

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "50000"))
ROUNDS, SINGLES = 3, 2_000
LONG_AGO = 4 * 365
TO_THE_LAST = 100_000
"""Up to so many people the job is waited for."""


def _measure(env: Mapping[str, str], prepared: Prepared) -> tuple[list[Load], list[Load], float]:
    """(usual, while people are forgotten, people a second)."""
    requests = scan_requests(prepared, 1, SINGLES * ROUNDS * 2 + 200, "K4")
    usual: list[Load] = []
    beside: list[Load] = []
    with serve(env, "wsgi:app") as port:
        run(port, requests[-200:])
        usual.extend(run(port, requests[turn * SINGLES : (turn + 1) * SINGLES]) for turn in range(ROUNDS))
        began = time.perf_counter()
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "retention", "run"]
        job = subprocess.Popen(command, cwd=ROOT, env=dict(env), stdout=subprocess.PIPE, text=True)
        time.sleep(3)  # it has started and is at the people
        for turn in range(ROUNDS, 2 * ROUNDS):
            beside.append(run(port, requests[turn * SINGLES : (turn + 1) * SINGLES]))
            if job.poll() is not None:
                raise SystemExit("the job was over before the measurement: take more people (BENCH_PEOPLE)")
        if PEOPLE > TO_THE_LAST:
            job.kill()
        printed, _ = job.communicate()
        seconds = time.perf_counter() - began
    if any(load.failed for load in (*usual, *beside)):
        raise SystemExit("a scan was refused")
    gone = PEOPLE - left_of_people(env, days_ago=LONG_AGO)
    if PEOPLE <= TO_THE_LAST and (job.returncode != 0 or gone < PEOPLE):
        raise SystemExit(f"only {gone} people were forgotten:\n{printed}")
    return usual, beside, gone / seconds


def main() -> None:
    """Measure on each store."""
    figures: list[Figure] = []
    for name, url in databases():
        with tempfile.TemporaryDirectory() as folder:
            env = environment(Path(folder), url)
            prepared = prepare(env, people=SINGLES * ROUNDS)
            fill_people(env, PEOPLE, days_ago=LONG_AGO)
            settle(folder, url)
            usual, beside, rate = _measure(env, prepared)
            figures += [
                Figure(
                    f"single scans while {PEOPLE:,} people are forgotten, {name}",
                    best(beside).rate,
                    "scans/s",
                    0.5,
                    best(usual).rate,
                ),
                Figure(f"people forgotten meanwhile, {name}", rate, "people/s", 50),
            ]
    sys.exit(report(figures))


if __name__ == "__main__":
    main()
