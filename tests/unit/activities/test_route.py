import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.activities.rules.route import (
    MARGIN,
    MAX_BYTES,
    MAX_DRAWN,
    SIDE,
    Point,
    ascent_m,
    distance_m,
    make_route,
    parse_gpx,
    read_route,
    simplify,
    svg_points,
)
from app.core.errors import DomainError

NS = 'xmlns="http://www.topografix.com/GPX/1/1"'
COORDINATE = st.floats(-1_000, 1_000).map(lambda value: round(value, 3))
LINES = st.lists(st.tuples(COORDINATE, COORDINATE), min_size=2, max_size=60)


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
        assert points == [Point(35.1, 117.45, 120.0), Point(35.2, 117.46, None)]

    @pytest.mark.parametrize("head", ["", NS, 'xmlns="http://www.topografix.com/GPX/1/0"'])
    def test_the_version_of_the_format_does_not_matter(self, head):
        assert len(parse_gpx(gpx((35, 117), (36, 118), head=head))) == 2

    def test_a_prefix_does_not_matter(self):
        data = (
            b'<g:gpx xmlns:g="http://www.topografix.com/GPX/1/1"><g:trk><g:trkseg><g:trkpt lat="35" lon="117"/>'
            b'<g:trkpt lat="36" lon="117"><g:ele>9</g:ele></g:trkpt></g:trkseg></g:trk></g:gpx>'
        )
        assert [point.height for point in parse_gpx(data)] == [None, 9.0]

    def test_a_planned_route_does_where_there_is_no_track(self):
        assert len(parse_gpx(gpx((35, 117), (36, 118), kind="rte"))) == 2

    def test_several_segments_are_one_way(self):
        one, two = gpx((35, 117), (35.1, 117)), gpx((35.2, 117), (35.3, 117))
        joined = one.replace(b"</gpx>", two[two.index(b"<trk>") :])
        assert [point.lat for point in parse_gpx(joined)] == [35, 35.1, 35.2, 35.3]

    @pytest.mark.parametrize("height", ["", " ", "NaN", "inf", "-99999", "1e9"])
    def test_a_height_that_cannot_be_is_left_out(self, height):
        data = gpx((35, 117, height), (36, 117, 5))
        assert [point.height for point in parse_gpx(data)] == [None, 5.0]


class TestRefusals:
    BROKEN = ("gpx_broken", "这不是 GPX 路线文件，请重新导出。")
    EMPTY = ("gpx_empty", "文件里没有路线，请重新导出。")

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
            gpx((35, 117, "high"), (36, 118)),
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
        assert refusal(bytes(MAX_BYTES + 1)) == ("gpx_size", "文件超过 2 MB，请导出精简的路线。")

    def test_a_way_that_nobody_walks(self):
        assert refusal(gpx((35, 117), (45, 117))) == ("gpx_length", "路线超过 500 km，请核对文件。")

    def test_a_file_that_is_nothing_but_depth(self):
        assert refusal(b"<gpx>" + b"<a>" * 200_000 + b"</a>" * 200_000 + b"</gpx>") == self.EMPTY


class TestFigures:
    def test_a_degree_of_latitude(self):
        assert distance_m([Point(35, 117), Point(36, 117)]) == pytest.approx(111_195, abs=1)

    def test_a_degree_of_longitude_shrinks_with_the_latitude(self):
        here = distance_m([Point(60, 117), Point(60, 118)])
        assert here == pytest.approx(111_195 / 2, rel=0.001)

    @pytest.mark.parametrize(
        ("heights", "climbed"),
        [
            ([100, 100], 0),
            ([100, 150, 120, 160], 90),
            ([160, 120, 150, 100], 30),
            ([100, 102, 101, 103, 102, 103.5, 100], 0),
            ([100, 104, 102, 106, 104, 108], 8),
            ([100, 99, 98, 97, 110], 13),
            ([10], 0),
        ],
    )
    def test_what_was_climbed_without_the_tremble_of_the_watch(self, heights, climbed):
        assert ascent_m(heights) == climbed

    @given(st.lists(st.integers(0, 500), min_size=1, max_size=60))
    def test_never_more_than_all_that_went_up_and_never_less_than_the_gain(self, heights):
        ups = sum(max(0, b - a) for a, b in itertools.pairwise(heights))
        gain = max(heights[j] - heights[i] for i in range(len(heights)) for j in range(i, len(heights)))
        assert (gain if gain >= 4 else 0) <= ascent_m(heights) <= ups


