"""The file that a phone writes of what it still holds (`frontend/src/scanner/export.ts`)."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core.errors import DomainError, TooLarge
from app.core.ids import parse_uuid
from app.core.text import N_

FORMAT = "xiangyue-scans-1"
MOST_BYTES = 8_000_000
MOST_ITEMS = 20_000


@dataclass(frozen=True, slots=True)
class QueueFile:
    """Items as they would have been posted, by the device that read them; SHA-256 of the file."""

    by_device: Mapping[uuid.UUID, list[Any]]
    sha256: str


def read_queue_file(data: bytes) -> QueueFile:
    """Read the file; a DomainError with a sentence for what is empty, foreign or damaged.

    `sha256` in the file, where it is given, covers its `scans` as compact JSON.
    """
    if not data.strip():
        raise DomainError("queue_file_empty", N_("文件是空的，请在手机上重新导出。"), field="file")
    if len(data) > MOST_BYTES:
        raise TooLarge("queue_file_large", N_("文件太大，不像手机导出的。"), field="file")
    try:
        body = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _damaged() from error
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise DomainError("queue_file_foreign", N_("这不是扫码手机导出的文件。"), field="file")
    scans = body.get("scans")
    if not isinstance(scans, list):
        raise _damaged()
    if len(scans) > MOST_ITEMS:
        raise TooLarge("queue_file_large", N_("文件太大，不像手机导出的。"), field="file")
    said = body.get("sha256")
    if said is not None and said != digest_of(scans):
        raise _damaged()
    return QueueFile(_by_device(scans, parse_uuid(body.get("device"))), hashlib.sha256(data).hexdigest())


def digest_of(scans: list[Any]) -> str:
    """SHA-256 of the scans as `JSON.stringify` writes them, in hexadecimal."""
    compact = json.dumps(scans, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(compact.encode("utf-8", "surrogatepass")).hexdigest()


def _by_device(scans: list[Any], default: uuid.UUID | None) -> dict[uuid.UUID, list[Any]]:
    found: dict[uuid.UUID, list[Any]] = {}
    for scan in scans:
        if not isinstance(scan, dict):
            raise _damaged()
        device = parse_uuid(scan.get("device")) or default
        if device is None:
            raise _damaged()
        # the item as the phone posts it: the same content gives the same digest, and so a replay
        found.setdefault(device, []).append({key: value for key, value in scan.items() if key != "device"})
    return found


def _damaged() -> DomainError:
    return DomainError("queue_file_damaged", N_("文件不完整或被改过，请在手机上重新导出。"), field="file")
