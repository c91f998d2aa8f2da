"""The drawing of lots: anyone who knows the seed can replay it and gets the same order.

Fisher–Yates from the last place to the first. The random numbers are the first eight bytes of
HMAC-SHA256(key = seed, message = counter as eight big-endian bytes), counter = 0, 1, 2, …; a number
beyond the largest multiple of the range is thrown away, so that no place is more likely than
another. Python's `random` promises no sequence across versions, and is not used.

The entries go in in a fixed order whose digest (`commitment`) is published before the seed is
known: then nobody can arrange the one to suit the other.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

from app.core.errors import DomainError
from app.core.text import N_

VERSION: Final = "fisher-yates-hmac-sha256-1"
"""Stored with every draw; another way of drawing gets another name and this one stays."""

_SPAN: Final = 1 << 64

T = TypeVar("T")


def commitment(entries: Sequence[str]) -> bytes:
    """SHA-256 over the entries in their order, one a line in UTF-8, each line ended by a line feed."""
    return hashlib.sha256("".join(f"{entry}\n" for entry in entries).encode()).digest()


def draw(entries: Sequence[T], seed: str) -> list[T]:
    """All `entries` in the order drawn: the first gets the first place.

    The same entries in the same order and the same seed always give the same result. Raises
    DomainError `seed_missing`.
    """
    if not seed.strip():
        raise DomainError("seed_missing", N_("请填抽签用的种子。"), field="seed")
    numbers = _numbers(seed.encode())
    drawn = list(entries)
    for last in range(len(drawn) - 1, 0, -1):
        other = below(last + 1, numbers)
        drawn[last], drawn[other] = drawn[other], drawn[last]
    return drawn


def below(bound: int, numbers: Iterator[int]) -> int:
    """A number in 0..bound−1, each as likely: what lies beyond the last whole range is thrown away.

    `numbers` are uniform in 0..2^64−1.
    """
    usable = _SPAN - _SPAN % bound
    return next(number for number in numbers if number < usable) % bound


def _numbers(key: bytes) -> Iterator[int]:
    counter = 0
    while True:
        digest = hmac.digest(key, counter.to_bytes(8, "big"), "sha256")
        yield int.from_bytes(digest[:8], "big")
        counter += 1


def split(drawn: Sequence[T], places: int, waiting: int | None = None) -> tuple[list[T], list[T], list[T]]:
    """Those drawn, those on the waiting list in its order, those left out.

    `waiting` is the length of the list; None puts everybody else on it.
    """
    places = max(0, places)
    end = len(drawn) if waiting is None else places + max(0, waiting)
    return list(drawn[:places]), list(drawn[places:end]), list(drawn[end:])


def replays(entries: Sequence[T], seed: str, result: Sequence[T], version: str = VERSION) -> bool:
    """Whether a stored draw is what its seed gives; False too for a version that is not known."""
    return version == VERSION and draw(entries, seed) == list(result)
