"""How far each chain had come, kept beside the database: whoever cuts a chain's end there does not reach it here.

A chain proves itself up to its last link and cannot tell that there was a further one. So the worker writes after
each sealing the number and hash of every last link into a file below INSTANCE_PATH, under a keyed digest. Rows that
were not sealed yet (at most a minute's) are not witnessed.
"""

from __future__ import annotations

import hmac
import json
import os
import uuid
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from app.core.crypto import blind_index
from app.core.errors import DomainError
from app.core.text import N_

NAME: Final = "audit-heads.json"
Head = tuple[int, bytes]
"""Number and hash of a chain's last link."""


class _Held:
    folder: Path | None = None


def use_folder(folder: Path | None) -> None:
    """Where the file lies (once, at start-up); None: nowhere, nothing is witnessed."""
    _Held.folder = folder


def heads() -> dict[uuid.UUID, Head]:
    """Scope → the furthest link seen; empty before the first. DomainError `witness_wrong` when the file was changed."""
    path = _path()
    if path is None or not path.exists():
        return {}
    try:
        told = json.loads(path.read_text("utf-8"))
        chains: dict[str, tuple[int, str]] = {
            str(scope): (int(n), str(digest)) for scope, (n, digest) in told["chains"].items()
        }
        if hmac.compare_digest(_mac(chains), str(told["mac"])):
            return {uuid.UUID(scope): (n, bytes.fromhex(digest)) for scope, (n, digest) in chains.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _wrong() from error
    raise _wrong()


def _wrong() -> DomainError:
    return DomainError("witness_wrong", N_("审计链的旁证文件被改过或坏了：%(file)s"), file=NAME)


def note(seen: Mapping[uuid.UUID, Head]) -> None:
    """Keep these last links, if they are further than what is kept. A file that was changed stays, to be found."""
    path = _path()
    if path is None or not seen:
        return
    try:
        known = heads()
    except DomainError:
        return
    for scope, head in seen.items():
        if head[0] >= known.get(scope, (0, b""))[0]:
            known[scope] = head
    chains = {str(scope): (n, digest.hex()) for scope, (n, digest) in sorted(known.items())}
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump({"chains": chains, "mac": _mac(chains)}, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def begin_anew(at: datetime) -> None:
    """Put the file aside: a backup was restored, so chains are shorter than they were, and the trail says so."""
    path = _path()
    if path is not None and path.exists():
        path.replace(path.with_name(f"audit-heads-until-{at:%Y%m%d-%H%M%S}.json"))


def _path() -> Path | None:
    return _Held.folder / NAME if _Held.folder is not None else None


def _mac(chains: Mapping[str, object]) -> str:
    return blind_index(json.dumps(chains, sort_keys=True), "audit.heads").hex()
