"""Registrations through HTTP: beside a trivial view, and with 30,000 registered beside none."""

from __future__ import annotations

import json
import random
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

from app.people.rules.documents import valid_resident_id
from bench._client import Load, best, post, run
from bench._databases import databases, second, settle
from bench._people import prepare
from bench._site import environment, flask, serve
from tooling.figures import Figure, report

ROUNDS = 6
COUNT, BEFORE, TRIVIAL = 600, 30_000, 5_000
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


def _station(folder: Path, url: str | None, people: int) -> tuple[dict[str, str], str]:
    """The environment of a site of its own with `people` registered, and a key that may register."""
    env = environment(folder, url)
    prepare(env, people=people)
    return env, flask(env, "keys", "issue", "--scope", "registrations", "--label", "bench").split()[-1]


def main() -> None:
    """Measure on each store: an empty station, a full one and a trivial view in turn, since machines are noisy."""
    figures: list[Figure] = []
    for name, url in databases():
        with tempfile.TemporaryDirectory() as empty, tempfile.TemporaryDirectory() as full:
            none, none_key = _station(Path(empty), url, 20)
            many, many_key = _station(Path(full), second(url), BEFORE)
            for instance, store in ((empty, url), (full, second(url))):
                settle(instance, store)
            loads: tuple[list[Load], list[Load], list[Load]] = ([], [], [])
            with (
                serve(none, "bench._trivial:app") as trivial,
                serve(none, "wsgi:app") as port,
                serve(many, "wsgi:app") as full_port,
            ):
                run(port, _requests(none_key, 0, 50))
                run(full_port, _requests(many_key, 0, 50))
                for turn in range(ROUNDS):
                    first = 50 + turn * COUNT
                    loads[0].append(run(trivial, [post("/trivial", b"{}")] * TRIVIAL))
                    loads[1].append(run(port, _requests(none_key, first, COUNT)))
                    loads[2].append(run(full_port, _requests(many_key, first, COUNT)))
        refused = sum(load.failed for load in (*loads[1], *loads[2]))
        if refused:
            raise SystemExit(f"{name}: {refused} registrations were refused")
        ceiling, few, crowd = (best(held).rate for held in loads)
        figures += [
            Figure(f"registrations, {name}", few, "a second", 0.05, ceiling),
            Figure(f"registrations with {BEFORE:,} registered, {name}", crowd, "a second", 0.9, few),
        ]
    sys.exit(report(figures))


if __name__ == "__main__":
    main()
