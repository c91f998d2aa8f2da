"""Reading what the office has set."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select

from app.core.db import table
from app.core.keyed import execute
from app.core.transactions import in_act
from app.settings.constants import FileKey, Key
from app.settings.models import Setting, StoredFile
from app.settings.rules.holidays import Holiday, on_day, unpack

KEPT_SECONDS = 5.0
"""How long another process may show what was set before: every page bears the office's name."""

_s, _f = table(Setting).c, table(StoredFile).c
_ALL = select(_s.key, _s.value)
_FILE = select(_f.name, _f.content, _f.updated_at).where(_f.key == bindparam("key"))
_kept: dict[str, tuple[float, dict[str, Any]]] = {}


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A template as it was handed in."""

    name: str
    content: bytes
    updated_at: datetime


def settings() -> dict[str, Any]:
    """Key → value of everything that was set; at most some seconds old outside an act."""
    kept = _kept.get("all")
    if kept is not None and time.monotonic() < kept[0] and not in_act():
        return kept[1]
    found = {row.key: row.value for row in execute(_ALL)}
    if not in_act():
        _kept["all"] = (time.monotonic() + KEPT_SECONDS, found)
    return found


def setting(key: Key) -> Any:
    """One value; None when the environment's holds."""
    return settings().get(key.value)


def holidays() -> tuple[Holiday, ...]:
    """The free days and working weekends that the office has entered, in their order."""
    return unpack(setting(Key.HOLIDAYS) or ())


def holiday_on(day: date) -> Holiday | None:
    """What a day is, if it is anything."""
    return on_day(holidays(), day)


def wording(key: Key, usual: str) -> str:
    """The office's own sentence, or the usual one."""
    return str(setting(key) or usual)


def stored_file(key: FileKey) -> KeptFile | None:
    """The office's own template; None when the product's is used."""
    row = execute(_FILE, {"key": key.value}).one_or_none()
    return KeptFile(row.name, row.content, row.updated_at) if row is not None else None


def forget_settings() -> None:
    """Read anew: something was set in this process."""
    _kept.clear()
