"""Gunicorn's settings in browser tests: each answer names its endpoint and its templates.

The application itself tells nobody; the tests have to know that they have seen every page.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g, request, template_rendered


def post_worker_init(worker: Any) -> None:
    """Called by gunicorn when a worker has loaded the application and not yet answered anything."""
    trace(worker.wsgi)


def trace(app: Flask) -> None:
    """Add `X-Endpoint` and `X-Templates` to every answer."""

    def rendered(_app: Flask, template: Any, **_more: Any) -> None:
        g.setdefault("rendered", []).append(template.name)

    def name(response: Response) -> Response:
        response.headers["X-Endpoint"] = request.endpoint or ""
        response.headers["X-Templates"] = " ".join(filter(None, g.get("rendered", [])))
        return response

    template_rendered.connect(rendered, app, weak=False)
    app.after_request(name)
