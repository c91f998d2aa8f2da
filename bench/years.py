"""The office's home and an attendance page with five years behind them, beside their own time without.

The usual size is a fifth of what is asked for; `BENCH_YEARS=full` makes 5 million scans and a million people
(about five minutes and some GB a store).
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from bench._client import best, get, run
from bench._databases import databases, second, settle
from bench._history import copy_station, fill_people
from bench._people import attend, prepare, staff_cookie
from bench._site import environment, flask, serve
from tooling.figures import Figure, report

PEOPLE = 10_000
"""Of the station; each is scanned about five times."""
COPIES, OTHERS = (100, 1_000_000) if os.environ.get("BENCH_YEARS") == "full" else (20, 200_000)
ROUNDS, ASKED = 3, 100
PAGES = {"office home": "/office", "attendance page": "/office/activities/BENCH/attendance"}


def _site(folder: Path, url: str | None, *, years: bool) -> dict[str, str]:
    """An installation with one station walked, and years before it."""
    env = environment(folder, url)
    attend(env, prepare(env, people=PEOPLE))
    flask(env, "worker", "run", "--once")
    if years:
        copy_station(env, COPIES)
        fill_people(env, OTHERS, days_ago=400)
    settle(str(folder), url)
    return env


def _measure(young: dict[str, str], old: dict[str, str]) -> dict[str, tuple[float, float]]:
    """Page → (ms without, ms with years), taken in turn: what disturbs the machine disturbs both."""
    found: dict[str, tuple[float, float]] = {}
    with serve(young, "wsgi:app") as here, serve(old, "wsgi:app") as there:
        cookies = {port: staff_cookie(env, port) for env, port in ((young, here), (old, there))}
        for name, path in PAGES.items():
            asked = {port: [get(path, {"Cookie": cookie})] * ASKED for port, cookie in cookies.items()}
            for port, requests in asked.items():
                run(port, requests[:20], clients=2)
            loads = {port: [] for port in asked}
            for _turn in range(ROUNDS):
                for port, requests in asked.items():
                    loads[port].append(run(port, requests, clients=1))
            if any(load.failed for each in loads.values() for load in each):
                raise SystemExit(f"the {name} was refused")
            found[name] = best(loads[here]).p50, best(loads[there]).p50
    return found


def main() -> None:
    """Measure on each store."""
    figures: list[Figure] = []
    for name, url in databases():
        with tempfile.TemporaryDirectory() as here, tempfile.TemporaryDirectory() as there:
            young = _site(Path(here), url, years=False)
            old = _site(Path(there), second(url), years=True)
            for page, (without, with_years) in _measure(young, old).items():
                what = f"{page} with {COPIES * PEOPLE * 5:,} scans and {OTHERS:,} people before, {name}"
                figures.append(Figure(what, with_years, "ms", 1.5, without, "at_most"))
    sys.exit(report(figures))


if __name__ == "__main__":
    main()
