"""Single scans and batches of 200 through HTTP, beside a trivial view and beside bare inserts."""

from __future__ import annotations

import json
import sys
import tempfile
import time
import uuid
from datetime import timedelta
from pathlib import Path

from bench._bare import bare_batches
from bench._client import post, run
from bench._databases import databases
from bench._people import Prepared, prepare
from bench._site import environment, serve
from tooling.figures import Figure, report

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
            with serve(env, "bench._trivial:app") as port:
                ceiling = run(port, [post("/trivial", b"{}")] * TRIVIAL)
            with serve(env, "wsgi:app") as port:
                run(port, _requests(prepared, 1, 200, "S"))
                singles = run(port, _requests(prepared, 1, SINGLES, "K4"))
                batches = run(port, _requests(prepared, SIZE, BATCHES, "F8"))
            bare = bare_batches(env, prepared, batches=BATCHES, size=SIZE)
            if singles.failed or batches.failed:
                raise SystemExit(f"{name}: {singles.failed} singles and {batches.failed} batches were refused")
            figures += [
                Figure(f"single scans, {name}", singles.rate, "scans/s", 0.10, ceiling.rate),
                Figure(f"single scans p99 beside p50, {name}", singles.p99, "ms", 4, singles.p50, "at_most"),
                Figure(f"batches of {SIZE}, {name}", batches.rate * SIZE, "scans/s", 0.3, bare),
            ]
            time.sleep(0.2)
    sys.exit(report(figures))


if __name__ == "__main__":
    main()
