"""What the routes of this room share."""

from __future__ import annotations

from flask import Blueprint

from app.core.clock import today
from app.core.text import mask_name
from app.people.rules.ages import is_minor
from app.volunteers.queries.shifts import ServiceLine

blueprint = Blueprint("volunteers", __name__, template_folder="../templates")


def shown_name(line: ServiceLine) -> str:
    """A minor by the surname only, as on every list."""
    return mask_name(line.name) if is_minor(line.born, today()) else line.name
