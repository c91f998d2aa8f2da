"""Where things are, and the two ways in which a command ends badly."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STATE = ROOT / ".dev"
"""Stamps of finished work; deleting it only costs time."""
FRONTEND = ROOT / "frontend"
WINDOWS = sys.platform == "win32"


class Trouble(Exception):
    """Something a person has to mend: the message says what and how, no traceback is shown."""


def venv_python(venv: Path = VENV) -> Path:
    """The interpreter of the virtual environment, whether it exists yet or not."""
    return venv / ("Scripts/python.exe" if WINDOWS else "bin/python")


def instance_path(environ: dict[str, str] | None = None) -> Path:
    """INSTANCE_PATH as an absolute path; relative ones count from where the person stands."""
    env = dict(os.environ) if environ is None else environ
    return Path(env.get("INSTANCE_PATH") or ROOT / "instance").expanduser().resolve()


def child_environment(**changes: str) -> dict[str, str]:
    """The environment for programs of the virtual environment.

    The person's own settings (proxies, package index, DATABASE_URL) pass through untouched; only
    what would lead the interpreter astray is taken out.
    """
    env = {name: value for name, value in os.environ.items() if name not in {"PYTHONHOME", "FLASK_APP"}}
    env |= {"INSTANCE_PATH": str(instance_path()), "PYTHONUTF8": "1"}
    return env | changes


def say(message: str) -> None:
    """One line to the person, at once even through a pipe."""
    print(message, flush=True)
