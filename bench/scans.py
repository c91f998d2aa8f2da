"""Single scans and batches of 200 through HTTP, beside a trivial view and beside bare inserts."""

from __future__ import annotations

import json
import tempfile
import time
import uuid
from datetime import timedelta
from pathlib import Path

from bench.bare import bare_batches
from bench.client import post, run
from bench.databases import databases
from bench.figures import Figure, figure, report
from bench.people import Prepared, prepare
from bench.site import environment, serve

SINGLES = 4_000
BATCHES, SIZE = 60, 200
TRIVIAL = 8_000


def _scan(text: str, checkpoint: str, at: str) -> dict[str, str]:
    return {"id": str(uuid.uuid4()), "pass": text, "checkpoint": checkpoint, "scanned_at": at}


def _requests(prepared: Prepared, size: int, count: int, checkpoint: str) -> list[bytes]:
    at = (prepared.starts_at + timedelta(minutes=10)).isoformat()
    headers = {"Authorization": f"Bearer {prepared.token}"}
    texts = prepared.texts
    bodies = []
    for index in range(count):
        scans = [_scan(texts[(index * size + place) % len(texts)], checkpoint, at) for place in range(size)]
        bodies.append(post("/api/v1/scans", json.dumps({"scans": scans}).encode(), headers))
    return bodies


def main() -> None:
    """Measure on each store."""
    figures: list[Figure] = []
    for name, url in databases():
        with tempfile.TemporaryDirectory() as folder:
            env = environment(Path(folder), url)
            prepared = prepare(env, people=BATCHES * SIZE)
            with serve(env, "bench.trivial:app") as port:
                ceiling = run(port, [post("/trivial", b"{}")] * TRIVIAL)
            with serve(env, "wsgi:app") as port:
                run(port, _requests(prepared, 1, 200, "S"))
                singles = run(port, _requests(prepared, 1, SINGLES, "K4"))
                batches = run(port, _requests(prepared, SIZE, BATCHES, "F8"))
            bare = bare_batches(env, prepared, batches=BATCHES, size=SIZE)
            if singles.failed or batches.failed:
                raise SystemExit(f"{name}: {singles.failed} singles and {batches.failed} batches were refused")
            figures += [
                figure(f"single scans, {name}", singles.rate, "scans/s", ceiling=ceiling.rate, bar=0.10),
                figure(f"single scans p99, {name}", singles.p99, "ms", ceiling=singles.p50, bar=4, at_most=True),
                figure(f"batches of {SIZE}, {name}", batches.rate * SIZE, "scans/s", ceiling=bare, bar=0.3),
            ]
            time.sleep(0.2)
    report("scans", figures)


if __name__ == "__main__":
    main()
