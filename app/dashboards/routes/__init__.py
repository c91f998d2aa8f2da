"""Pages that look across rooms. Importing them hangs their views onto the one blueprint."""

from app.dashboards.routes import home, people, person_acts, persons, season, settings, station, trail, year
from app.dashboards.routes.frame import blueprint

__all__ = ["blueprint", "home", "people", "person_acts", "persons", "season", "settings", "station", "trail", "year"]
