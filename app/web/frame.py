"""What every template can use, and the two choices of a reader: language and 长辈版."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Flask, g, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.clock import now, today
from app.web.access import caller, can, public
from app.web.assets import drawing, vite
from app.web.registry import menu, tabs_of
from app.web.texts import LANGUAGES, language_tag, map_key, office_name, office_phone, seal_line

blueprint = Blueprint("web", __name__, template_folder="templates")

YEAR = 365 * 24 * 3600


def prepare_frame(app: Flask) -> None:
    """Hang globals, the shared templates and the two switches."""
    app.register_blueprint(blueprint)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(vite=vite, drawing=drawing, can=can, clock_now=now, clock_today=today, tabs_of=tabs_of)
    app.jinja_env.globals["map_ground"] = map_ground

    @app.context_processor
    def _frame() -> dict[str, object]:
        return {
            "caller": caller,
            "menu": menu,
            "language": language_tag(),
            "mode": elder_mode(),
            "demo": app.config["MODE"] == "demo",
            "office_name": office_name(),
            "seal_line": seal_line,
            "office_phone": office_phone(),
        }


def map_ground() -> str:
    """The key for the ground of a map on this page; whoever asks lets the page fetch that ground."""
    key = map_key()
    if key:
        g.map_tiles = True
    return key


def elder_mode() -> str:
    """`elder` for 长辈版, `standard` otherwise."""
    return "elder" if request.cookies.get("mode") == "elder" else "standard"


def safe_next(target: str | None, fallback: str) -> str:
    """`target` if it is a path of this site, else `fallback` (no open redirect)."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return fallback
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or "\\" in target or any(ord(sign) < 32 for sign in target):
        return fallback
    return target


@blueprint.post("/mode")
@public("a reader's own choice of type size, kept in a cookie")
def set_mode() -> Response:
    """Switch 长辈版 on or off and stay on the page."""
    mode = "elder" if request.form.get("mode") == "elder" else "standard"
    response = redirect(safe_next(request.form.get("next"), url_for("portal.home")))
    # a choice, no secret: the camera page, which a phone keeps, reads it there without a network
    response.set_cookie("mode", mode, max_age=YEAR, samesite="Lax", secure=request.is_secure)
    return response


@blueprint.post("/language")
@public("a reader's own choice of language, kept in a cookie")
def set_language() -> Response:
    """Switch between Chinese and English and stay on the page."""
    lang = request.form.get("lang", "")
    response = redirect(safe_next(request.form.get("next"), url_for("portal.home")))
    response.set_cookie(
        "lang",
        lang if lang in LANGUAGES else LANGUAGES[0],
        max_age=YEAR,
        samesite="Lax",
        httponly=True,
        secure=request.is_secure,
    )
    return response
