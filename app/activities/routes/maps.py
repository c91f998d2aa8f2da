"""Routes as answers for the map that opens on tap: the office's, the citizens' and those of places."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response, json
from flask_babel import gettext as _

from app.activities.queries import Station
from app.activities.rules.geography import Feature, collection, features_of


def station_features(found: Station) -> list[Feature]:
    """The way of a station with what lies on it; nothing where there is none."""
    return features_of(
        found.activity.route,
        found.drawing,
        ends=((_("起"), _("起点")), (_("终"), _("终点"))),
        name=found.activity.name,
    )


def map_answer(features: Iterable[Feature]) -> Response:
    """As GeoJSON."""
    return Response(json.dumps(collection(features)), content_type="application/geo+json")
