"""Times from the timing desk and from check-ins."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.audit.services import SYSTEM
from app.checkins.models import CheckIn
from app.core.clock import now
from app.core.db import db
from app.core.ids import uuid7
from app.core.transactions import act
from app.games.constants import EventForm, EventFormat
from app.games.models import Event
from app.games.rules.times import read_times
from app.games.services.times import take_checkins, take_times
from tests.factories import activities, registrations
from tests.factories import games as made
from tests.unit.games.officiating import Match, refused

NUMBERS = {"101": "甲", "102": "乙", "A7": "丙"}


def slips(text, **facts):
    return [(one.line, one.column, one.code) for one in read_times(text, NUMBERS, **facts).slips]


class TestLines:
    def test_number_and_time_however_they_are_parted(self):
        for text in (
            "101\t9:44\n102\t9:45",
            "101,9:44\r\n102,9:45\r\n",
            "101 9:44\n\n102；9:45",
            "号码,时间\n101，9:44\n102,9:45",
        ):
            found = read_times(text, NUMBERS)
            assert found.slips == []
            assert found.rows == {"甲": [{"gun": "9:44"}], "乙": [{"gun": "9:45"}]}

    def test_gun_and_net_and_marks(self):
        found = read_times("101\t9:44\t9:40\na7\tdnf\n102\t未出发", NUMBERS)
        assert found.content() == [
            {"id": "甲", "gun": "9:44", "net": "9:40"},
            {"id": "丙", "irm": "DNF"},
            {"id": "乙", "irm": "DNS"},
        ]

    def test_where_net_times_rank_a_single_time_is_one(self):
        assert read_times("101 9:44", NUMBERS, net=True).rows == {"甲": [{"net": "9:44"}]}

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("101 9:44\n101 9:45", [(2, 1, "number_twice")]),
            ("999 9:44", [(1, 1, "number_unknown")]),
            ("101 9:44\n9:45\n102 9:46", [(2, 1, "number_missing")]),
            ("101 9:44\n:", [(2, 1, "number_unknown")]),
            ("101", [(1, 2, "time_missing")]),
            ("101 9:75", [(1, 2, "not_a_time")]),
            ("101 9:44 fast", [(1, 3, "not_a_time")]),
            ("101 9:44 9:45", [(1, 3, "net_beyond_gun")]),
            ("101 9:44 9:40 x", [(1, 4, "too_many_columns")]),
            ("", [(1, 1, "nothing")]),
            ("101 x\n102 y", [(1, 2, "not_a_time"), (2, 2, "not_a_time")]),
        ],
    )
    def test_each_slip_by_line_and_column(self, text, expected):
        assert slips(text) == expected

    def test_one_tap_too_many_shifts_nobody(self):
        """A time without a number is named; the others keep theirs."""
        found = read_times("101 9:44\n9:44.8\n102 9:46", NUMBERS)
        assert found.rows == {"甲": [{"gun": "9:44"}], "乙": [{"gun": "9:46"}]}
        assert len(found.slips) == 1

    @given(st.text(max_size=200))
    def test_whatever_is_pasted_is_read_or_named(self, text):
        found = read_times(text, NUMBERS)
        assert found.rows or found.slips


@pytest.mark.usefixtures("ctx", "clock")
class TestTaking:
    def heat(self, **facts):
        match = Match(EventFormat.TIMED, "", **facts)
        for n, name in enumerate("甲乙丙", 101):
            match.entry[name] = made.enter(match.games, match.event, name=name, number=str(n))
        unit = match.unit("甲乙丙")
        return match, {"games_id": match.games, "event_id": match.event, "unit_id": unit, "actor": SYSTEM}

    def test_lines_become_a_draft_and_later_ones_are_added(self):
        match, place = self.heat()
        take_times(text="101 9:44\n102 9:40", seen=0, **place)
        take_times(text="103 DNF", seen=1, **place)
        match.confirm(place["unit_id"], 2)
        match.publish()
        assert match.ranks() == [("乙", 1), ("甲", 2), ("丙", "DNF")]

    def test_nothing_of_lines_with_a_slip_is_stored(self):
        match, place = self.heat()
        error = refused("number_unknown", take_times, text="101 9:44\n999 9:40", seen=0, **place)
        assert error.params == {"line": 2, "column": 1, "word": "999"}
        assert match.versions(place["unit_id"]) == []

    def test_the_same_file_twice_is_one_version(self):
        _, place = self.heat()
        assert [take_times(text="101 9:44", seen=0, **place) for _ in range(2)] == [1, 1]

    def test_without_numbers_nothing_can_be_read(self):
        match = Match(EventFormat.TIMED, "甲乙")
        place = {"games_id": match.games, "event_id": match.event, "unit_id": match.unit("甲乙"), "actor": SYSTEM}
        refused("no_numbers", take_times, text="1 9:44", seen=0, **place)

    def test_a_team_s_members_come_on_lines_of_their_own(self):
        match, place = self.heat(rules="hill-climb-team", settings={"counted": 2}, form=EventForm.TEAM)
        take_times(text="101 31:00\n101 35:00\n102 33:00\n102 34:00\n103 DNF\n103 30:00", seen=0, **place)
        match.confirm(place["unit_id"])
        match.publish()
        assert match.ranks() == [("乙", 1), ("甲", 2), ("丙", "DNF")]


@pytest.mark.usefixtures("ctx")
class TestCheckins:
    def test_without_an_activity_there_are_none(self, clock):
        match = Match(EventFormat.TIMED, "甲")
        place = {"games_id": match.games, "event_id": match.event, "unit_id": match.unit("甲"), "actor": SYSTEM}
        refused("no_activity", take_checkins, started_at=None, seen=0, **place)

    def test_finish_less_start(self, clock):
        """One over the whole way, one who checked in at the start alone, one who never came."""
        station = activities.station()
        people = [registrations.registered(station).person_id for _ in range(3)]
        match = Match(EventFormat.TIMED, "")
        for name, person in zip("甲乙丙", people, strict=True):
            match.entry[name] = made.enter(match.games, match.event, name=name, person_id=person)
        unit = match.unit("甲乙丙")
        begun = clock.now
        checked_in(
            match,
            station,
            [(people[0], station.start, 5), (people[0], station.checkpoints["F"], 1805), (people[1], station.start, 7)],
        )
        place = {"games_id": match.games, "event_id": match.event, "unit_id": unit, "actor": SYSTEM}
        take_checkins(started_at=begun, seen=0, **place)
        assert match.versions(unit)[0].content["entries"] == [
            {"id": match.id("甲"), "gun": "0:30:05", "net": "0:30:00"},
            {"id": match.id("乙"), "irm": "DNF"},
            {"id": match.id("丙"), "irm": "DNS"},
        ]

    def test_a_mark_that_the_referee_has_written_stays(self, clock):
        station = activities.station()
        person = registrations.registered(station).person_id
        match = Match(EventFormat.TIMED, "")
        match.entry["甲"] = made.enter(match.games, match.event, name="甲", person_id=person)
        unit = match.unit("甲")
        match.write(unit, entries=[{"id": match.id("甲"), "irm": "DSQ"}])
        checked_in(match, station, [(person, station.checkpoints["F"], 1805)])
        place = {"games_id": match.games, "event_id": match.event, "unit_id": unit, "actor": SYSTEM}
        assert take_checkins(started_at=clock.now, seen=1, **place) == 1


@act
def checked_in(match, station, times):
    """Check-ins as they lie in the table, by seconds after now; the event takes its times from that activity."""
    db.session.get_one(Event, (match.games, match.event)).activity_id = station.id
    for person, checkpoint, seconds in times:
        db.session.add(
            CheckIn(
                activity_id=station.id,
                checkpoint_id=checkpoint,
                person_id=person,
                registration_id=uuid7(),
                scan_id=uuid7(),
                effective_at=now() + timedelta(seconds=seconds),
                inside=True,
            )
        )
