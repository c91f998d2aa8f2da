"""What the pages of this room share."""

from __future__ import annotations

from flask import Blueprint

from app.people.queries.organisations import towns

blueprint = Blueprint("facilities", __name__, template_folder="../templates")


def town_choices() -> list[tuple[str, str]]:
    """The 镇街 for choosing one."""
    return [(str(one.id), one.name) for one in towns()]


def town_names() -> dict[str, str]:
    """Id as text → name of each 镇街."""
    return {str(one.id): one.name for one in towns()}
