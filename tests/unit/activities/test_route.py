import math
import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.activities.constants import CheckpointKind
from app.activities.rules.drawing import APART, Passed, drawing_of, line_path, place_on
from app.activities.rules.route import (
    MARGIN,
    MAX_BYTES,
    MAX_DRAWN,
    MAX_POINTS,
    STEEPEST,
    WIDTH,
    Fix,
    ascent,
    length,
    parse_gpx,
    route_of,
)
from app.core.errors import DomainError

NS = 'xmlns="http://www.topografix.com/GPX/1/1"'


def gpx(*points, head=NS, kind="trk"):
    step = {"trk": "trkpt", "rte": "rtept", "wpt": "wpt"}[kind]
    body = "".join(
        f'<{step} lat="{lat}" lon="{lon}">{f"<ele>{rest[0]}</ele>" if rest else ""}</{step}>'
        for lat, lon, *rest in points
    )
    body = f"<trk><trkseg>{body}</trkseg></trk>" if kind == "trk" else f"<rte>{body}</rte>"
    return f"<gpx {head}>{body}</gpx>".encode()


def refusal(data):
    with pytest.raises(DomainError) as refused:
        parse_gpx(data)
    assert refused.value.field == "gpx"
    return refused.value.code, str(refused.value)


class TestReading:
    def test_tracks_are_read_with_their_heights(self):
        points = parse_gpx(gpx((35.1, 117.45, 120), (35.2, 117.46)))
        assert points == [Fix(35.1, 117.45, 120.0), Fix(35.2, 117.46, None)]

    @pytest.mark.parametrize("head", ["", NS, 'xmlns="http://www.topografix.com/GPX/1/0"'])
    def test_the_version_of_the_format_does_not_matter(self, head):
        assert len(parse_gpx(gpx((35, 117), (36, 118), head=head))) == 2

    def test_a_prefix_does_not_matter(self):
        data = (
            b'<g:gpx xmlns:g="http://www.topografix.com/GPX/1/1"><g:trk><g:trkseg><g:trkpt lat="35" lon="117"/>'
            b'<g:trkpt lat="36" lon="117"><g:ele>9</g:ele></g:trkpt></g:trkseg></g:trk></g:gpx>'
        )
        assert [fix.ele for fix in parse_gpx(data)] == [None, 9.0]

    def test_a_planned_route_does_where_there_is_no_track(self):
        assert len(parse_gpx(gpx((35, 117), (36, 118), kind="rte"))) == 2

    def test_several_segments_are_one_way(self):
        one, two = gpx((35, 117), (35.1, 117)), gpx((35.2, 117), (35.3, 117))
        joined = one.replace(b"</gpx>", two[two.index(b"<trk>") :])
        assert [fix.lat for fix in parse_gpx(joined)] == [35, 35.1, 35.2, 35.3]

    @pytest.mark.parametrize("height", ["", " ", "high", "NaN", "inf", "-99999", "1e9"])
    def test_a_height_that_cannot_be_is_left_out(self, height):
        data = gpx((35, 117, height), (36, 117, 5))
        assert [fix.ele for fix in parse_gpx(data)] == [None, 5.0]


