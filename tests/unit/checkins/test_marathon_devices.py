"""The splits of a real marathon as nine phones hand them in: offline for hours, answers lost, batches twice."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.checkins.queries.numbers import tally_of
from app.checkins.rules.answers import DeviceRef
from app.checkins.services.imports import import_scans
from app.core.ids import uuid7
from tests.factories.marathon import MATS, START, Runner, race, runners, timing_file
from tests.factories.walks import Walk, device, read

pytestmark = pytest.mark.usefixtures("ctx")
PART = 500
"""Runners in the part that always runs; the whole field of 31,984 is slow."""
LARGEST = 500
LOST = 0.1
"""Answers that do not arrive: the phone sends the batch again, with whatever it has read since."""
TWICE = 0.05
"""Batches that are sent once more although the answer had come (two tabs, a restart)."""


def queue_of(point: str, field: Sequence[Runner], bibs: Sequence[str]) -> list[dict[str, Any]]:
    """What the phone at one mat reads, in the order in which it reads it."""
    crossings = sorted(
        (runner.minutes[point], bib) for runner, bib in zip(field, bibs, strict=True) if point in runner.minutes
    )
    return [
        {
            "id": str(uuid7()),
            "bib": bib,
            "checkpoint": point,
            "scanned_at": _moment(minutes),
            "seq": seq,
        }
        for seq, (minutes, bib) in enumerate(crossings)
    ]


def _moment(minutes: float) -> str:
    return (START + timedelta(minutes=minutes)).isoformat(timespec="milliseconds")


def hand_in(phone: DeviceRef, queue: list[dict[str, Any]], rng: random.Random) -> Iterator[None]:
    """Hand the queue in piece by piece; every step is one request, so that phones can take turns."""
    sent, offline = 0, rng.randint(0, 400)
    while sent < len(queue):
        for _ in range(offline):  # hours without a network: the others go on
            yield
        offline = rng.choice((0, 0, 0, 20, 200))
        size = rng.randint(1, LARGEST)
        batch = queue[sent : sent + size]
        answers = read(phone, *batch)
        assert len(answers) == len(batch)
        if rng.random() < LOST:
            yield
            continue
        sent += len(batch)
        if rng.random() < TWICE:
            again = read(phone, *batch)
            assert [one.first_verdict for one in again] == [one.first_verdict for one in answers]
        yield


def replay(walk: Walk, field: Sequence[Runner], bibs: Sequence[str], seed: int) -> int:
    """All nine phones in turns until each is empty; how many scans they held."""
    rng = random.Random(seed)
    queues = {point: queue_of(point, field, bibs) for point in MATS.values()}
    phones = [hand_in(device(walk, point), queue, random.Random(rng.random())) for point, queue in queues.items()]
    while phones:
        one = rng.choice(phones)
        if next(one, "empty") == "empty":
            phones.remove(one)
    return sum(map(len, queues.values()))


def numbers(walk: Walk) -> dict[str, Any]:
    """The tally, without what names this very walk."""
    return {key: value for key, value in tally_of(walk.id).items() if key not in {"as_of", "activity"}}


@pytest.mark.parametrize(
    "limit", [pytest.param(PART, id="part"), pytest.param(None, id="whole", marks=pytest.mark.slow)]
)
def test_nine_phones_offline_for_hours_come_to_the_tally_of_the_timing_file(tmp_path: Path, limit: int | None) -> None:
    field = runners(limit)
    straight, bibs = race(field)
    rows = timing_file(field, bibs, tmp_path / "splits.csv")
    import_scans(activity_id=straight.id, path=tmp_path / "splits.csv")
    expected = numbers(straight)

    crooked, again = race(field)
    assert replay(crooked, field, again, seed=9) == rows
    assert numbers(crooked) == expected
    assert sum(point["scans"] for point in expected["checkpoints"]) == rows
