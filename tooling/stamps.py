"""Stamps: work whose inputs have not changed is not done again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def fingerprint(files: Iterable[Path], *, base: Path, extra: str = "") -> str:
    """SHA-256 over names, lengths and contents of `files`, and over `extra`.

    The order in which files are given does not matter. A missing file counts as absent, so that
    deleting one changes the result. Line endings count as they are on disk.
    """
    digest = hashlib.sha256(extra.encode())
    for path in sorted(set(files)):
        content = path.read_bytes() if path.is_file() else None
        length = "absent" if content is None else str(len(content))
        digest.update(f"\0{path.relative_to(base).as_posix()}\0{length}\0".encode())
        digest.update(content or b"")
    return digest.hexdigest()


def files_below(*places: Path) -> list[Path]:
    """Every file in the given folders (all levels) and the given files themselves."""
    found: list[Path] = []
    for place in places:
        if place.is_dir():
            found += [path for path in place.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
        else:
            found.append(place)
    return found


def is_fresh(stamp: Path, value: str) -> bool:
    """True when the work behind `stamp` was finished for exactly this fingerprint."""
    return stamp.is_file() and stamp.read_text(encoding="ascii", errors="replace").strip() == value


def finish(stamp: Path, value: str) -> None:
    """Remember finished work."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value + "\n", encoding="ascii")
