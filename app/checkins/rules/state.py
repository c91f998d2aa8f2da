"""What a phone says of itself: its queue, battery, list, release, checkpoint and clock."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.checkins.rules.reading import MAX_OFFSET_MS, read_time

MOST = 1_000_000
"""More unsent scans than any phone can hold."""
LATEST_BUNDLE = 2**40
_RELEASE = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,39}")


@dataclass(frozen=True, slots=True)
class DeviceState:
    """One word of a phone. None: it did not say, or it could not be read."""

    queue: int
    oldest: datetime | None = None
    battery: int | None = None
    charging: bool | None = None
    bundle: int | None = None
    release: str | None = None
    checkpoint: str | None = None
    offset_ms: int | None = None


def read_state(body: Mapping[str, Any]) -> DeviceState | None:
    """The state in decoded JSON; None when it tells no queue."""
    queue = _whole(body.get("queue"), 0, MOST)
    if queue is None:
        return None
    charging, release, checkpoint = body.get("charging"), body.get("release"), body.get("checkpoint")
    return DeviceState(
        queue=queue,
        oldest=read_time(body.get("oldest")) if queue else None,
        battery=_whole(body.get("battery"), 0, 100),
        charging=charging if isinstance(charging, bool) else None,
        bundle=_whole(body.get("bundle"), 0, LATEST_BUNDLE),
        release=release if isinstance(release, str) and _RELEASE.fullmatch(release) else None,
        checkpoint=checkpoint if isinstance(checkpoint, str) and len(checkpoint) <= 64 else None,
        offset_ms=_whole(body.get("offset_ms"), -MAX_OFFSET_MS, MAX_OFFSET_MS),
    )


def _whole(value: Any, least: int, most: int) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most else None
