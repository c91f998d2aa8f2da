"""Xiangyue 相约: the application factory, a table of contents.

Nobody imports from here but `wsgi.py` and the tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from flask import Flask

import config
from app.core.wiring import prepare_core

ROOMS = (
    "audit",
    "settings",
    "web",
    "notices",
    "accounts",
    "people",
    "passes",
    "activities",
    "registrations",
    "checkins",
    "games",
    "facilities",
    "squads",
    "volunteers",
    "honours",
    "privacy",
    "portal",
    "reports",
    "dashboards",
    "operations",
)
"""Every room, lowest floor first: what a room registers may rest on those before it."""


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Build the application from the environment; `overrides` wins (tests)."""
    settings = config.load()
    settings.update(overrides or {})
    app = Flask(__name__, instance_path=settings["INSTANCE_PATH"], static_folder="static", template_folder=None)
    app.config.from_mapping(settings)
    prepare_core(app)
    for room in ROOMS:
        import_module(f"app.{room}").register(app)
    return app