class TestRefusals:
    BROKEN = ("gpx_unreadable", "这个文件读不出来，请另导一份 GPX。")
    EMPTY = ("gpx_empty", "文件里没有轨迹，请导出带轨迹的 GPX。")

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"not xml",
            b"PK\x03\x04",
            gpx((35, 117), (36, 118))[:-8],
            b"<kml/>",
            gpx(("x", 117), (36, 118)),
            gpx((91, 117), (36, 118)),
            gpx((35, 181), (36, 118)),
            gpx(("NaN", 117), (36, 118)),
            b'<gpx><trk><trkseg><trkpt lat="35"/></trkseg></trk></gpx>',
            b'<?xml version="1.0" encoding="no-such"?><gpx/>',
        ],
    )
    def test_what_is_no_route_file(self, data):
        assert refusal(data) == self.BROKEN

    @pytest.mark.parametrize(
        "head",
        [
            '<!DOCTYPE gpx [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
            '<!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
            '<!DOCTYPE gpx SYSTEM "http://example.org/gpx.dtd">',
        ],
    )
    def test_entities_and_types_are_never_read(self, head):
        assert refusal(head.encode() + gpx((35, 117), (36, 118))) == self.BROKEN

    @pytest.mark.parametrize("data", [gpx(), gpx((35, 117)), gpx((35, 117), (35, 117)), b"<gpx/>"])
    def test_a_file_without_a_way(self, data):
        assert refusal(data) == self.EMPTY

    def test_a_file_that_is_too_large(self):
        assert refusal(bytes(MAX_BYTES + 1)) == ("too_large", "文件太大，最大 5 MB。")

    def test_a_recording_with_too_many_points(self):
        points = b'<trkpt lat="1" lon="1"/>' * (MAX_POINTS + 1)
        data = b"<gpx><trk><trkseg>" + points + b"</trkseg></trk></gpx>"
        assert refusal(data) == ("gpx_too_many", "轨迹点太多，请先简化再传。")

    def test_a_file_that_is_nothing_but_depth(self):
        assert refusal(b"<gpx>" + b"<a>" * 200_000 + b"</a>" * 200_000 + b"</gpx>") == self.EMPTY


class TestFigures:
    def test_a_degree_of_latitude(self):
        assert length([Fix(35, 117, None), Fix(36, 117, None)]) == pytest.approx(111_195, abs=1)

    def test_a_degree_of_longitude_shrinks_with_the_latitude(self):
        assert length([Fix(60, 117, None), Fix(60, 118, None)]) == pytest.approx(111_195 / 2, rel=0.001)

    @pytest.mark.parametrize(
        ("heights", "climbed"),
        [
            ([100, 100], 0),
            ([100, 150, 120, 160], 90),
            ([160, 120, 150, 100], 30),
            ([100, 102, 101, 103, 102, 103.5, 100], 0),
            ([100, 99, 98, 97, 110], 13),
            ([10], 0),
            ([], 0),
        ],
    )
    def test_what_was_climbed_without_the_tremble_of_the_watch(self, heights, climbed):
        assert ascent(heights) == climbed

    @given(st.lists(st.integers(0, 500), min_size=1, max_size=60))
    def test_never_more_than_all_that_went_up(self, heights):
        assert 0 <= ascent(heights) <= sum(max(0, b - a) for a, b in pairwise(heights))

    @given(st.lists(st.integers(0, 500), min_size=1, max_size=60).map(sorted))
    def test_a_way_that_only_climbs_loses_less_than_the_tremble(self, heights):
        assert heights[-1] - heights[0] - 4 < ascent(heights) <= heights[-1] - heights[0]


