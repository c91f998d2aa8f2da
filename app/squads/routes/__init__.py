"""The office's pages of squads and troupes."""

from __future__ import annotations

from app.squads.routes import files, groups, office, sheets
from app.squads.routes.frame import blueprint

__all__ = ["blueprint", "files", "groups", "office", "sheets"]
