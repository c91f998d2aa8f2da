"""Pages of places and equipment: the office's and everybody's."""

from __future__ import annotations

from app.facilities.routes import equipment, files, places, public
from app.facilities.routes.frame import blueprint

__all__ = ["blueprint", "equipment", "files", "places", "public"]
