"""A fair queue of writers in front of SQLite.

SQLite's own busy handler sleeps and starves: with eight writers the slowest
waited a second. Linux serves flock() waiters in turn, across threads (each
opens the file anew) and processes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows: SQLite's own busy handler serves
    fcntl = None  # type: ignore[assignment]


@contextmanager
def fair_turn(path: str | None) -> Iterator[None]:
    """Wait for one's turn at the lock file `path`; None means that no queue is needed."""
    if path is None or fcntl is None:
        yield
        return
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)  # also gives up the lock
