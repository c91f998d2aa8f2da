"""A stand-in for the built front end: pages are tested without Node.

It has exactly the entries that Vite is told to build, so a template that asks
for another one fails here as it would in the real build.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VITE = ROOT / "frontend" / "vite.config.ts"


def entries() -> list[str]:
    """The entries of the front end, as Vite's settings list them."""
    found = re.search(r"const entries = \[(.*?)\]", VITE.read_text(encoding="utf-8"), re.DOTALL)
    assert found, f"{VITE} lists no entries"
    return re.findall(r"'([^']+)'", found.group(1))


def make_build(static: Path) -> Path:
    """Write manifest and empty files below `static`; returns it."""
    assets = static / "dist" / "assets"
    (static / "dist" / ".vite").mkdir(parents=True)
    assets.mkdir()
    manifest = {}
    for entry in entries():
        name = entry.removeprefix("src/").removesuffix(".ts").replace("/", "-")
        manifest[entry] = {
            "file": f"assets/{name}-0000.js",
            "isEntry": True,
            "css": [f"assets/{name}-0000.css"],
        }
        (assets / f"{name}-0000.js").write_text("export {};\n", encoding="utf-8")
        (assets / f"{name}-0000.css").write_text(":root {}\n", encoding="utf-8")
    (static / "dist" / ".vite" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (static / "dist" / "favicon.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>\n', encoding="utf-8")
    return static
