"""The English catalogue: which texts the sources mark, and what is compiled from their translations."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tooling.paths import ROOT, Trouble, child_environment, say, venv_python

FOLDER = ROOT / "app" / "translations"
UNTRANSLATED = re.compile(r'\nmsgstr(?:\[\d\])? ""\n(?!")')
MARKS = ("N_", "lazy", "lazy_gettext")
"""What marks a msgid beside the names that gettext's tools know."""


def update() -> None:
    """Bring app/translations/*/LC_MESSAGES/messages.po up to what the sources mark.

    New texts come in without a translation and gone ones leave. The order is that of the msgids,
    nothing is wrapped, no places are written and the head stays: two people who add texts change
    different lines.
    """
    heads = {path: _head(path) for path in catalogues()}
    with tempfile.TemporaryDirectory() as scratch:
        template = Path(scratch) / "messages.pot"
        extract(template)
        _babel(
            ["update", "-i", str(template), "-d", str(FOLDER), "--no-fuzzy-matching", "--ignore-obsolete", "--no-wrap"],
            "The catalogue could not be brought up to date.",
        )
    for path, head in heads.items():
        text = path.read_text(encoding="utf-8").replace(_head(path), head, 1)
        path.write_text(text, encoding="utf-8")
        missing = len(UNTRANSLATED.findall(text))
        say(f"{path}: {missing} texts to translate (an empty msgstr)" if missing else f"{path}: complete")


def _head(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition("\n\n")[0]


def extract(template: Path) -> None:
    """Write all marked texts of app/ to `template`; [tool.babel] in pyproject.toml says where they stand."""
    marks = [part for mark in MARKS for part in ("-k", mark)]
    shape = ("--no-location", "--sort-output", "--no-wrap", "--omit-header")
    _babel(
        ["extract", "-F", "pyproject.toml", *marks, *shape, "-o", str(template), "app"],
        "The texts could not be read from the sources.",
    )


def compile_catalogues() -> None:
    """Turn each messages.po into the .mo that Flask-Babel reads; nothing to do when that is newer."""
    for path in catalogues():
        compiled = path.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= path.stat().st_mtime:
            continue
        with tempfile.TemporaryDirectory(dir=path.parent) as scratch:  # whole or not at all: others may read it now
            made = Path(scratch) / compiled.name
            _babel(["compile", "-i", str(path), "-o", str(made)], "The translations could not be compiled.")
            made.replace(compiled)


def catalogues() -> list[Path]:
    """The .po of each language."""
    return sorted(FOLDER.glob("*/LC_MESSAGES/messages.po"))


def _babel(arguments: Sequence[str], failure: str) -> None:
    command = [str(venv_python()), "-m", "babel.messages.frontend", "--quiet", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=child_environment(), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Trouble(f"{done.stderr.strip()}\n{failure}")
