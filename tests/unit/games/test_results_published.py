"""From confirmed results to published places: the worked examples of the rules, corrections, a whole weight class."""

import pytest
from sqlalchemy import select

from app.audit.services import SYSTEM
from app.core.db import db
from app.games.constants import EventFormat
from app.games.models import Place, Unit
from app.games.services.publishing import reopen_result
from app.games.services.results import open_list_of_places, take_back_result
from tests.factories import games as made
from tests.unit.games.officiating import Match, bout, refused

pytestmark = pytest.mark.usefixtures("ctx", "clock")


class TestPublishing:
    def test_not_before_everything_is_confirmed(self):
        match = Match(EventFormat.WRESTLING, "甲乙丙")
        match.decide(match.unit("甲乙"), **bout(match, "甲", "VFA"))
        assert refused("not_confirmed", match.publish).params == {"n": 2}

    def test_not_while_somebody_is_in_no_unit(self):
        match = Match(EventFormat.TIMED, "甲乙")
        match.decide(match.unit("甲"), entries=[{"id": match.id("甲"), "gun": "9:44"}])
        assert "乙" in str(refused("results_missing", match.publish))

    def test_a_correction_recomputes(self):
        match = Match(EventFormat.TIMED, "甲乙")
        unit = match.unit("甲乙")
        match.decide(unit, entries=[{"id": match.id("甲"), "gun": "9:44"}, {"id": match.id("乙"), "gun": "9:50"}])
        match.publish()
        assert match.ranks() == [("甲", 1), ("乙", 2)]
        reopen_result(games_id=match.games, event_id=match.event, reason="计时错误", actor=SYSTEM)
        match.decide(unit, entries=[{"id": match.id("甲"), "gun": "9:54"}, {"id": match.id("乙"), "gun": "9:50"}])
        match.publish()
        assert match.ranks() == [("乙", 1), ("甲", 2)]
        assert len(match.versions(unit)) == 2

    def test_places_are_typed_on_one_list(self):
        match = Match(EventFormat.PLACES)
        units = {open_list_of_places(games_id=match.games, event_id=match.event, actor=SYSTEM) for _ in range(2)}
        (unit,) = units
        rows = [
            {"entry": match.id("甲"), "place": 1, "mark": "12.5 m"},
            {"entry": match.id("乙"), "irm": "DSQ"},
            {"entry": match.id("丙"), "irm": "DNF"},
        ]
        match.decide(unit, places=rows)
        match.publish()
        assert match.ranks() == [("甲", 1), ("丙", "DNF"), ("乙", "DSQ")]
        assert match.marks()["甲"] == "12.5 m"


class TestWorkedExamples:
    """rules.md, through the services to the published places."""

    def test_nordic_of_four(self):
        match = Match(EventFormat.WRESTLING, "ABCD")
        bouts = (
            ("A", "B", "A", "VPO1", 5, 3),
            ("B", "C", "B", "VFA", 4, 2),
            ("C", "A", "C", "VSU1", 12, 2),
            ("A", "D", "A", "VSU", 10, 0),
            ("B", "D", "B", "VPO", 3, 0),
            ("C", "D", "C", "VPO1", 4, 1),
        )
        units = [match.drawn(a + b) for a, b, *_ in bouts]
        for unit, (a, _b, winner, victory, x, y) in zip(units, bouts, strict=True):
            red = db.session.get_one(Unit, (match.games, unit)).a_id
            points = (x, y) if red == match.entry[a] else (y, x)
            match.decide(unit, **bout(match, winner, victory, *points))
        match.publish()
        assert match.ranks() == [("B", 1), ("A", 2), ("C", 3), ("D", 4)]
        assert match.marks()["B"] == "9 (10:7)"

    def test_two_judged_performances_of_8_80(self):
        match = Match(EventFormat.JUDGED, "甲乙", rules="taolu-traditional")
        scores = {"甲": ["9.0", "8.8", "8.8", "8.8", "8.5"], "乙": ["8.9", "8.8", "8.8", "8.8", "8.7"]}
        rows = [{"id": match.id(name), "scores": some} for name, some in scores.items()]
        match.decide(match.unit("甲乙"), entries=rows)
        match.publish()
        assert match.ranks() == [("乙", 1), ("甲", 2)]
        assert match.marks() == {"甲": "8.80", "乙": "8.80"}

    def test_two_share_the_second_place_of_an_event_that_counts_twice(self):
        match = Match(EventFormat.PLACES, "一二三四五六七八九", multiplier="2")
        places = dict(zip("一二三四五六七八九", [1, 2, 2, 4, 5, 6, 7, 8, 9], strict=True))
        match.decide(match.unit(""), places=[{"entry": match.id(n), "place": p} for n, p in places.items()])
        match.publish()
        names = {one: name for name, one in match.entry.items()}
        points = {
            names[row.entry_id]: row.points
            for row in db.session.execute(select(Place).where(Place.event_id == match.event)).scalars()
        }
        assert [points[name] for name in "一二三四"] == ["18", "13", "13", "10"]

    def test_fiba_restarts(self):
        match = Match(EventFormat.LEAGUE, "ABCD")
        games = (
            ("A", "B", 80, 60),
            ("A", "C", 80, 60),
            ("A", "D", 80, 60),
            ("B", "C", 80, 65),
            ("C", "D", 80, 70),
            ("D", "B", 80, 75),
        )
        units = [match.unit(a + b) for a, b, *_ in games]
        for unit, (_a, _b, x, y) in zip(units, games, strict=True):
            match.decide(unit, score_a=x, score_b=y)
        match.publish()
        assert match.ranks() == [("A", 1), ("B", 2), ("C", 3), ("D", 4)]
        assert match.marks()["A"] == "6 (3-0)"

    def test_levels_stand_for_ranks(self):
        match = Match(
            EventFormat.JUDGED,
            "甲乙丙",
            rules="judged-levels",
            settings={"levels": [{"name": "一等奖", "quota": 1}, {"name": "二等奖", "quota": 2}]},
        )
        scores = {"甲": "8.5", "乙": "9.1", "丙": "8.9"}
        rows = [{"id": match.id(name), "scores": [one] * 3} for name, one in scores.items()]
        match.decide(match.unit("甲乙丙"), entries=rows)
        match.publish()
        assert match.ranks() == [("乙", "一等奖"), ("丙", "二等奖"), ("甲", "二等奖")]

    def test_times_are_rounded_up_and_marks_stand_behind_ranks(self):
        match = Match(EventFormat.TIMED, "甲乙丙丁戊己")
        said = {
            "甲": {"gun": "2:09:44.3"},
            "乙": {"irm": "DSQ"},
            "丙": {"irm": "DNS"},
            "丁": {"irm": "DNF"},
            "戊": {"gun": "2:09:44.1"},
            "己": {"irm": "OTL"},
        }
        match.decide(match.unit("甲乙丙丁戊己"), entries=[{"id": match.id(n), **row} for n, row in said.items()])
        match.publish()
        assert match.ranks() == [("戊", 1), ("甲", 2), ("己", "OTL"), ("丁", "DNF"), ("丙", "DNS"), ("乙", "DSQ")]
        assert match.marks()["甲"] == "2:09:45"

    def test_a_team_comes_in_with_its_last_counted_member(self):
        match = Match(EventFormat.TIMED, "红蓝", rules="hill-climb-team", settings={"counted": 2})
        said = {"红": ["31:00", "35:00", "40:00"], "蓝": ["33:00", "34:00"]}
        rows = [{"id": match.id(n), "members": [{"gun": t} for t in times]} for n, times in said.items()]
        match.decide(match.unit("红蓝"), entries=rows)
        match.publish()
        assert match.ranks() == [("蓝", 1), ("红", 2)]


