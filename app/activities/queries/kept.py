"""What is read of an activity once and kept in process for as long as its version stays."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from sqlalchemy import bindparam, select

from app.activities.models import Activity
from app.core.db import table
from app.core.errors import NotFound
from app.core.keyed import execute
from app.core.text import N_

P = TypeVar("P")

KEPT = 256
"""Activities kept in one process: the live ones of a region, with room to spare."""

_every: list[Kept[Any]] = []
_a = table(Activity).c
_VERSION = select(_a.version).where(_a.id == bindparam("activity_id"))


def unknown_activity() -> NotFound:
    """The refusal of an id or a code that is nobody's."""
    return NotFound("activity_not_found", N_("没有找到这次活动。"))


def version_of(activity_id: uuid.UUID) -> int:
    """The version as the store has it now, in one small statement; NotFound `activity_not_found`."""
    version: int | None = execute(_VERSION, {"activity_id": activity_id}).scalar_one_or_none()
    if version is None:
        raise unknown_activity()
    return version


class Kept(Generic[P]):
    """The newest of each activity, the least used forgotten first. `read` tells with which version it goes."""

    def __init__(self, read: Callable[[uuid.UUID], tuple[int, P]]) -> None:
        self._read = read
        self._plans: OrderedDict[uuid.UUID, tuple[int, P]] = OrderedDict()
        self._lock = threading.Lock()
        _every.append(self)

    def get(self, activity_id: uuid.UUID) -> P:
        """What goes with today's version; NotFound when there is no such activity."""
        return self.at_version(activity_id, version_of(activity_id))

    def at_version(self, activity_id: uuid.UUID, version: int) -> P:
        """The same, for a caller that has just read the version beside something else."""
        with self._lock:
            kept = self._plans.get(activity_id)
            if kept is not None and kept[0] == version:
                self._plans.move_to_end(activity_id)
                return kept[1]
        read = self._read(activity_id)
        with self._lock:
            self._plans[activity_id] = read
            self._plans.move_to_end(activity_id)
            while len(self._plans) > KEPT:
                self._plans.popitem(last=False)
        return read[1]

    def forget(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._plans.clear()


def forget_plans() -> None:
    """Keep nothing: the store under this process is another one now (tests, a restore)."""
    for one in _every:
        one.forget()
