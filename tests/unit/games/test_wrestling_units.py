"""Wrestling from the draw to the last bout: every bout that is due has a unit, repechage included."""

from __future__ import annotations

from collections import Counter

import pytest

from app.core.db import db
from app.games.constants import EventFormat, UnitStatus
from app.games.models import Event
from app.games.queries.games import entries_of
from app.games.services.evaluation import standing, written_units
from app.games.services.units import tree_of_event
from tests.unit.games.test_drawing import drawn, event_of, follow, ranking_of, scratch, units_of, write

pytestmark = pytest.mark.usefixtures("ctx")


def ready(games_id, event_id):
    return [
        unit
        for unit in units_of(games_id, event_id)
        if unit.a_id and unit.b_id and unit.status == UnitStatus.SCHEDULED.value
    ]


def fight_out(games_id, event_id, side="a"):
    while bouts := ready(games_id, event_id):
        for unit in bouts:
            winner = unit.a_id if side == "a" else unit.b_id
            write(games_id, unit, {"winner": str(winner), "victory": "VFA"})


def found(games_id, event_id):
    event = db.session.get_one(Event, (games_id, event_id))
    entries, written = entries_of(games_id, event_id), written_units(games_id, event_id)
    return standing(event, entries, written), tree_of_event(event, entries, written)


class TestFromDrawToMedals:
    @pytest.mark.parametrize("side", ["a", "b"])
    @pytest.mark.parametrize("n", [2, 3, 5, 6, 7, 8, 9, 11, 16, 19])
    def test_when_all_units_are_confirmed_nothing_is_due(self, n, side):
        games_id, event_id, _ids = event_of(EventFormat.WRESTLING, n)
        drawn(games_id, event_id)
        fight_out(games_id, event_id, side)
        stand, tree = found(games_id, event_id)
        assert stand.ranking.due == ()
        assert stand.open_units == ()
        ranks = sorted(one.rank for one in stand.ranking.placings)
        assert ranks[:6] == ([1, 2, 3, 3, 5, 5] if n >= 8 else list(range(1, n + 1)))[:6]
        assert all(box.decided for box in tree.boxes())

    def test_eleven_have_three_qualification_bouts_and_a_final_that_waits_last(self):
        games_id, event_id, _ids = event_of(EventFormat.WRESTLING, 11)
        drawn(games_id, event_id)
        units = units_of(games_id, event_id)
        phases = Counter(unit.phase for unit in units)
        assert phases == {"qualification": 3, "1/4": 4, "1/2": 2, "bronze": 2, "final": 1}
        assert units[-1].phase == "final"

    def test_six_fight_in_two_groups(self):
        games_id, event_id, _ids = event_of(EventFormat.WRESTLING, 6)
        drawn(games_id, event_id)
        units = units_of(games_id, event_id)
        assert Counter((unit.phase, unit.group) for unit in units) == {
            ("group", "A"): 3, ("group", "B"): 3, ("1/2", ""): 2, ("bronze", ""): 1, ("final", ""): 1,
        }  # fmt: skip

    def test_the_repechage_is_for_those_whom_the_finalist_beat(self):
        games_id, event_id, _ids = event_of(EventFormat.WRESTLING, 16)
        drawn(games_id, event_id)
        for unit in [one for one in units_of(games_id, event_id) if one.phase.startswith("1/")]:
            write(games_id, unit, {"winner": str(unit.a_id), "victory": "VPO", "points_a": 4, "points_b": 0})
        units = units_of(games_id, event_id)
        beaten = [unit.b_id for unit in units if unit.a_id == units[0].a_id and unit.phase in {"1/8", "1/4", "1/2"}]
        repechage = next(unit for unit in units if unit.phase == "repechage" and unit.round == 1)
        assert [repechage.a_id, repechage.b_id] == beaten[:2]
        bronze = next(unit for unit in units if unit.phase == "bronze" and unit.round == 1)
        assert (bronze.a_id, bronze.b_id) == (None, beaten[2])

    def test_a_wrestler_scratched_during_the_tournament_is_walked_over(self):
        games_id, event_id, _ids = event_of(EventFormat.WRESTLING, 8)
        drawn(games_id, event_id)
        first = units_of(games_id, event_id)[0]
        write(games_id, first, {"winner": str(first.a_id), "victory": "VFA"})
        scratch(games_id, first.a_id)
        follow(games_id, event_id)
        fight_out(games_id, event_id)
        ranking = ranking_of(games_id, event_id)
        assert ranking.due == ()
        assert {one.id: one.rank for one in ranking.placings}[str(first.a_id)] is None
        assert not [one for one in written_units(games_id, event_id) if not one.confirmed and open_still(one.unit)]


def open_still(unit):
    return unit.status != UnitStatus.CANCELLED.value
