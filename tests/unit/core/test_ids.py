"""Identifiers: version 7, in order, and readable from anything."""

from __future__ import annotations

import threading
import uuid
from itertools import pairwise

import pytest
import time_machine

from app.core.ids import NIL, parse_uuid, uuid7


def stamp(value: uuid.UUID) -> int:
    """The milliseconds that an id bears."""
    return value.int >> 80


def test_they_are_version_7_of_rfc_9562():
    made = uuid7()
    assert (made.version, made.variant) == (7, uuid.RFC_4122)


def test_they_bear_the_time():
    with time_machine.travel(4_102_444_800.123, tick=False):
        assert stamp(uuid7()) == 4_102_444_800_123


def test_they_increase_strictly():
    made = [uuid7() for _ in range(20_000)]
    assert all(a < b for a, b in pairwise(made))


def test_they_increase_when_the_clock_steps_back():
    with time_machine.travel(4_202_444_800, tick=False) as traveller:
        before = uuid7()
        traveller.shift(-600)
        after = uuid7()
    assert before < after


def test_threads_never_make_the_same_one():
    made: list[uuid.UUID] = []

    def make() -> None:
        made.extend(uuid7() for _ in range(2_000))

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 8_000
    assert len({value.int >> 64 for value in made}) == 8_000, "time and counter alone tell them apart"


@pytest.mark.parametrize(
    "given",
    [NIL, str(NIL), NIL.hex, f"{{{NIL}}}", f"urn:uuid:{NIL}"],
)
def test_every_spelling_is_read(given):
    assert parse_uuid(given) == NIL


@pytest.mark.parametrize("given", ["", "x", "0" * 31, "0" * 33, None, 7, b"0" * 32, ["0" * 32], "活动"])
def test_anything_else_is_none(given):
    assert parse_uuid(given) is None
