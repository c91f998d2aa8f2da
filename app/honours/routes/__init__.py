"""Pages of what comes after an activity."""

from __future__ import annotations

from app.honours.routes import certificates, news, office, prizes, public, season, service
from app.honours.routes.frame import blueprint

__all__ = ["blueprint", "certificates", "news", "office", "prizes", "public", "season", "service"]
