"""Pages and API; the office's pages share one blueprint."""

from app.checkins.routes import board, conflicts, fallbacks, office
from app.checkins.routes.desk import blueprint as office_blueprint

__all__ = ["board", "conflicts", "fallbacks", "office", "office_blueprint"]
