"""Units in sessions: one after another on the courts, what would stand twice at once, putting off and moving."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.audit.queries import history
from app.audit.services import SYSTEM
from app.core.clock import office_time
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import uuid7
from app.core.transactions import act
from app.games.constants import EventFormat, SessionStatus, UnitStatus
from app.games.models import Entry, Unit
from app.games.queries.games import games_by_ref
from app.games.queries.schedule import clashes_of, delegation_units, loose_of, loose_units, session_of, units_in
from app.games.rules.schedule import SessionDraft, Slot, calendar_status, clashes, fill
from app.games.services.schedule import (
    add_session,
    change_session,
    move_unit,
    place_units,
    put_off_session,
    remove_session,
    take_out_units,
)
from tests.factories import games as made
from tests.unit.games.test_drawing import drawn, event_of, units_of

NINE, TWELVE = office_time(2030, 9, 20, 9), office_time(2030, 9, 20, 12)
MINUTE = timedelta(minutes=1)


def draft(venue="体育馆", starts_at=NINE, ends_at=TWELVE, name="上午"):
    return SessionDraft(name, venue, starts_at, ends_at)


def session(games_id, **facts):
    return add_session(games_id=games_id, draft=draft(**facts), actor=SYSTEM)


def place(games_id, session_id, units, courts, **more):
    ids = [unit.id for unit in units]
    facts = {"games_id": games_id, "session_id": session_id, "unit_ids": ids, "minutes": 10, "courts": courts}
    return place_units(**(facts | more), actor=SYSTEM)


@act
def set_status(games_id, unit_id, status):
    db.session.get(Unit, (games_id, unit_id)).status = status.value


def times(games_id, event_id):
    return [((unit.starts_at - NINE) // MINUTE, unit.court) for unit in units_of(games_id, event_id) if unit.starts_at]


class TestRules:
    def test_turns_fill_all_courts(self):
        ids = [uuid7() for _ in range(5)]
        found = fill(ids, NINE, 15, ["1", "2"])
        assert [((at - NINE) // MINUTE, court) for _, at, court in found] == [
            (0, "1"), (0, "2"), (15, "1"), (15, "2"), (30, "1"),
        ]  # fmt: skip

    @given(
        st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30), st.integers(0, 2), st.integers(0, 3)), max_size=12)
    )
    def test_every_two_that_overlap_are_found_and_no_others(self, rows):
        people = [uuid7() for _ in range(4)]
        slots = [
            Slot(uuid7(), NINE + start * MINUTE, minutes, ("馆", str(court)), frozenset({people[who]}))
            for start, minutes, court, who in rows
        ]
        expected = {
            (kind, frozenset({a.unit, b.unit}))
            for i, a in enumerate(slots)
            for b in slots[i + 1 :]
            if a.starts_at < b.ends_at and b.starts_at < a.ends_at
            for kind, hit in (("court", a.place == b.place), ("athlete", bool(a.people & b.people)))
            if hit
        }
        assert {(kind, frozenset({a.unit, b.unit})) for kind, a, b in clashes(slots)} == expected

    @pytest.mark.parametrize(
        ("status", "word"), [("scheduled", "CONFIRMED"), ("postponed", "TENTATIVE"), ("cancelled", "CANCELLED")]
    )
    def test_how_a_calendar_says_it(self, status, word):
        assert calendar_status(status) == word


@pytest.mark.usefixtures("ctx")
class TestPlacing:
    def test_units_follow_one_another_on_all_courts(self):
        games_id, event_id, _ids = event_of(EventFormat.KNOCKOUT, 8)
        drawn(games_id, event_id)
        quarters = units_of(games_id, event_id)[:4]
        assert place(games_id, session(games_id), quarters, ["1 号", " 2 号 ", ""]) == 4
        assert times(games_id, event_id) == [(0, "1 号"), (0, "2 号"), (10, "1 号"), (10, "2 号")]
        assert clashes_of(games_id) == []

    def test_from_a_later_hour_of_the_session(self):
        games_id, event_id, _ids = event_of(EventFormat.KNOCKOUT, 4)
        drawn(games_id, event_id)
        place(games_id, session(games_id), units_of(games_id, event_id)[:1], ["1"], starts_at=NINE + 30 * MINUTE)
        assert times(games_id, event_id) == [(30, "1")]

    def test_an_athlete_in_two_at_once_is_refused_until_confirmed(self):
        games_id, event_id, _ids = event_of(EventFormat.LEAGUE, 3)
        drawn(games_id, event_id)
        units = units_of(games_id, event_id)
        session_id = session(games_id)
        with pytest.raises(Conflict) as refused:
            place(games_id, session_id, units, ["1", "2", "3"])
        assert (refused.value.code, refused.value.params["n"]) == ("schedule_clash", 3)
        assert {one.kind for one in refused.value.found} == {"athlete"}
        assert times(games_id, event_id) == []
        assert place(games_id, session_id, units, ["1", "2", "3"], confirmed=True) == 3
        assert {one.kind for one in clashes_of(games_id)} == {"athlete"}

    def test_each_unit_takes_as_long_as_it_was_given(self):
        games_id, event_id, _ids = event_of(EventFormat.KNOCKOUT, 4)
        drawn(games_id, event_id)
        first, second, *_rest = units_of(games_id, event_id)
        session_id = session(games_id)
        place(games_id, session_id, [first], ["1"], minutes=40)
        with pytest.raises(Conflict, match="重叠"):
            place(games_id, session_id, [second], ["1"], minutes=5, starts_at=NINE + 39 * MINUTE)
        assert place(games_id, session_id, [second], ["1"], minutes=5, starts_at=NINE + 40 * MINUTE) == 1

    @pytest.mark.parametrize(
        ("more", "code"),
        [
            ({"minutes": 0}, "minutes_wrong"),
            ({"minutes": 601}, "minutes_wrong"),
            ({"courts": ["", " "]}, "courts_wrong"),
            ({"courts": ["1", "1"]}, "courts_wrong"),
            ({"courts": [str(n) for n in range(61)]}, "courts_wrong"),
        ],
    )
    def test_what_is_wrong_is_refused(self, more, code):
        games_id, event_id, _ids = event_of(EventFormat.KNOCKOUT, 4)
        drawn(games_id, event_id)
        courts = more.pop("courts", ["1"])
        with pytest.raises(DomainError) as refused:
            place(games_id, session(games_id), units_of(games_id, event_id), courts, **more)
        assert refused.value.code == code

    def test_units_of_other_games_do_not_exist(self):
        games_id, event_id, _ids = event_of(EventFormat.KNOCKOUT, 4)
        drawn(games_id, event_id)
        other = made.make_games()
        with pytest.raises(NotFound):
            place(other, session(other), units_of(games_id, event_id), ["1"])
        with pytest.raises(NotFound):
            place(games_id, uuid7(), units_of(games_id, event_id), ["1"])
        with pytest.raises(NotFound):
            place(games_id, session(games_id), [], ["1"])

    def test_what_has_no_time_yet_is_listed_until_it_has(self):
        games_id, event_id, _ids = event_of(EventFormat.KNOCKOUT, 4)
        drawn(games_id, event_id)
        n = len(units_of(games_id, event_id))
        assert [(one.event_id, one.units) for one in loose_units(games_id)] == [(event_id, n)]
        place(games_id, session(games_id), units_of(games_id, event_id)[:1], ["1"])
        assert [one.units for one in loose_units(games_id)] == [n - 1]
        assert len(loose_of(games_id, [event_id])) == n - 1

    def test_a_delegation_finds_its_own(self):
        games_id, event_id, ids = event_of(EventFormat.KNOCKOUT, 4)
        drawn(games_id, event_id)
        place(games_id, session(games_id), units_of(games_id, event_id)[:2], ["1", "2"])
        (one, *_others) = ids
        delegation_id = db.session.get(Entry, (games_id, one)).delegation_id
        mine = delegation_units(games_id, delegation_id)
        assert {unit.id for unit in units_of(games_id, event_id)[:2] if one in {unit.a_id, unit.b_id}} <= mine


@pytest.mark.usefixtures("ctx")
class TestChanging:
    @pytest.fixture
    def placed(self):
        games_id, event_id, _ids = event_of(EventFormat.KNOCKOUT, 8)
        drawn(games_id, event_id)
        session_id = session(games_id)
        place(games_id, session_id, units_of(games_id, event_id)[:4], ["1", "2"])
        return games_id, event_id, session_id

    def test_a_session_ends_after_its_start(self):
        with pytest.raises(DomainError, match="晚于"):
            session(made.make_games(), starts_at=TWELVE, ends_at=NINE)

    @pytest.mark.parametrize("facts", [{"name": " "}, {"venue": ""}, {"name": "长" * 81}])
    def test_a_session_has_a_name_and_a_venue(self, facts):
        with pytest.raises(DomainError):
            session(made.make_games(), **facts)

    def test_what_was_not_played_moves_with_its_session(self, placed):
        games_id, event_id, session_id = placed
        set_status(games_id, units_of(games_id, event_id)[0].id, UnitStatus.CONFIRMED)
        later = draft(starts_at=NINE + 90 * MINUTE, ends_at=TWELVE + 90 * MINUTE)
        change_session(games_id=games_id, session_id=session_id, draft=later, version=1, actor=SYSTEM)
        assert [minute for minute, _ in times(games_id, event_id)] == [0, 90, 100, 100]
        assert session_of(games_id, session_id).version == 2

    def test_an_editor_who_saw_an_older_one_is_told(self, placed):
        games_id, _event_id, session_id = placed
        change_session(games_id=games_id, session_id=session_id, draft=draft(), version=1, actor=SYSTEM)
        with pytest.raises(Conflict) as refused:
            change_session(games_id=games_id, session_id=session_id, draft=draft(), version=1, actor=SYSTEM)
        assert refused.value.code == "changed_meanwhile"

    def test_put_off_with_a_reason_and_taken_up_again(self, placed):
        games_id, event_id, session_id = placed
        first, second, *_rest = units_of(games_id, event_id)
        set_status(games_id, first.id, UnitStatus.CONFIRMED)
        facts = {"games_id": games_id, "session_id": session_id, "actor": SYSTEM}
        with pytest.raises(DomainError):
            put_off_session(**facts, status=SessionStatus.POSTPONED, reason=" ")
        put_off_session(**facts, status=SessionStatus.POSTPONED, reason="暴雨")
        status = {one.id: one.status for one in units_in(games_id)}
        assert (status[first.id], status[second.id]) == (UnitStatus.CONFIRMED, UnitStatus.POSTPONED)
        assert clashes_of(games_id) == []
        put_off_session(**facts, status=SessionStatus.SCHEDULED, reason="")
        assert {one.status for one in units_in(games_id)} == {UnitStatus.CONFIRMED, UnitStatus.SCHEDULED}
        assert [one.details.get("reason") for one in history(games_id) if one.action == "games.session_put_off"]

    def test_only_what_was_put_off_with_it_comes_back(self, placed):
        games_id, event_id, session_id = placed
        first, second, *_rest = units_of(games_id, event_id)
        set_status(games_id, first.id, UnitStatus.CANCELLED)
        facts = {"games_id": games_id, "session_id": session_id, "actor": SYSTEM}
        put_off_session(**facts, status=SessionStatus.POSTPONED, reason="暴雨")
        put_off_session(**facts, status=SessionStatus.SCHEDULED, reason="")
        status = {one.id: one.status for one in units_in(games_id)}
        assert (status[first.id], status[second.id]) == (UnitStatus.CANCELLED, UnitStatus.SCHEDULED)

    @pytest.mark.parametrize(
        ("facts", "step"),
        [({"venue": "新体育馆"}, 1), ({"name": "上午场"}, 1), ({"ends_at": TWELVE + 30 * MINUTE}, 0)],
    )
    def test_calendars_hear_of_another_name_or_venue(self, placed, facts, step):
        games_id, event_id, session_id = placed
        before = [one.version for one in units_of(games_id, event_id)[:4]]
        change_session(games_id=games_id, session_id=session_id, draft=draft(**facts), actor=SYSTEM)
        assert [one.version for one in units_of(games_id, event_id)[:4]] == [n + step for n in before]

    def test_one_unit_gets_another_time_and_its_own_length(self, placed):
        games_id, event_id, session_id = placed
        unit = units_of(games_id, event_id)[3]
        facts = {"games_id": games_id, "unit_id": unit.id, "session_id": session_id, "actor": SYSTEM}
        with pytest.raises(Conflict, match="重叠"):
            move_unit(**facts, starts_at=NINE, minutes=10, court="1")
        move_unit(**facts, starts_at=NINE + 60 * MINUTE, minutes=25, court=" 3 ")
        (moved,) = [one for one in units_in(games_id) if one.id == unit.id]
        assert ((moved.starts_at - NINE) // MINUTE, moved.minutes, moved.court) == (60, 25, "3")

    def test_what_was_played_keeps_its_time(self, placed):
        games_id, event_id, session_id = placed
        unit = units_of(games_id, event_id)[0]
        set_status(games_id, unit.id, UnitStatus.CONFIRMED)
        facts = {"games_id": games_id, "unit_id": unit.id, "session_id": session_id, "actor": SYSTEM}
        with pytest.raises(Conflict, match="已有成绩"):
            move_unit(**facts, starts_at=TWELVE, minutes=10, court="1")
        with pytest.raises(Conflict, match="已有成绩"):
            take_out_units(games_id=games_id, unit_ids=[unit.id], actor=SYSTEM)

    def test_an_empty_session_can_go_a_full_one_cannot(self, placed):
        games_id, event_id, session_id = placed
        with pytest.raises(Conflict) as refused:
            remove_session(games_id=games_id, session_id=session_id, actor=SYSTEM)
        assert refused.value.code == "session_in_use"
        ids = [one.id for one in units_in(games_id, session_id)]
        assert take_out_units(games_id=games_id, unit_ids=ids, actor=SYSTEM) == 4
        assert times(games_id, event_id) == []
        remove_session(games_id=games_id, session_id=session_id, actor=SYSTEM)
        assert session_of(games_id, session_id) is None

    def test_it_locks_its_session_and_events_and_not_the_edition(self, placed, statements, store):
        games_id, event_id, session_id = placed
        with statements() as seen:
            place(games_id, session_id, units_of(games_id, event_id)[:1], ["1"])
        locked = [one for one in seen if "FOR UPDATE" in one]
        assert not [one for one in locked if "FROM games \n" in one or "FROM games WHERE" in one]
        assert bool(locked) is (store.name == "postgresql")
        assert games_by_ref(games_id) is not None
