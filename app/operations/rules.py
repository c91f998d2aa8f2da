"""The manifest of a backup: what it holds, with the SHA-256 of each file."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

FORMAT = 1
MANIFEST = "manifest.json"
PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """`files`: name to SHA-256 (hex). `epoch` and `schema` are those of the store when it was copied."""

    made_at: str
    store: str
    epoch: int
    schema: str
    keys: bool
    files: dict[str, str]
    format: int = FORMAT

    def spelled(self) -> str:
        """As it stands in the folder."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def read_manifest(spelled: str) -> Manifest:
    """The inverse; ValueError when it is none, or of a format that is not known here."""
    body = json.loads(spelled)
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise ValueError("not a manifest of this format")
    try:
        manifest = Manifest(**body)
    except TypeError as error:
        raise ValueError("not a manifest of this format") from error
    if any("/" in name or name.startswith(".") for name in manifest.files):
        raise ValueError("a manifest names files beside it only")
    return manifest


def digest_of(file: Path) -> str:
    """The SHA-256 of a file, in hex."""
    running = hashlib.sha256()
    with file.open("rb") as opened:
        while piece := opened.read(PIECE):
            running.update(piece)
    return running.hexdigest()
