"""The office's pages of this room. What citizens see of an activity stands on the portal's floor."""

from __future__ import annotations

from app.activities.routes import bibs, copies, lists, route, seasons, settings, ways
from app.activities.routes.desk import blueprint, scopes_of_season

__all__ = [
    "bibs",
    "blueprint",
    "copies",
    "lists",
    "route",
    "scopes_of_season",
    "seasons",
    "settings",
    "ways",
]
