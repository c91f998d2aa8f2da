"""What the routes of this room share."""

from __future__ import annotations

from datetime import date

from flask import Blueprint

from app.core.clock import today
from app.core.text import mask_name
from app.people.rules.ages import is_minor
from app.volunteers.queries.shifts import ServiceLine

blueprint = Blueprint("volunteers", __name__, template_folder="../templates")
AREA = "/office/activities/<activity_ref>/volunteers"
ONE = f"{AREA}/<uuid:shift_id>"


def shown_name(line: ServiceLine) -> str:
    """A minor by the surname only, as on every list."""
    return masked(line.name, line.born)


def masked(name: str, born: date | None) -> str:
    """A name as the office reads it in lists."""
    return mask_name(name) if is_minor(born, today()) else name
