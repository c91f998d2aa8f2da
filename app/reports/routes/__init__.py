"""Pages and files of the yearly report."""

from __future__ import annotations

from app.reports.routes import annual, template
from app.reports.routes.frame import blueprint

__all__ = ["annual", "blueprint", "template"]
