"""The room portal."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang this room into the application."""
