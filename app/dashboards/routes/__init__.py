"""Pages that look across rooms. Importing them hangs their views onto the one blueprint."""

from app.dashboards.routes import (
    breach,
    founding,
    home,
    people,
    person_acts,
    persons,
    season,
    settings,
    station,
    trail,
    year,
)
from app.dashboards.routes.frame import blueprint

__all__ = [
    "blueprint",
    "breach",
    "founding",
    "home",
    "people",
    "person_acts",
    "persons",
    "season",
    "settings",
    "station",
    "trail",
    "year",
]