class TestDrawing:
    def test_true_proportions_with_north_above(self):
        # At 60° north a degree of longitude is half as long as one of latitude.
        route = route_of(gpx((60.0, 20.0), (60.1, 20.0), (60.1, 20.1)))
        start, corner, end = route["points"]
        assert start[0] == corner[0]
        assert start[1] > corner[1] == end[1]
        assert (end[0] - corner[0]) / (start[1] - corner[1]) == pytest.approx(0.5, rel=0.01)

    def test_a_long_recording_becomes_a_short_line_inside_its_box(self):
        rnd = random.Random(7)
        lat, lon, points = 35.1, 117.45, []
        for n in range(10_000):
            lat, lon = lat + rnd.uniform(-1e-5, 2e-5), lon + rnd.uniform(-2e-5, 2e-5)
            points.append((f"{lat:.6f}", f"{lon:.6f}", 100 + 20 * math.sin(n / 500)))
        route = route_of(gpx(*points))
        assert 2 <= len(route["points"]) == len(route["along"]) <= MAX_DRAWN
        assert route["height"] <= STEEPEST + 1
        assert all(MARGIN - 0.1 <= x <= WIDTH - MARGIN + 0.1 for x, _ in route["points"])
        assert all(0 <= y <= route["height"] for _, y in route["points"])
        assert route["along"] == sorted(route["along"])
        assert len(route["heights"]) == 81

    def test_points_on_a_straight_line_go_and_the_corner_stays(self):
        line = [(35 + n / 1000, 117) for n in range(20)] + [(35.019, 117 + n / 1000) for n in range(1, 20)]
        assert len(route_of(gpx(*line))["points"]) == 3

    def test_a_round_trip_is_no_point(self):
        circle = [(35 + math.sin(t / 30 * math.tau) / 100, 117 + math.cos(t / 30 * math.tau) / 100) for t in range(31)]
        route = route_of(gpx(*circle))
        assert route["points"][0] == route["points"][-1]
        assert len(route["points"]) > 8

    @pytest.mark.parametrize("other", [(35.1, 117), (35, 117.1)])
    def test_a_straight_way_in_one_direction_has_a_box_too(self, other):
        route = route_of(gpx((35, 117), other))
        assert route["width"] == WIDTH
        assert route["height"] >= 150

    def test_figures_are_those_of_the_whole_file(self):
        route = route_of(gpx((35, 117, 100), (35.05, 117, 160), (35, 117, 100)))
        assert (route["km"], route["ascent_m"]) == (11.1, 60)

    @pytest.mark.parametrize("last", [(35.1, 117), (35.1, 117, "")])
    def test_without_all_heights_there_is_no_ascent_and_no_profile(self, last):
        route = route_of(gpx((35, 117, 100), last))
        assert (route["ascent_m"], route["heights"]) == (None, [])
        drawing = drawing_of(route)
        assert (drawing.ridge, drawing.ground, drawing.ticks) == ("", "", ())

    def test_the_profile_begins_and_ends_at_the_margins(self):
        drawing = drawing_of(route_of(gpx((35, 117, 100), (35.05, 117, 400), (35.1, 117, 90))))
        assert drawing.ridge.startswith(f"M{MARGIN} ")
        assert drawing.ground.startswith(drawing.ridge)
        assert drawing.ground.endswith("z")
        assert (drawing.lowest, drawing.highest) == (90, 400)
        assert [km for _, km in drawing.ticks] == [0, 5, 10]

    def test_a_line_is_one_path(self):
        assert line_path([(20.0, 30.5), (21, 30)]) == "M20 30.5L21 30"


class TestPlaces:
    ROUTE = route_of(gpx((35, 117), (35.1, 117), (35.1, 117.1)))

    @pytest.mark.parametrize("end", [0, -1])
    def test_start_and_finish_are_the_ends_of_the_line(self, end):
        metres = -5 if end == 0 else 10**6
        assert place_on(self.ROUTE, metres) == tuple(self.ROUTE["points"][end])

    def test_half_of_a_leg_is_its_middle(self):
        (x, y), (to_x, to_y) = self.ROUTE["points"][:2]
        found = place_on(self.ROUTE, self.ROUTE["along"][1] / 2)
        assert found == pytest.approx(((x + to_x) / 2, (y + to_y) / 2), abs=0.2)

    @given(st.floats(-1_000, 50_000))
    def test_every_place_lies_inside_the_box(self, metres):
        x, y = place_on(self.ROUTE, metres)
        assert 0 <= x <= self.ROUTE["width"]
        assert 0 <= y <= self.ROUTE["height"]

    def test_waypoints_are_numbered_along_the_way(self):
        waypoint, pickup = CheckpointKind.WAYPOINT, CheckpointKind.PICKUP
        passed = [
            Passed("三签", waypoint, 8_000),
            Passed("二签", waypoint, 4_000),
            Passed("领物", pickup, 100),
            Passed("太远", waypoint, 10**6),
            Passed("不知", waypoint, None),
        ]
        marks = drawing_of(self.ROUTE, passed).marks
        assert [(one.number, one.name) for one in marks] == [(1, "二签"), (2, "三签")]
        assert (marks[0].x, marks[0].y) == place_on(self.ROUTE, 4_000)

    def test_a_round_trip_has_one_mark_for_start_and_end(self):
        there_and_back = route_of(gpx((35, 117), (35.1, 117), (35, 117)))
        assert drawing_of(there_and_back).end is None
        one_way = drawing_of(self.ROUTE)
        assert abs(one_way.end[0] - one_way.start[0]) + abs(one_way.end[1] - one_way.start[1]) > APART
