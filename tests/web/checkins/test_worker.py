"""What starts the camera page without a network."""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def release(client) -> dict:
    text = client.get("/scan/worker.js").text
    return json.loads(re.match(r"self\.RELEASE = (\{.*?\});\n", text)[1])


def test_the_worker_lists_every_file_of_the_page_and_may_serve_it(app):
    client = app.test_client()
    answer = client.get("/scan/worker.js")
    assert answer.status_code == 200
    assert answer.headers["Service-Worker-Allowed"] == "/scan"
    assert answer.headers["Cache-Control"] == "no-cache"
    found = release(client)
    assert found["shell"] == "/scan"
    page = client.get("/scan").text
    linked = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    assert linked <= set(found["files"])
    for file in found["files"]:
        if "icon-" not in file and "webmanifest" not in file:
            assert (Path(app.static_folder) / file.removeprefix("/static/")).is_file(), file
    assert f'data-release="{found["name"]}"' in page


def test_only_the_camera_page_may_compile_wasm(app):
    client = app.test_client()
    assert "'wasm-unsafe-eval'" in client.get("/scan").headers["Content-Security-Policy"]
    for path in ("/", "/scan/worker.js", "/login"):
        policy = client.get(path).headers["Content-Security-Policy"]
        assert "wasm" not in policy
        assert "unsafe-inline" not in policy


def test_the_manifest_makes_it_installable():
    folder = ROOT / "frontend" / "public"
    manifest = json.loads((folder / "scanner.webmanifest").read_text(encoding="utf-8"))
    assert manifest["display"] == "standalone"
    assert manifest["start_url"].endswith("/scan")
    sizes = {icon["sizes"] for icon in manifest["icons"]}
    assert {"192x192", "512x512"} <= sizes
    assert any(icon.get("purpose") == "maskable" for icon in manifest["icons"])
    for icon in manifest["icons"]:
        assert (folder / icon["src"]).is_file()
