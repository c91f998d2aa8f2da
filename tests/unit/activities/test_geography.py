"""A stored route as GeoJSON: what the map on tap draws."""

from __future__ import annotations

import pytest

from app.activities.constants import CheckpointKind
from app.activities.rules.drawing import Passed, drawing_of
from app.activities.rules.geography import collection, features_of
from app.activities.rules.route import length, parse_gpx, route_of
from tests.unit.activities.test_route import gpx

OUT = gpx((35.1, 117.4), (35.11, 117.4), (35.12, 117.4))
ROUND = gpx((35.1, 117.4), (35.12, 117.41), (35.12, 117.43), (35.1, 117.4))
ENDS = (("起", "起点"), ("终", "终点"))


def features(data, *passed):
    route = route_of(data)
    return features_of(route, drawing_of(route, passed), ends=ENDS, name="徐庄站")


def test_longitude_comes_first_as_the_standard_wants_it():
    (line, *_) = features(OUT)
    assert line["geometry"] == {"type": "LineString", "coordinates": [[117.4, 35.1], [117.4, 35.12]]}
    assert line["properties"] == {"name": "徐庄站", "kind": "line"}


def test_the_line_is_as_long_as_the_way_that_was_walked():
    winding = gpx(*((35 + n * 0.001, 117 + (n % 5) * 0.0004) for n in range(200)))
    kept = route_of(winding)["line"]
    again = parse_gpx(gpx(*(tuple(point) for point in kept)))
    assert length(again) == pytest.approx(length(parse_gpx(winding)), rel=0.02)


def test_start_end_and_what_lies_between_stand_where_they_are():
    half = Passed("半山亭", CheckpointKind.WAYPOINT, 1112)
    _line, stop, start, end = features(OUT, half)
    assert stop["properties"] == {"kind": "stop", "label": "1", "name": "半山亭"}
    lon, lat = stop["geometry"]["coordinates"]
    assert (lon, lat) == (pytest.approx(117.4), pytest.approx(35.11, abs=0.0001))
    assert [one["properties"]["label"] for one in (start, end)] == ["起", "终"]
    assert end["geometry"]["coordinates"] == [117.4, 35.12]


def test_a_round_trip_has_one_end():
    assert [one["properties"]["label"] for one in features(ROUND) if one["properties"]["kind"] == "end"] == ["起"]


def test_a_route_of_before_positions_were_kept_has_no_map():
    old = {key: value for key, value in route_of(OUT).items() if key != "line"}
    assert features_of(old, drawing_of(old), ends=ENDS, name="徐庄站") == []
    assert features_of(None) == []


def test_no_features_are_a_document_all_the_same():
    assert collection([]) == {"type": "FeatureCollection", "features": []}
