"""Single scans and batches of 200 through HTTP, beside a trivial view and beside bare inserts."""

from __future__ import annotations

import json
import sys
import tempfile
import uuid
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from bench._bare import bare_batches
from bench._client import Load, best, post, run
from bench._databases import databases, settle
from bench._people import Prepared, prepare
from bench._site import environment, serve
from tooling.figures import Figure, report

ROUNDS = 3
SINGLES = 2_000
BATCHES, SIZE = 30, 200
TRIVIAL = 5_000


def _scan(text: str, checkpoint: str, at: str) -> dict[str, str]:
    return {"id": str(uuid.uuid4()), "pass": text, "checkpoint": checkpoint, "scanned_at": at}


def scan_requests(prepared: Prepared, size: int, count: int, checkpoint: str) -> list[bytes]:
    """`count` prepared requests of `size` scans each at a checkpoint, the codes of `prepared` in turn."""
    at = (prepared.starts_at + timedelta(minutes=10)).isoformat()
    headers = {"Authorization": f"Bearer {prepared.token}"}
    texts = prepared.texts
    bodies = []
    for index in range(count):
        scans = [_scan(texts[(index * size + place) % len(texts)], checkpoint, at) for place in range(size)]
        bodies.append(post("/api/v1/scans", json.dumps({"scans": scans}).encode(), headers))
    return bodies


def _measure(env: Mapping[str, str], prepared: Prepared) -> tuple[list[Load], list[Load], list[Load]]:
    """(trivial view, single scans, batches), in turn: what disturbs the machine disturbs all three."""
    singles = scan_requests(prepared, 1, SINGLES * ROUNDS, "K4")
    batches = scan_requests(prepared, SIZE, BATCHES * ROUNDS, "F8")
    loads: tuple[list[Load], list[Load], list[Load]] = ([], [], [])
    with serve(env, "bench._trivial:app") as trivial, serve(env, "wsgi:app") as port:
        run(port, scan_requests(prepared, 1, 200, "S"))
        for turn in range(ROUNDS):
            loads[0].append(run(trivial, [post("/trivial", b"{}")] * TRIVIAL))
            loads[1].append(run(port, singles[turn * SINGLES : (turn + 1) * SINGLES]))
            loads[2].append(run(port, batches[turn * BATCHES : (turn + 1) * BATCHES]))
    return loads


def main() -> None:
    """Measure on each store."""
    figures: list[Figure] = []
    for name, url in databases():
        with tempfile.TemporaryDirectory() as folder:
            env = environment(Path(folder), url)
            prepared = prepare(env, people=BATCHES * SIZE * ROUNDS)
            settle(folder, url)
            trivial, singles, batches = _measure(env, prepared)
            bare = bare_batches(env, prepared, batches=BATCHES, size=SIZE)
            refused = sum(load.failed for load in (*singles, *batches))
            if refused:
                raise SystemExit(f"{name}: {refused} requests were refused")
            single, usual = best(singles), sorted(singles, key=lambda load: load.p99 / load.p50)[ROUNDS // 2]
            figures += [
                Figure(f"single scans, {name}", single.rate, "scans/s", 0.10, best(trivial).rate),
                Figure(f"single scans p99 beside p50, {name}", usual.p99, "ms", 4, usual.p50, "at_most"),
                Figure(f"batches of {SIZE}, {name}", best(batches).rate * SIZE, "scans/s", 0.3, bare),
            ]
    sys.exit(report(figures))


if __name__ == "__main__":
    main()
