"""Headers, hosts and bodies: what every answer carries and no request may exceed."""

from __future__ import annotations

import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from itertools import cycle
from typing import Any

from flask import Flask, Request, Response, abort, g, request, session
from flask_wtf.csrf import CSRFProtect, generate_csrf
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.datastructures.structures import iter_multi_items
from werkzeug.middleware.proxy_fix import ProxyFix

from app.web.errors import SENTENCES, wants_json
from app.web.texts import say

MASK = 16
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


class MaskedCSRFProtect(CSRFProtect):
    """Flask-WTF's protection with tokens that look different in each answer: pages go out packed."""

    def _get_csrf_token(self) -> str | None:
        sent = super()._get_csrf_token()
        return unmasked(sent) if sent else None


csrf = MaskedCSRFProtect()


def masked_token() -> str:
    """The token for the forms of this answer: one mask for all of them, another for the next answer."""
    masked: str | None = g.get("csrf_masked")
    if masked is None:
        masked = g.csrf_masked = mask(generate_csrf())
    return masked


def mask(token: str) -> str:
    """`token` under a random pad, which stands before it."""
    pad = secrets.token_bytes(MASK)
    return urlsafe_b64encode(pad + _under(pad, token.encode())).decode()


def unmasked(sent: str) -> str:
    """The token below the mask; of anything else a text that is no token."""
    try:
        data = urlsafe_b64decode(sent)
    except ValueError:
        return ""
    return _under(data[:MASK], data[MASK:]).decode("ascii", "replace")


def _under(pad: bytes, data: bytes) -> bytes:
    return bytes(sign ^ over for sign, over in zip(data, cycle(pad), strict=False))


CSP = "; ".join(  # noqa: FLY002 - one directive a line
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "worker-src 'self' blob:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


WITH_WASM = CSP.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
"""For the camera page and its reading worker alone."""
WITH_TILES = CSP.replace("img-src 'self'", "img-src 'self' https://*.tianditu.gov.cn")
"""For pages with a map, where the office has a key for its ground."""


class PlainFields(ImmutableMultiDict[str, Any]):
    """What stands in a form or behind a question mark, without the signs that no keyboard has.

    Pasted text brings some along. No page shows them, a Word or PDF file cannot hold them, and PostgreSQL refuses
    a NUL: they are left out, so that nobody has to look for what cannot be seen.
    """

    def __init__(self, mapping: Any = None) -> None:
        super().__init__([(plain(name), plain(value)) for name, value in iter_multi_items(mapping or ())])


def plain(value: Any) -> Any:
    """A text without control characters but tab and line ends; anything else as it is."""
    return UNPRINTABLE.sub("", value) if isinstance(value, str) else value


class PlainRequest(Request):
    """A request whose fields are `PlainFields`; what programs send as JSON is read by its schema."""

    parameter_storage_class = PlainFields


def _refuse_unprintable_paths() -> Response | None:
    """Such an address is nobody's; a page about it would have to repeat it in its links."""
    if not UNPRINTABLE.search(request.path):
        return None
    if wants_json():
        abort(404)
    return Response(say(SENTENCES[404]), 404, content_type="text/plain; charset=utf-8")


def prepare_security(app: Flask) -> None:
    """Hang CSRF, headers and the trust in proxies (only as many as the settings say)."""
    csrf.init_app(app)
    app.jinja_env.globals["csrf_token"] = masked_token
    app.context_processor(lambda: {"csrf_token": masked_token})  # in place of the extension's own
    proxies = app.config["TRUSTED_PROXIES"]
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    app.request_class = PlainRequest
    app.before_request(_refuse_unprintable_paths)
    app.after_request(_headers)


def _headers(response: Response) -> Response:
    headers = response.headers
    reads = request.path.startswith("/static/dist/assets/decode.worker-")
    usual = WITH_TILES if g.get("map_tiles") else CSP
    headers.setdefault("Content-Security-Policy", WITH_WASM if reads else usual)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.path.startswith("/static/dist/assets/"):
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif not request.path.startswith("/static/"):
        begins = session.modified or "Set-Cookie" in headers  # the session's own cookie is added after us
        headers.setdefault("Cache-Control", "no-store" if begins else "private, no-cache")
    return response