def test_an_earlier_bout_is_put_right_once_the_later_ones_are_taken_back():
    """A semi-final was the other way round: the final is taken back, the semi-final corrected, the final has new sides."""
    match = Match(EventFormat.WRESTLING, "")
    for n in range(1, 9):
        match.entry[f"{n}"] = made.enter(match.games, match.event, name=f"{n}", draw=n)
    made.first_units(match.games, match.event)
    fought = []
    while waiting := match.open_units():
        fought.append(waiting[0].id)
        match.decide(waiting[0].id, winner=str(waiting[0].a_id), victory="VFA")
    units = {one: db.session.get_one(Unit, (match.games, one)) for one in fought}
    semi = next(one for one in units.values() if one.phase == "1/2")
    final = next(one for one in units.values() if one.phase == "final")
    other = {"winner": str(semi.b_id), "victory": "VFA"}
    loser, finalists = semi.b_id, {final.a_id, final.b_id}
    assert loser not in finalists
    match.write(semi.id, 1, reason="录像回放", **other)
    refused("bout_not_in_bracket", match.confirm, semi.id, 2)
    for unit in [one.id for one in units.values() if one.phase in {"final", "repechage", "bronze"}]:
        version = match.versions(unit)[-1].version
        place = {"games_id": match.games, "event_id": match.event, "unit_id": unit, "actor": SYSTEM}
        take_back_result(version=version, reason="半决赛更正", **place)
    match.confirm(semi.id, 2)
    final = db.session.get_one(Unit, (match.games, final.id), populate_existing=True)
    assert loser in {final.a_id, final.b_id}


def test_a_weight_class_of_nine_from_its_first_bout_to_its_medals():
    """Each confirmed bout brings up those that follow, repechage included: one of two is always the stronger."""
    match = Match(EventFormat.WRESTLING, "")
    for n in range(1, 10):
        match.entry[f"{n}号"] = made.enter(match.games, match.event, name=f"{n}号", draw=n)
    strength = {one: n for n, one in enumerate(match.entry.values(), 1)}
    made.first_units(match.games, match.event)
    fought = 0
    while waiting := match.open_units():
        pair = sorted((waiting[0].a_id, waiting[0].b_id), key=strength.__getitem__)
        match.decide(waiting[0].id, winner=str(pair[0]), victory="VFA")
        fought += 1
    match.publish()
    assert [rank for _, rank in match.ranks()] == [1, 2, 3, 3, 5, 5, 7, 8, 9]
    medals = db.session.execute(select(Place.medal).where(Place.event_id == match.event).order_by(Place.position))
    assert list(medals.scalars())[:5] == [1, 2, 3, 3, None]
    assert fought >= len(match.entry)
