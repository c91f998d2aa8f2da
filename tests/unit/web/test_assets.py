"""Tags of the built front end."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from flask import Flask

from app.web.assets import BuildMissingError, drawing, load_manifest, styles_of, vite

MANIFEST = {
    "src/main.ts": {"file": "assets/main-1.js", "imports": ["_shared.js"], "css": ["assets/main-1.css"]},
    "src/office.ts": {"file": "assets/office-1.js", "imports": ["_shared.js", "src/main.ts"], "css": []},
    "_shared.js": {"file": "assets/shared-1.js", "css": ["assets/shared-1.css"]},
}


def write(folder: Path, manifest: dict[str, object], mtime_ns: int) -> None:
    path = folder / "dist" / ".vite" / "manifest.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(manifest), encoding="utf-8")
    os.utime(path, ns=(mtime_ns, mtime_ns))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, MANIFEST, 1_000_000_000)
    return tmp_path


@pytest.fixture
def site(folder: Path) -> Flask:
    return Flask("site", static_folder=str(folder), static_url_path="/static")


def test_styles_come_once_and_those_of_imports_first():
    assert styles_of(MANIFEST, "src/office.ts") == ["assets/shared-1.css", "assets/main-1.css"]


def test_an_entry_becomes_its_styles_and_a_module(site: Flask):
    with site.test_request_context():
        tags = vite("src/main.ts").split("\n")
    assert tags == [
        '<link rel="stylesheet" href="/static/dist/assets/shared-1.css">',
        '<link rel="stylesheet" href="/static/dist/assets/main-1.css">',
        '<script type="module" src="/static/dist/assets/main-1.js"></script>',
    ]


def test_a_new_build_shows_without_a_restart(folder: Path):
    assert load_manifest(folder)["src/main.ts"]["file"] == "assets/main-1.js"
    write(folder, {"src/main.ts": {"file": "assets/main-2.js"}}, 2_000_000_000)
    assert load_manifest(folder)["src/main.ts"]["file"] == "assets/main-2.js"


def test_without_a_build_the_message_says_what_to_do(tmp_path: Path):
    with pytest.raises(BuildMissingError, match=r"python3 dev\.py setup"):
        load_manifest(tmp_path)


def test_an_unknown_entry_is_named(site: Flask):
    with site.test_request_context(), pytest.raises(BuildMissingError, match=r"src/nothing\.ts"):
        vite("src/nothing.ts")


def test_an_icon_is_drawn_by_its_name():
    assert drawing("check").startswith('<svg class="x-icon"')


@pytest.mark.parametrize("name", ["", "no-such-icon", "../brand", "check.svg", "../icons/check"])
def test_what_is_no_icon_is_not_looked_for_elsewhere(name):
    with pytest.raises(KeyError):
        drawing(name)
