"""How the trail is spelled and chained. Pure: the same rows give the same hashes anywhere."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from app.core.clock import to_micros


def entry_digest(entry: Any) -> bytes:
    """SHA-256 over all fields of an entry, in a fixed spelling."""
    spelled = json.dumps(
        [
            entry.scope_id.hex,
            entry.id.hex,
            to_micros(entry.at),
            entry.actor_kind,
            entry.actor_id.hex if entry.actor_id else None,
            entry.action,
            entry.subject_kind,
            entry.subject_id.hex if entry.subject_id else None,
            entry.outcome,
            entry.details,
        ],
        ensure_ascii=True,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(spelled.encode()).digest()


def link_hash(prev: bytes, n: int, digests: list[bytes]) -> bytes:
    """The hash of link `n` over the one before and its entries' digests, in id order."""
    return hashlib.sha256(prev + n.to_bytes(8, "big") + b"".join(digests)).digest()
