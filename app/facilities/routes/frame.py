"""What the pages of this room share."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint
from flask_babel import gettext as _

from app.activities.rules.geography import Feature, features_of
from app.facilities.models import Place, PlaceTitle
from app.people.queries.organisations import towns
from app.web.texts import km

blueprint = Blueprint("facilities", __name__, template_folder="../templates")


def town_choices() -> list[tuple[str, str]]:
    """The 镇街 for choosing one."""
    return [(str(one.id), one.name) for one in towns()]


def town_names() -> dict[str, str]:
    """Id as text → name of each 镇街."""
    return {str(one.id): one.name for one in towns()}


def place_features(place: Place, titles: Sequence[PlaceTitle], *, number: int | None = None) -> list[Feature]:
    """The way of a place for the map: its name, length and titles; among others its number where it begins."""
    told = [km(place.length_m), *(f"{one.title} {one.year}" for one in titles)]
    ends = ((str(number), place.name),) if number is not None else ()
    return features_of(place.route, ends=ends, name=place.name, detail=_("，").join(filter(None, told)))
