"""A fair queue of writers in front of SQLite.

SQLite's own busy handler sleeps and starves: with eight writers the slowest
waited a second. Linux serves flock() waiters in turn, across threads (each
opens the file anew) and processes.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows: SQLite's own busy handler serves
    fcntl = None  # type: ignore[assignment]


STUCK_FOR = 2.0
_STAMP = struct.Struct("<d")


class Turn:
    """One's turn in the queue. Whoever finds that somebody outside the queue holds the store says so here:
    those behind need not wait as long to find out the same.
    """

    def __init__(self, handle: int | None) -> None:
        self._handle = handle

    @property
    def stuck(self) -> bool:
        """Whether somebody has waited in vain just now. The monotonic clock is one for all processes."""
        if self._handle is None:
            return False
        kept = os.pread(self._handle, _STAMP.size, 0)
        return len(kept) == _STAMP.size and 0 <= time.monotonic() - _STAMP.unpack(kept)[0] < STUCK_FOR

    def waited_in_vain(self) -> None:
        """Tell those behind."""
        if self._handle is not None:
            os.pwrite(self._handle, _STAMP.pack(time.monotonic()), 0)


@contextmanager
def fair_turn(path: str | None) -> Iterator[Turn]:
    """Wait for one's turn at the lock file `path`; None means that no queue is needed."""
    if path is None or fcntl is None:
        yield Turn(None)
        return
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield Turn(handle)
    finally:
        os.close(handle)  # also gives up the lock
