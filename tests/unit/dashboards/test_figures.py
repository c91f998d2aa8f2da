"""From cells to figures, without a database."""

from __future__ import annotations

import uuid

from app.activities.constants import CheckpointKind, Metric
from app.core.clock import office_time, to_micros
from app.core.ids import NIL
from app.dashboards.rules.figures import (
    LONGEST,
    QUARTER_MICROS,
    Part,
    Point,
    Split,
    curve,
    figures,
    first_point,
    quarter_label,
)

START = Point(uuid.uuid4(), "S", "起点", CheckpointKind.START)
PICKUP = Point(uuid.uuid4(), "P", "领物处", CheckpointKind.PICKUP)
WAYPOINT = Point(uuid.uuid4(), "K", "签到点", CheckpointKind.WAYPOINT)


def quarter(*wall: int) -> int:
    return to_micros(office_time(*wall)) // QUARTER_MICROS


def arrivals(**at: int) -> dict[tuple[str, str, str, str], int]:
    """Cells of the start: q<quarter> → n; `outside` apart."""
    keys = {name: "-1" if name == "outside" else name.removeprefix("q") for name in at}
    return {("checkin", "checkpoint_quarter", START.id.hex, keys[name]): n for name, n in at.items()}


def test_expected_and_missing_follow_from_the_counts():
    split = Split(registered=8, walk_ins=2, waitlisted=1, came=7)
    assert (split.expected, split.missing, split.is_empty) == (10, 3, False)
    assert Split().is_empty
    assert not Split(waitlisted=1).is_empty, "somebody waits"


def test_a_curve_has_its_empty_quarters_and_tells_its_peak():
    first = quarter(2021, 5, 22, 7, 45)
    found = curve(arrivals(**{f"q{first}": 12, f"q{first + 2}": 1120, f"q{first + 3}": 40}), START)
    assert [(bar.label, bar.n) for bar in found.bars] == [("7:45", 12), ("8:00", 0), ("8:15", 1120), ("8:30", 40)]
    assert found.peak is not None
    assert (found.peak.label, found.peak.n, found.total) == ("8:15", 1120, 1172)


def test_the_first_of_equal_peaks_is_named():
    first = quarter(2021, 5, 22, 8)
    found = curve(arrivals(**{f"q{first}": 5, f"q{first + 1}": 5}), START)
    assert found.peak is not None
    assert found.peak.label == "8:00"


def test_what_lies_outside_the_hours_is_told_apart():
    found = curve(arrivals(outside=3, **{f"q{quarter(2021, 5, 22, 8)}": 1}), START)
    assert (found.outside, [bar.n for bar in found.bars]) == (3, [1])
    nobody = curve(arrivals(outside=3), START)
    assert (nobody.bars, nobody.peak, nobody.outside) == ((), None, 3)


def test_an_emptied_quarter_is_no_end_of_the_curve():
    first = quarter(2021, 5, 22, 8)
    found = curve(arrivals(**{f"q{first - 40}": 0, f"q{first}": 2}), START)
    assert [bar.label for bar in found.bars] == ["8:00"]


def test_over_days_a_quarter_bears_its_day_and_long_gaps_are_left_out():
    first = quarter(2021, 5, 22, 23, 45)
    night = curve(arrivals(**{f"q{first}": 1, f"q{first + 1}": 1}), START)
    assert [bar.label for bar in night.bars] == ["5-22 23:45", "5-23 0:00"]
    week = curve(arrivals(**{f"q{first}": 1, f"q{first + LONGEST}": 1}), START)
    assert [bar.n for bar in week.bars] == [1, 1]
    assert quarter_label(first) == "23:45"


def test_arrivals_are_seen_at_the_start_else_at_the_first_place_that_is_no_pickup():
    assert first_point([PICKUP, WAYPOINT, START]) == START
    assert first_point([PICKUP, WAYPOINT]) == WAYPOINT
    assert first_point([PICKUP]) is None


def cells(metric: Metric, cube: str, **by: int) -> dict[tuple[str, str, str, str], int]:
    return {(metric.value, cube, k1, ""): n for k1, n in by.items()}


def test_towns_stand_by_size_then_other_districts_then_those_who_gave_none():
    small, large, other, empty = (uuid.uuid4() for _ in range(4))
    counted = cells(Metric.REGISTERED, "town", **{small.hex: 3, large.hex: 30, other.hex: 200, NIL.hex: 400})
    found = figures(
        counted,
        points=[],
        categories=[],
        towns=[
            Part(other, "370402", "市中区", last=True),
            Part(small, "370406101", "店子镇"),
            Part(empty, "370406103", "桑村镇"),
            Part(large, "370406102", "西集镇"),
        ],
    )
    assert [row.part.key for row in found.towns] == ["370406102", "370406101", "370402", "none"]


def test_ages_are_summed_over_sexes_and_bands_without_anybody_left_out():
    counted = {
        ("registered", "age_sex", "18-34", "male"): 5,
        ("registered", "age_sex", "18-34", "female"): 4,
        ("attendance", "age_sex", "18-34", "male"): 3,
        ("walk_in", "age_sex", "", ""): 1,
        ("attendance", "age_sex", "", ""): 1,
    }
    young, unknown = figures(counted, points=[], categories=[], towns=[]).ages
    assert (young.band, young.split.registered, young.split.came, young.came) == (
        "18-34",
        9,
        3,
        {"male": 3, "female": 0, "": 0},
    )
    assert (unknown.band, unknown.split.expected, unknown.came[""]) == ("", 1, 1)


def test_a_checkpoint_shows_different_people_and_beside_them_scans():
    counted = {
        ("checkin", "checkpoint", START.id.hex, ""): 7,
        ("scan", "checkpoint", START.id.hex, ""): 9,
        **arrivals(outside=1),
    }
    (row,) = figures(counted, points=[START], categories=[], towns=[]).points
    assert (row.people, row.outside, row.scans) == (7, 1, 9)
