"""Files that take longer than a page may: between the wish for one and the finished file.

A wish is a file of its own below INSTANCE_PATH, and so is what comes of it: the worker takes wishes up
by renaming them, which only one of several can do, and notes how far it is. The result is sealed, as names
are wherever they lie, and is gone after a week. No request waits, and no transaction is held meanwhile.

A wish belongs to something (`owner`, an id) and has a `name` (which of its files is wished for).
"""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from app.core.clock import now
from app.core.crypto import seal_bytes, unseal_bytes
from app.core.text import N_
from app.core.transactions import after_commit

KEPT: Final = timedelta(days=7)
STALE: Final = timedelta(minutes=10)
"""A worker that has noted nothing for so long has died over the file."""
_PLACE: Final = "wish.file"


class Stage(StrEnum):
    """How far a file is."""

    NONE = "none"
    WAITING = "waiting"
    READING = "reading"
    SETTING = "setting"
    DONE = "done"
    FAILED = "failed"

    @property
    def label(self) -> str:
        """The stage as a msgid."""
        return {
            Stage.NONE: N_("还没有生成"),
            Stage.WAITING: N_("排队等候"),
            Stage.READING: N_("正在读名单"),
            Stage.SETTING: N_("正在排版"),
            Stage.DONE: N_("已生成"),
            Stage.FAILED: N_("没有生成，请再试一次"),
        }[self]


BUSY: Final = frozenset({Stage.WAITING, Stage.READING, Stage.SETTING})


@dataclass(frozen=True, slots=True)
class State:
    """A file as its page shows it: `done` of `total` parts, when it was finished, its bytes, its seconds."""

    stage: Stage = Stage.NONE
    done: int = 0
    total: int = 0
    finished_at: datetime | None = None
    size: int = 0
    seconds: int = 0

    @property
    def busy(self) -> bool:
        """Whether somebody works on it, or will."""
        return self.stage in BUSY


@dataclass(slots=True)
class Job:
    """A wish that a worker has taken up."""

    folder: Path
    owner: uuid.UUID
    name: str
    begun: float = field(default_factory=time.monotonic)

    def note(self, stage: Stage, done: int = 0, total: int = 0) -> None:
        """How far it is."""
        _write(self._path("state"), {"stage": stage.value, "done": done, "total": total})

    def finish(self, data: bytes, *, at: datetime) -> None:
        """Keep the file, sealed, in the place of the one before it."""
        _replace(self._path("book"), seal_bytes(data, _PLACE))
        seconds = round(time.monotonic() - self.begun)
        done = {"stage": Stage.DONE.value, "at": at.isoformat(), "size": len(data), "seconds": seconds}
        _write(self._path("state"), done)
        self._path("taken").unlink(missing_ok=True)

    def fail(self) -> None:
        """Say that it came to nothing; a file from before stays."""
        self.note(Stage.FAILED)
        self._path("taken").unlink(missing_ok=True)

    def wished(self) -> dict[str, Any]:
        """What was said with the wish."""
        try:
            facts: dict[str, Any] = json.loads(self._path("taken").read_bytes())
        except (OSError, ValueError):
            return {}
        return facts

    def _path(self, kind: str) -> Path:
        return _path(self.folder, self.owner, self.name, kind)


def wish_after_commit(folder: Path, owner: uuid.UUID, name: str, facts: Mapping[str, Any] | None = None) -> None:
    """Lay the wish down once the open act is committed. `facts` travel with it: ids and numbers, no names."""

    def wish() -> None:
        _path(folder, owner, name, "taken").unlink(missing_ok=True)
        _write(_path(folder, owner, name, "state"), {"stage": Stage.WAITING.value})
        _write(_path(folder, owner, name, "wanted"), dict(facts or {}))

    after_commit(wish)


def state_of(folder: Path, owner: uuid.UUID, name: str, *, at: datetime | None = None) -> State:
    """How far a file is; one that nobody has worked on for long has failed."""
    path = _path(folder, owner, name, "state")
    try:
        facts = json.loads(path.read_bytes())
        touched = path.stat().st_mtime
    except (OSError, ValueError):
        return State()
    stage = Stage(facts["stage"])
    waits = stage is Stage.WAITING and _path(folder, owner, name, "wanted").exists()
    if stage in BUSY and not waits and (at or now()).timestamp() - touched > STALE.total_seconds():
        return State(Stage.FAILED)
    finished = facts.get("at")
    return State(
        stage=stage,
        done=facts.get("done", 0),
        total=facts.get("total", 0),
        finished_at=datetime.fromisoformat(finished) if finished else None,
        size=facts.get("size", 0),
        seconds=facts.get("seconds", 0),
    )


def read(folder: Path, owner: uuid.UUID, name: str) -> bytes | None:
    """The finished file; None when there is none."""
    try:
        body = _path(folder, owner, name, "book").read_bytes()
        return unseal_bytes(body, _PLACE)
    except (OSError, ValueError):  # ValueError: sealed by an earlier version, or under a key that is gone
        return None


def take(folder: Path) -> Job | None:
    """The oldest wish, now this worker's own; None when nobody wishes for anything."""
    if not folder.is_dir():
        return None
    for path in sorted(folder.glob("*.wanted"), key=_age):
        try:
            path.replace(path.with_suffix(".taken"))
        except FileNotFoundError:
            continue  # another worker has it
        owner, name, _ = path.name.split(".")
        job = Job(folder, uuid.UUID(owner), name)
        job.note(Stage.READING)
        return job
    return None


def forget(folder: Path, *, before: datetime) -> int:
    """Delete what is older; returns how many files."""
    old = [path for path in folder.glob("*") if _age(path) < before.timestamp()] if folder.is_dir() else []
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _path(folder: Path, owner: uuid.UUID, name: str, kind: str) -> Path:
    return folder / f"{owner.hex}.{name}.{kind}"


def _replace(path: Path, body: bytes) -> None:
    """Write a file that is there as a whole or not at all, for its owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{uuid.uuid4().hex}.tmp")
    fresh.touch(mode=0o600)
    fresh.write_bytes(body)
    written = now().timestamp()
    os.utime(fresh, (written, written))  # by the clock that everything else goes by
    fresh.replace(path)


def _write(path: Path, facts: Mapping[str, Any]) -> None:
    _replace(path, json.dumps(facts).encode())


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
