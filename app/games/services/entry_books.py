"""The entry book between the wish for it and the finished file, which takes longer than a page may.

A wish is a file of its own below INSTANCE_PATH, and so is what comes of it: the worker takes wishes up
by renaming them, which only one of several can do, and notes how far it is. The book is sealed, as names
are wherever they lie, and is gone after a week. No request waits, and no transaction is held meanwhile.
"""

from __future__ import annotations

import base64
import json
import os
import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from app.audit.services import Actor, record
from app.core.clock import now
from app.core.crypto import seal, unseal
from app.core.db import db
from app.core.text import N_
from app.core.transactions import act, after_commit
from app.games.models import Games
from app.games.queries.games import games_not_found
from app.games.rules.entry_book import BookForm

KEPT: Final = timedelta(days=7)
STALE: Final = timedelta(minutes=10)
"""A worker that has noted nothing for so long has died over the book."""
_PLACE: Final = "games.entry_book"


class BookStage(StrEnum):
    """How far a book is."""

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
            BookStage.NONE: N_("还没有生成"),
            BookStage.WAITING: N_("排队等候"),
            BookStage.READING: N_("正在读名单"),
            BookStage.SETTING: N_("正在排版"),
            BookStage.DONE: N_("已生成"),
            BookStage.FAILED: N_("没有生成，请再试一次"),
        }[self]


BUSY: Final = frozenset({BookStage.WAITING, BookStage.READING, BookStage.SETTING})


@dataclass(frozen=True, slots=True)
class BookState:
    """A book as its page shows it: `done` of `total` parts, when it was finished, its bytes, its seconds."""

    stage: BookStage = BookStage.NONE
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
class BookJob:
    """A wish that a worker has taken up."""

    folder: Path
    games_id: uuid.UUID
    form: BookForm
    begun: float = field(default_factory=time.monotonic)

    def note(self, stage: BookStage, done: int = 0, total: int = 0) -> None:
        """How far it is."""
        _write(self._path("state"), {"stage": stage.value, "done": done, "total": total})

    def finish(self, data: bytes, *, at: datetime) -> None:
        """Keep the book, sealed, in the place of the one before it."""
        body = seal(base64.b64encode(data).decode(), _PLACE)
        _replace(self._path("book"), body)
        seconds = round(time.monotonic() - self.begun)
        done = {"stage": BookStage.DONE.value, "at": at.isoformat(), "size": len(data), "seconds": seconds}
        _write(self._path("state"), done)
        self._path("taken").unlink(missing_ok=True)

    def fail(self) -> None:
        """Say that it came to nothing; a book from before stays."""
        self.note(BookStage.FAILED)
        self._path("taken").unlink(missing_ok=True)

    def _path(self, kind: str) -> Path:
        return _path(self.folder, self.games_id, self.form, kind)


def _path(folder: Path, games_id: uuid.UUID, form: BookForm, kind: str) -> Path:
    return folder / f"{games_id.hex}.{form.value}.{kind}"


def _replace(path: Path, body: bytes) -> None:
    """Write a file that is there as a whole or not at all, for its owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{uuid.uuid4().hex}.tmp")
    fresh.touch(mode=0o600)
    fresh.write_bytes(body)
    written = now().timestamp()
    os.utime(fresh, (written, written))  # by the clock that everything else goes by
    fresh.replace(path)


def _write(path: Path, facts: dict[str, Any]) -> None:
    _replace(path, json.dumps(facts).encode())


@act
def ask_for_book(*, games_id: uuid.UUID, form: BookForm, folder: Path, actor: Actor) -> None:
    """Wish for a book; while one is under way a second wish changes nothing."""
    if db.session.get(Games, games_id) is None:
        raise games_not_found()
    if book_state(folder, games_id, form).busy:
        return
    record(actor, "games.book_asked", subject_kind="games", subject_id=games_id, scope_id=games_id, form=form.value)

    def wish() -> None:
        _path(folder, games_id, form, "taken").unlink(missing_ok=True)
        _write(_path(folder, games_id, form, "state"), {"stage": BookStage.WAITING.value})
        _write(_path(folder, games_id, form, "wanted"), {})

    after_commit(wish)


def book_state(folder: Path, games_id: uuid.UUID, form: BookForm, *, at: datetime | None = None) -> BookState:
    """How far a book is; one that nobody has worked on for long has failed."""
    path = _path(folder, games_id, form, "state")
    try:
        facts = json.loads(path.read_bytes())
        touched = path.stat().st_mtime
    except (OSError, ValueError):
        return BookState()
    stage = BookStage(facts["stage"])
    waits = stage is BookStage.WAITING and _path(folder, games_id, form, "wanted").exists()
    if stage in BUSY and not waits and (at or now()).timestamp() - touched > STALE.total_seconds():
        return BookState(BookStage.FAILED)
    finished = facts.get("at")
    return BookState(
        stage=stage,
        done=facts.get("done", 0),
        total=facts.get("total", 0),
        finished_at=datetime.fromisoformat(finished) if finished else None,
        size=facts.get("size", 0),
        seconds=facts.get("seconds", 0),
    )


def read_book(folder: Path, games_id: uuid.UUID, form: BookForm) -> bytes | None:
    """The finished book; None when there is none."""
    try:
        body = _path(folder, games_id, form, "book").read_bytes()
    except OSError:
        return None
    return base64.b64decode(unseal(body, _PLACE))


def take_book(folder: Path) -> BookJob | None:
    """The oldest wish, now this worker's own; None when nobody wishes for anything."""
    if not folder.is_dir():
        return None
    for path in sorted(folder.glob("*.wanted"), key=_age):
        try:
            path.replace(path.with_suffix(".taken"))
        except FileNotFoundError:
            continue  # another worker has it
        games, form, _ = path.name.split(".")
        job = BookJob(folder, uuid.UUID(games), BookForm(form))
        job.note(BookStage.READING)
        return job
    return None


def forget_books(folder: Path, *, before: datetime) -> int:
    """Delete what is older; returns how many files."""
    old = [path for path in folder.glob("*") if _age(path) < before.timestamp()] if folder.is_dir() else []
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
