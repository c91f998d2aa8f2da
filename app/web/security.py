"""Headers, hosts and bodies: what every answer carries and no request may exceed."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from itertools import cycle

from flask import Flask, Response, g, request, session
from flask_wtf.csrf import CSRFProtect, generate_csrf
from werkzeug.middleware.proxy_fix import ProxyFix

MASK = 16


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


def prepare_security(app: Flask) -> None:
    """Hang CSRF, headers and the trust in proxies (only as many as the settings say)."""
    csrf.init_app(app)
    app.jinja_env.globals["csrf_token"] = masked_token
    app.context_processor(lambda: {"csrf_token": masked_token})  # in place of the extension's own
    proxies = app.config["TRUSTED_PROXIES"]
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    app.after_request(_headers)


def _headers(response: Response) -> Response:
    headers = response.headers
    reads = request.path.startswith("/static/dist/assets/decode.worker-")
    headers.setdefault("Content-Security-Policy", WITH_WASM if reads else CSP)
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
