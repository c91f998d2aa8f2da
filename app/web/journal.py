"""The log of requests: who asked what when, from where, and with what outcome; a file a day, kept for months.

网络安全法 asks for network logs of at least six months; 等保二级 for time, user and outcome. No question after the
question mark, no form and no body stands in it: paths hold ids, names and numbers of people do not. A line that cannot
be written (a full disk) does not stop the answer.
"""

from __future__ import annotations

import json
import logging
import os
from datetime import date, timedelta
from pathlib import Path

from flask import Flask, Response, g, request

from app.core.clock import local, now
from config import LOGS_AT_LEAST

log = logging.getLogger(__name__)
LONGEST = 300
"""Of a path: no page's is longer, and a line should be written in one go."""
LEFT_OUT = frozenset({"static", "health.healthz", "health.metrics"})
"""Files that anybody may read, and machines that ask every few seconds."""


class Journal:
    """The files of one installation; each process appends whole lines to that of the day."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._day: date | None = None
        self._handle = -1
        self._process = 0

    def write(self, line: str) -> None:
        """Append a line. What goes wrong is logged and does not reach whoever asked."""
        try:
            os.write(self._file(), line.encode() + b"\n")
        except OSError:
            log.exception("a request could not be written down")

    def _file(self) -> int:
        day, process = local(now()).date(), os.getpid()
        if (day, process) != (self._day, self._process):
            if self._process == process and self._handle >= 0:
                os.close(self._handle)
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = self.folder / f"requests-{day.isoformat()}.jsonl"
            self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            self._day, self._process = day, process
        return self._handle

    def forget(self, keep: timedelta) -> int:
        """Delete the files of days before `keep`; returns how many."""
        oldest, gone = local(now()).date() - keep, 0
        for path in self.folder.glob("requests-????-??-??.jsonl"):
            try:
                day = date.fromisoformat(path.stem.removeprefix("requests-"))
            except ValueError:
                continue
            if day < oldest:
                path.unlink(missing_ok=True)
                gone += 1
        return gone


class _Held:
    journal: Journal | None = None
    keep = timedelta(days=LOGS_AT_LEAST)


def prepare_journal(app: Flask) -> None:
    """Write down every request, where the installation names a folder for it."""
    folder = app.config["LOG_FOLDER"]
    journal = Journal(Path(folder)) if folder else None
    _Held.journal, _Held.keep = journal, timedelta(days=app.config["LOG_KEEP_DAYS"])
    if journal is None:
        return

    @app.after_request
    def _note(response: Response) -> Response:
        if request.endpoint not in LEFT_OUT:
            journal.write(line_of(response))
        return response


def line_of(response: Response) -> str:
    """The request of this context as JSON; `who` is kind and id, as in the trail of acts."""
    caller = g.get("xiangyue_caller")
    facts = {
        "at": now().isoformat(timespec="milliseconds"),
        "method": request.method,
        "path": request.path[:LONGEST],
        "status": response.status_code,
        "who": f"{caller.actor.kind} {caller.actor.id}" if caller else "",
        "from": request.remote_addr or "",
    }
    return json.dumps(facts, ensure_ascii=True)


def forget_journal() -> int:
    """Delete what is older than the setting; returns how many files (a step of the worker)."""
    return _Held.journal.forget(_Held.keep) if _Held.journal else 0
