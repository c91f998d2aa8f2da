"""The attendance page at 12,500 people beside 1,250 and beside a trivial view; weight of citizens' pages."""

from __future__ import annotations

import gzip
import re
import sys
import tempfile
import urllib.request
from pathlib import Path

from bench._client import get, post, run
from bench._databases import databases
from bench._people import attend, prepare, staff_cookie
from bench._site import environment, flask, serve
from tooling.figures import Figure, report

SMALL, LARGE, ASKED, TRIVIAL = 1_250, 12_500, 120, 4_000
PAGE = "/office/activities/BENCH/attendance"
CITIZENS = ("/", "/activities", "/activities/BENCH", "/login")
LIMIT = 100_000


def _page_ms(env: dict[str, str]) -> float:
    with serve(env, "wsgi:app") as port:
        headers = {"Cookie": staff_cookie(env, port)}
        run(port, [get(PAGE, headers)] * 10, clients=1)
        load = run(port, [get(PAGE, headers)] * ASKED, clients=1)
        if load.failed:
            raise SystemExit("the attendance page was refused")
        return load.p50


def _weight(port: int, path: str) -> int:
    """Bytes over the wire of a page with its styles and scripts, compressed as a proxy does it."""
    base = f"http://127.0.0.1:{port}"

    def size(address: str) -> tuple[int, str]:
        body = urllib.request.urlopen(base + address).read()  # noqa: S310 - our own server
        return len(gzip.compress(body, 6)), body.decode("utf-8", "replace")

    total, page = size(path)
    parts = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))
    return total + sum(size(part)[0] for part in parts)


def main() -> None:
    """Measure on each store."""
    figures: list[Figure] = []
    for name, url in databases():
        times = []
        with tempfile.TemporaryDirectory() as folder:
            env = environment(Path(folder), url)
            for people in (SMALL, LARGE):
                prepared = prepare(env, people=people, again=people == LARGE)
                attend(env, prepared)
                flask(env, "worker", "run", "--once")
                times.append(_page_ms(env))
            with serve(env, "bench._trivial:app") as port:
                trivial = run(port, [post("/trivial", b"{}")] * TRIVIAL, clients=1)
            figures += [
                Figure(
                    f"attendance page at {LARGE:,} beside {SMALL:,}, {name}", times[1], "ms", 1.5, times[0], "at_most"
                ),
                Figure(f"attendance page beside a trivial view, {name}", times[1], "ms", 40, trivial.p50, "at_most"),
            ]
            if name == "SQLite":
                with serve(env, "wsgi:app") as port:
                    heaviest = max(_weight(port, path) for path in CITIZENS)
                figures.append(Figure("heaviest citizens' page, compressed", heaviest, "bytes", LIMIT, None, "at_most"))
    sys.exit(report(figures))


if __name__ == "__main__":
    main()
