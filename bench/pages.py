"""The attendance page at 12,500 people beside 1,250 and beside a trivial view; weight of citizens' pages."""

from __future__ import annotations

import gzip
import re
import sys
import tempfile
import urllib.request
from pathlib import Path

from bench._client import Load, best, get, post, run
from bench._databases import databases, second, settle
from bench._people import attend, prepare, staff_cookie
from bench._site import environment, flask, serve
from tooling.figures import Figure, report

SMALL, LARGE = 1_250, 12_500
ROUNDS, ASKED, TRIVIAL = 3, 120, 3_000
PAGE = "/office/activities/BENCH/attendance"
CITIZENS = ("/", "/activities", "/activities/BENCH", "/login")
LIMIT = 100_000


def _site(folder: Path, url: str | None, people: int) -> dict[str, str]:
    """The environment of an installation whose station so many people have walked."""
    env = environment(folder, url)
    prepared = prepare(env, people=people)
    attend(env, prepared)
    flask(env, "worker", "run", "--once")
    settle(str(folder), url)
    return env


def _measure(few: dict[str, str], many: dict[str, str]) -> tuple[list[Load], list[Load], list[Load]]:
    """(trivial view, page with few people, page with many), in turn: what disturbs the machine disturbs all."""
    loads: tuple[list[Load], list[Load], list[Load]] = ([], [], [])
    with serve(few, "bench._trivial:app") as trivial, serve(few, "wsgi:app") as port, serve(many, "wsgi:app") as full:
        small = [get(PAGE, {"Cookie": staff_cookie(few, port)})] * ASKED
        large = [get(PAGE, {"Cookie": staff_cookie(many, full)})] * ASKED
        run(port, small[:20], clients=2)
        run(full, large[:20], clients=2)
        for _turn in range(ROUNDS):
            loads[0].append(run(trivial, [post("/trivial", b"{}")] * TRIVIAL, clients=1))
            loads[1].append(run(port, small, clients=1))
            loads[2].append(run(full, large, clients=1))
    if any(load.failed for load in (*loads[1], *loads[2])):
        raise SystemExit("the attendance page was refused")
    return loads


def _weight(port: int, path: str) -> int:
    """Bytes over the wire of a page with its styles and scripts, as a browser without Brotli is sent them."""
    base = f"http://127.0.0.1:{port}"

    def size(address: str) -> tuple[int, str]:
        asked = urllib.request.Request(base + address, headers={"Accept-Encoding": "gzip"})  # noqa: S310 - our own
        with urllib.request.urlopen(asked) as answer:  # noqa: S310
            body = answer.read()
            page = gzip.decompress(body) if answer.headers["Content-Encoding"] == "gzip" else body
        return len(body), page.decode("utf-8", "replace")

    total, page = size(path)
    parts = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))
    return total + sum(size(part)[0] for part in parts)


def main() -> None:
    """Measure on each store."""
    figures: list[Figure] = []
    for name, url in databases():
        with tempfile.TemporaryDirectory() as here, tempfile.TemporaryDirectory() as there:
            few, many = _site(Path(here), url, SMALL), _site(Path(there), second(url), LARGE)
            trivial, small, large = (best(loads).p50 for loads in _measure(few, many))
            figures += [
                Figure(f"attendance page at {LARGE:,} beside {SMALL:,}, {name}", large, "ms", 1.5, small, "at_most"),
                Figure(f"attendance page beside a trivial view, {name}", large, "ms", 40, trivial, "at_most"),
            ]
            if name == "SQLite":
                with serve(few, "wsgi:app") as port:
                    heaviest = max(_weight(port, path) for path in CITIZENS)
                figures.append(Figure("heaviest citizens' page, compressed", heaviest, "bytes", LIMIT, None, "at_most"))
    sys.exit(report(figures))


if __name__ == "__main__":
    main()
