"""The volunteer's camera page: a shell without anybody's data; all its calls bear the device's token."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, current_app, make_response, render_template, url_for

from app.web.access import public
from app.web.assets import built
from app.web.security import WITH_WASM

blueprint = Blueprint("checkins", __name__, template_folder="../templates")

WORKER = "src/scanner/worker/main.ts"
OTHER_FILES = ("dist/favicon.svg", "dist/scanner.webmanifest", "dist/icon-180.png", "dist/icon-192.png")


@blueprint.get("/scan")
@public("an empty shell: whatever it shows comes through the device's own token")
def scanner() -> Response:
    """The page; a join code comes in the fragment, which never reaches a server."""
    response = make_response(render_template("checkins/scanner.html", release=_release()))
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Security-Policy"] = WITH_WASM
    return response


@blueprint.get("/scan/worker.js")
@public("the script that starts the camera page without a network; nobody's data")
def worker() -> Response:
    """The service worker, with the files of this release before it: another file makes another worker."""
    about = {"name": _release(), "shell": url_for("checkins.scanner"), "files": _files()}
    response = Response(
        f"self.RELEASE = {json.dumps(about)};\n{_body()}", content_type="text/javascript; charset=utf-8"
    )
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = url_for("checkins.scanner")
    return response


def _files() -> list[str]:
    others = [url_for("static", filename=name) for name in OTHER_FILES]
    return [*built("src/main.ts", "src/scanner/main.ts"), *others]


def _body() -> str:
    address = built(WORKER)[0]
    name = address.removeprefix(url_for("static", filename=""))
    return (Path(current_app.static_folder or "static") / name).read_text(encoding="utf-8")


def _release() -> str:
    """Changes with every file that the page is made of, its template and the catalogue too."""
    digest = hashlib.sha256("\n".join((*_files(), *built(WORKER))).encode())
    digest.update(_translations())
    for name in ("scanner.html", *(f"scanner/{part}.html" for part in ("join", "ready", "verdict", "panels"))):
        source, _, _ = current_app.jinja_env.loader.get_source(current_app.jinja_env, f"checkins/{name}")  # type: ignore[union-attr]
        digest.update(source.encode())
    return digest.hexdigest()[:12]


@cache
def _translations() -> bytes:
    """The English texts of this process, which Babel reads once."""
    catalogue = Path(current_app.root_path) / "translations/en/LC_MESSAGES/messages.mo"
    return hashlib.sha256(catalogue.read_bytes()).digest() if catalogue.exists() else b""
