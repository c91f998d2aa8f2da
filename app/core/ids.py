"""Identifiers that the application makes itself, so that a retry is idempotent."""

from __future__ import annotations

import os
import threading
import time
import uuid

NIL = uuid.UUID(int=0)
"""The office itself, where a scope id is needed and there is no activity."""

_lock = threading.Lock()
_last = 0


def uuid7() -> uuid.UUID:
    """A version 7 UUID (RFC 9562), strictly increasing inside one process.

    48 bits of milliseconds, 12 bits of a counter that is bumped within one
    millisecond, 62 random bits: rows made together lie together in an index.
    """
    global _last  # noqa: PLW0603 - the counter is the point
    with _lock:
        stamp = (time.time_ns() // 1_000_000) << 12
        _last = stamp if stamp > _last else _last + 1
        stamp = _last
    high = ((stamp >> 12) << 16) | 0x7000 | (stamp & 0xFFF)
    low = (int.from_bytes(os.urandom(8), "big") & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
    return uuid.UUID(int=(high << 64) | low)


def first_of(at_ms: int) -> uuid.UUID:
    """The least version 7 UUID of a millisecond since 1970: what was made from then on is not less."""
    return uuid.UUID(int=at_ms << 80)


def parse_uuid(text: object) -> uuid.UUID | None:
    """The UUID that `text` spells, or None: for input that may be anything."""
    if isinstance(text, uuid.UUID):
        return text
    if not isinstance(text, str):
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
