"""Pages of volunteers: the office's, the citizen's, the poster of a shift."""

from __future__ import annotations

from app.volunteers.routes import citizen, files, hours, office, people
from app.volunteers.routes.frame import blueprint

__all__ = ["blueprint", "citizen", "files", "hours", "office", "people"]
