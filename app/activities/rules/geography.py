"""A stored route as GeoJSON (RFC 7946), for the map that opens on tap. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.activities.rules.drawing import Drawing, between

Feature = dict[str, Any]


def features_of(
    route: Mapping[str, Any] | None,
    drawing: Drawing | None = None,
    *,
    ends: Sequence[tuple[str, str]] = (),
    **told: str,
) -> list[Feature]:
    """The line of a route with `told` as its properties, and the places on it that `drawing` marks.

    `ends` are (label, name) of the start and the end; a round trip, or what no drawing tells of, has its start
    alone. Nothing for a route of before positions were kept: the drawing is all there is of it.
    """
    line = (route or {}).get("line")
    if not route or not line:
        return []
    found = [_feature("LineString", [[lon, lat] for lat, lon in line], {**told, "kind": "line"})]
    for mark in drawing.marks if drawing else ():
        lat, lon = between(line, route["along"], mark.distance_m)
        found.append(_feature("Point", [round(lon, 5), round(lat, 5)], _stop("stop", str(mark.number), mark.name)))
    shown = [line[0], line[-1]] if drawing and drawing.end else line[:1]
    for (lat, lon), (label, name) in zip(shown, ends, strict=False):
        found.append(_feature("Point", [lon, lat], _stop("end", label, name)))
    return found


def collection(features: Iterable[Feature]) -> dict[str, Any]:
    """Features as one document."""
    return {"type": "FeatureCollection", "features": list(features)}


def _feature(kind: str, coordinates: list[Any], properties: dict[str, str]) -> Feature:
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": properties}


def _stop(kind: str, label: str, name: str) -> dict[str, str]:
    return {"kind": kind, "label": label, "name": name}
