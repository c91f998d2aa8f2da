"""What the routes of this room share."""

from __future__ import annotations

from flask import Blueprint

from app.core.clock import today
from app.core.text import mask_name
from app.squads.queries.squads import MemberLine

blueprint = Blueprint("squads", __name__, template_folder="../templates")
AREA = "/office/squads"
ONE = f"{AREA}/<uuid:squad_id>"
GROUP = f"{ONE}/groups/<uuid:group_id>"


def shown_name(line: MemberLine) -> str:
    """A minor by the surname only, as on every list."""
    return mask_name(line.name) if line.is_minor(today()) else line.name
