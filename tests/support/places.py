"""Where a test run keeps its files: on tmpfs when there is one, gone when the run ends."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

TMPFS = Path("/dev/shm")


def new_folder(purpose: str) -> Path:
    """A fresh folder for this process, removed at its end."""
    base = TMPFS if TMPFS.is_dir() and os.access(TMPFS, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix=f"xiangyue-{purpose}-", dir=base))
    owner = os.getpid()

    def remove() -> None:
        if os.getpid() == owner:  # a forked child ends without taking the folder along
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return folder
