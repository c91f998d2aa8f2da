"""Reading one item of a request into a scan, or into the reason why it is none.

Shapes as at the door: `{"id", "pass" | "code" | "bib" | "registration",
"checkpoint", "scanned_at", "offset_ms"?, "seq"?, "shown"?, "bundle"?,
"headcount"?}` or `{"id", "undoes", "scanned_at"?}`.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from app.checkins.constants import ScanKind, Verdict
from app.core.clock import OFFICE_ZONE
from app.core.ids import parse_uuid
from app.core.text import fold_width

MAX_TEXT = 512
MAX_OFFSET_MS = 200 * 365 * 24 * 3600 * 1000
"""A phone that starts at 1970, or believes in 2099, still knows by how much it is wrong."""
EARLIEST = datetime(1, 1, 3, tzinfo=UTC)
LATEST = datetime(9999, 12, 29, tzinfo=UTC)
_NAMES = {
    "pass": ScanKind.PASS,
    "code": ScanKind.CODE,
    "bib": ScanKind.BIB,
    "registration": ScanKind.REGISTRATION,
    "undoes": ScanKind.UNDO,
}
_SHOWN = {verdict.value for verdict in Verdict} | {"stored"}


@dataclass(slots=True)
class Item:
    """A readable item. `value` is the one thing it names; `digest` covers the item as it was sent."""

    id: uuid.UUID
    kind: ScanKind
    value: str
    checkpoint: str | None
    scanned_at: datetime
    offset_ms: int
    effective_at: datetime
    digest: bytes
    seq: int | None = None
    shown: str | None = None
    bundle: int | None = None
    headcount: int | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item that is no scan: `reason` as a code, `id` if one could be read."""

    reason: str
    id: uuid.UUID | None
    body: str
    digest: bytes


def read_item(raw: Any, *, received_at: datetime, zone_default: bool = False) -> Item | Unreadable:
    """Read `raw` (decoded JSON). `zone_default`: a time without offset is the office's (files only)."""
    body = json.dumps(raw, ensure_ascii=False, sort_keys=True, default=str)[:4000]
    digest = hashlib.sha256(body.encode("utf-8", "surrogatepass")).digest()
    scan_id = parse_uuid(raw.get("id")) if isinstance(raw, Mapping) else None
    reason = ""
    if not isinstance(raw, Mapping):
        reason = "not_an_object"
    elif scan_id is None:
        reason = "id_missing"
    else:
        read = _read(raw, scan_id, digest, received_at, zone_default=zone_default)
        if isinstance(read, Item):
            return read
        reason = read
    return Unreadable(reason=reason, id=scan_id, body=body, digest=digest)


def _read(
    raw: Mapping[str, Any], scan_id: uuid.UUID, digest: bytes, received_at: datetime, *, zone_default: bool
) -> Item | str:
    named = [name for name in _NAMES if raw.get(name) is not None]
    if len(named) != 1:
        return "names_not_one"
    kind, value = _NAMES[named[0]], raw[named[0]]
    if not isinstance(value, str) or not value or len(value) > MAX_TEXT or "\0" in value:
        return "value_unreadable"
    checkpoint = raw.get("checkpoint")
    if kind is ScanKind.UNDO:
        if parse_uuid(value) is None:
            return "undoes_unreadable"
    elif not isinstance(checkpoint, str) or not 0 < len(checkpoint) <= 64:
        return "checkpoint_missing"
    at = raw.get("scanned_at")
    scanned = received_at if at is None and kind is ScanKind.UNDO else read_time(at, zone_default=zone_default)
    if scanned is None:
        return "scanned_at_unreadable"
    offset = raw.get("offset_ms")
    offset_ms = 0 if offset is None else _whole(offset, MAX_OFFSET_MS)
    if offset_ms is None:
        return "offset_unreadable"
    numbers = {
        name: _whole(raw.get(name), 2**53) if raw.get(name) is not None else None
        for name in ("seq", "bundle", "headcount")
    }
    shown = raw.get("shown")
    return Item(
        id=scan_id,
        kind=kind,
        value=value,
        checkpoint=checkpoint if isinstance(checkpoint, str) else None,
        scanned_at=scanned,
        offset_ms=offset_ms,
        effective_at=_clamp(scanned, offset_ms),
        digest=digest,
        seq=numbers["seq"],
        shown=shown if isinstance(shown, str) and shown in _SHOWN else None,
        bundle=numbers["bundle"],
        headcount=numbers["headcount"],
    )


def _clamp(scanned: datetime, offset_ms: int) -> datetime:
    try:
        return min(max(scanned + timedelta(milliseconds=offset_ms), EARLIEST), LATEST)
    except OverflowError:
        return scanned


def _whole(value: Any, limit: int) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) > limit:  # noqa: PLR0124 - NaN
        return None
    return int(value)


def read_time(value: Any, *, zone_default: bool = False) -> datetime | None:
    """An RFC 3339 time with an offset, in UTC; None when it is not one."""
    if not isinstance(value, str) or not 10 <= len(value) <= 40:
        return None
    try:
        parsed = datetime.fromisoformat(fold_width(value.strip()))
    except ValueError:
        return None
    if parsed.tzinfo is None:
        if not zone_default:
            return None
        parsed = parsed.replace(tzinfo=OFFICE_ZONE)
    try:
        at = parsed.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return at if EARLIEST <= at <= LATEST else None
