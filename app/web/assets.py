"""Tags for the built front end.

Vite writes ``static/dist/.vite/manifest.json``: entry → file with a hash in its
name and the style sheets it needs. ``vite()`` turns an entry into tags; it is
given to the templates as a global, and so is ``drawing()``, which turns the name of an icon into its SVG.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import current_app, url_for
from markupsafe import Markup

MANIFEST = Path("dist") / ".vite" / "manifest.json"


ICONS = Path(__file__).parent / "templates" / "web" / "icons"


class BuildMissingError(RuntimeError):
    """The front end was not built, or knows nothing of the entry asked for."""


@lru_cache(maxsize=4)
def _read(path: Path, _mtime_ns: int) -> dict[str, dict[str, Any]]:
    """Read one state of the manifest; the time of change is there to be part of the cache's key."""
    manifest: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return manifest


def load_manifest(static_folder: Path) -> dict[str, dict[str, Any]]:
    """Return the manifest below ``static_folder``.

    It is read again when the file changes, so that a new build shows without a
    restart. Raises :class:`BuildMissingError` when there is no build.
    """
    path = static_folder / MANIFEST
    try:
        mtime_ns = path.stat().st_mtime_ns
    except FileNotFoundError:
        message = f"the front end is not built ({path} is missing): run `python3 dev.py setup`"
        raise BuildMissingError(message) from None
    return _read(path, mtime_ns)


def styles_of(manifest: dict[str, dict[str, Any]], entry: str) -> list[str]:
    """Return the style sheets of ``entry`` and of what it imports, each once, imports first."""
    found: list[str] = []
    seen: set[str] = set()

    def walk(name: str) -> None:
        if name in seen:
            return
        seen.add(name)
        chunk = manifest[name]
        for imported in chunk.get("imports", []):
            walk(imported)
        found.extend(file for file in chunk.get("css", []) if file not in found)

    walk(entry)
    return found


def files_of(manifest: dict[str, dict[str, Any]], entry: str) -> list[str]:
    """Every file that a page of ``entry`` may ask for: scripts, styles, workers, wasm; each once."""
    names = [entry]
    for name in names:
        names.extend(one for one in manifest[name].get("imports", []) if one not in names)
    found = [manifest[name]["file"] for name in names]
    found += styles_of(manifest, entry)
    found += [file for name in names for file in manifest[name].get("assets", [])]
    return list(dict.fromkeys(found))


def built(*entries: str) -> list[str]:
    """The files of these entries, as addresses."""
    manifest = load_manifest(Path(current_app.static_folder or "static"))
    files = dict.fromkeys(file for entry in entries for file in files_of(manifest, entry))
    return [url_for("static", filename=f"dist/{file}") for file in files]


def vite(entry: str) -> Markup:
    """Return the tags of one entry: its style sheets, then its module script.

    ``entry`` is the source's path below ``frontend/``, such as ``src/main.ts``.
    Raises :class:`BuildMissingError` when the build or the entry is missing.
    """
    static_folder = Path(current_app.static_folder or "static")
    manifest = load_manifest(static_folder)
    if entry not in manifest:
        message = f"the build has no entry {entry}: run `python3 dev.py setup`"
        raise BuildMissingError(message)
    tags = [
        Markup('<link rel="stylesheet" href="{}">').format(url_for("static", filename=f"dist/{file}"))
        for file in styles_of(manifest, entry)
    ]
    script = url_for("static", filename=f"dist/{manifest[entry]['file']}")
    tags.append(Markup('<script type="module" src="{}"></script>').format(script))
    return Markup("\n").join(tags)


@cache
def drawing(name: str) -> Markup:
    """The SVG of an icon, read once: pages hold dozens, and each `include` would cost a render of its own.

    Raises :class:`KeyError` for a name that is no icon's.
    """
    if not name.replace("-", "").isalnum():
        raise KeyError(name)
    try:
        return Markup((ICONS / f"{name}.svg").read_text(encoding="utf-8"))  # noqa: S704 - a file of ours
    except FileNotFoundError:
        raise KeyError(name) from None
