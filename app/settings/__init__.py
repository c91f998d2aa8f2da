"""Floor 2½: what an office sets by page instead of in the environment, and the templates it edits."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang the tables, and let tests and a restore begin anew."""
    from app.settings import models
    from app.settings.queries import forget_settings

    app.extensions["xiangyue_settings"] = models
    app.extensions.setdefault("xiangyue_reset", []).append(forget_settings)