class TestSimplifying:
    @given(LINES, st.integers(2, 20))
    def test_ends_stay_and_the_order_too(self, line, most):
        kept = simplify(line, most)
        assert len(kept) <= max(2, most)
        assert (kept[0], kept[-1]) == (line[0], line[-1])
        rest = iter(line)
        assert all(point in rest for point in kept)

    @given(LINES)
    def test_with_room_enough_nothing_that_shapes_the_line_is_lost(self, line):
        kept = simplify(line, len(line))
        for point in line:
            nearest = min(_distance(point, a, b) for a, b in itertools.pairwise(kept))
            assert nearest < 1e-6

    def test_points_on_a_straight_line_go(self):
        assert simplify([(x, 2 * x) for x in range(50)], 40) == [(0, 0), (49, 98)]

    def test_the_corner_stays(self):
        corner = [(x, 0) for x in range(10)] + [(9, y) for y in range(1, 10)]
        assert simplify(corner, 3) == [(0, 0), (9, 0), (9, 9)]

    def test_a_loop_is_no_point(self):
        circle = [(math.cos(t / 20 * math.tau), math.sin(t / 20 * math.tau)) for t in range(21)]
        assert len(simplify(circle, 8)) == 8


def _distance(point, start, end):
    length = math.dist(start, end)
    if length == 0:
        return math.dist(point, start)
    along = ((point[0] - start[0]) * (end[0] - start[0]) + (point[1] - start[1]) * (end[1] - start[1])) / length**2
    along = min(1, max(0, along))
    return math.dist(point, (start[0] + along * (end[0] - start[0]), start[1] + along * (end[1] - start[1])))


class TestRoute:
    def test_the_drawing_keeps_true_proportions_with_north_above(self):
        # At 60° north a degree of longitude is half as long as one of latitude.
        route = make_route([Point(60.0, 20.0), Point(60.1, 20.0), Point(60.1, 20.1)])
        (start, corner, end) = route.points
        assert start == (MARGIN, SIDE - MARGIN)
        assert corner == (MARGIN, MARGIN)
        assert end[0] - MARGIN == pytest.approx((SIDE - 2 * MARGIN) / 2, rel=0.01)
        assert (route.width, route.height) == (end[0] + MARGIN, SIDE)

    def test_a_long_recording_becomes_a_short_line_inside_its_box(self):
        rnd = random.Random(7)
        lat, lon, points = 35.1, 117.45, []
        for n in range(15_000):
            lat, lon = lat + rnd.uniform(-1e-5, 2e-5), lon + rnd.uniform(-2e-5, 2e-5)
            points.append(Point(lat, lon, 100 + 20 * math.sin(n / 500)))
        route = make_route(points)
        assert len(route.points) == MAX_DRAWN
        assert len(svg_points(route.points)) < 3_000
        assert max(route.width, route.height) == SIDE
        assert all(0 <= x <= route.width and 0 <= y <= route.height for x, y in route.points)
        assert all(0 <= x <= SIDE and 0 <= y <= SIDE / 4 for x, y in route.profile)

    def test_figures_are_those_of_the_whole_file(self):
        route = read_route(gpx((35, 117, 100), (35.05, 117, 160), (35, 117, 100)))
        assert (route.km, route.ascent_m) == (11.12, 60)

    @pytest.mark.parametrize("last", [(35.1, 117), (35.1, 117, "")])
    def test_without_all_heights_there_is_no_ascent_and_no_profile(self, last):
        route = read_route(gpx((35, 117, 100), last))
        assert (route.ascent_m, route.profile) == (None, ())

    def test_a_flat_way_lies_on_the_floor_of_its_profile(self):
        route = read_route(gpx((35, 117, 100), (35.1, 117, 100)))
        assert route.profile == ((0, SIDE // 4), (SIDE, SIDE // 4))

    def test_what_is_stored(self):
        stored = read_route(gpx((35, 117), (35.1, 117))).as_json()
        assert set(stored) == {"points", "width", "height", "km", "ascent_m", "profile"}
        assert stored["points"] == [[MARGIN, SIDE - MARGIN], [MARGIN, MARGIN]]
        assert svg_points(stored["points"]) == "30,970 30,30"
