"""Registrations through HTTP: beside a trivial view, and with 30,000 registered beside none."""

from __future__ import annotations

import json
import random
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

from app.people.rules.documents import valid_resident_id
from bench._client import Load, post, run
from bench._databases import databases
from bench._people import prepare
from bench._site import environment, flask, serve
from tooling.figures import Figure, report

COUNT, BEFORE, TRIVIAL = 1_500, 30_000, 8_000
FIRST_DAY = date(1950, 1, 1)


def _requests(key: str, first: int, count: int) -> list[bytes]:
    rng = random.Random(first)
    bodies = []
    for index in range(first, first + count):
        birth = FIRST_DAY + timedelta(days=index % 16_000)
        body = {
            "activity": "BENCH",
            "category": "TY",
            "person": {
                "name": "王德福",
                "document": {"type": "resident_id", "number": valid_resident_id("370498", birth, index // 16_000 * 2)},
                "phone": f"138{rng.randrange(10**8):08d}",
            },
            "consents": {"notice": 1, "document_number": True, "terms": 1},
        }
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": f"bench-{index}"}
        bodies.append(post("/api/v1/registrations", json.dumps(body).encode(), headers))
    return bodies


def _measure(env: dict[str, str], key: str, first: int) -> Load:
    with serve(env, "wsgi:app") as port:
        run(port, _requests(key, first, 50))
        return run(port, _requests(key, first + 50, COUNT))


def main() -> None:
    """Measure on each store."""
    figures: list[Figure] = []
    for name, url in databases():
        with tempfile.TemporaryDirectory() as folder:
            env = environment(Path(folder), url)
            prepare(env, people=20)
            flask(env, "people", "seed")
            key = flask(env, "keys", "issue", "--scope", "registrations", "--label", "bench").split()[-1]
            with serve(env, "bench._trivial:app") as port:
                ceiling = run(port, [post("/trivial", b"{}")] * TRIVIAL)
            none = _measure(env, key, 0)
            prepare(env, people=BEFORE, again=True)
            many = _measure(env, key, 100_000)
        if none.failed or many.failed:
            raise SystemExit(f"{name}: {none.failed} and {many.failed} registrations were refused")
        figures += [
            Figure(f"registrations, {name}", none.rate, "a second", 0.05, ceiling.rate),
            Figure(f"registrations with {BEFORE:,} registered, {name}", many.rate, "a second", 0.9, none.rate),
        ]
    sys.exit(report(figures))


if __name__ == "__main__":
    main()
