"""What the entrances need: a station that is open, a notice in force, people at the doors."""

from __future__ import annotations

from tests.web.registrations.conftest import open_station, visitor

__all__ = ["open_station", "visitor"]
