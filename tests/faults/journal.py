"""What a client meant to do and what it was told, in a file of its own outside the server.

One JSON object a line, appended and synced before the request leaves and before the answer counts: after any
fault the file says what the server has promised.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any


class Journal:
    """An append-only log, safe between threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._lock = threading.Lock()

    def intend(self, kind: str, key: str, **facts: Any) -> None:
        """Before the request: `kind` scans or registration, `key` names the unit that stands or falls."""
        self._append({"what": "intent", "kind": kind, "key": key, **facts})

    def acknowledge(self, key: str, **facts: Any) -> None:
        """After a 2xx."""
        self._append({"what": "ack", "key": key, **facts})

    def note_restore(self) -> None:
        """A backup was put back: scans that it did not have are judged anew when they come again."""
        self._append({"what": "restored"})

    def _append(self, entry: dict[str, Any]) -> None:
        line = json.dumps(entry, ensure_ascii=False).encode() + b"\n"
        with self._lock:
            os.write(self._handle, line)
            os.fsync(self._handle)

    def close(self) -> None:
        """Give back the file."""
        os.close(self._handle)


def read_log(path: Path) -> list[dict[str, Any]]:
    """Every entry, in order; a last line that was cut short is no entry."""
    lines = path.read_bytes().split(b"\n")
    return [json.loads(line) for line in lines[:-1] if line]


def acknowledged(log: Sequence[dict[str, Any]]) -> set[str]:
    """The keys that were answered with 2xx."""
    return {entry["key"] for entry in log if entry["what"] == "ack"}
