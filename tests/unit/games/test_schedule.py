"""Units in sessions: one after another on the courts, and what would stand twice at once."""

from __future__ import annotations

import pytest

from app.audit.services import SYSTEM
from app.core.clock import office_time
from app.core.errors import Conflict, DomainError
from app.games.constants import EventFormat
from app.games.services.schedule import add_session, clashes_of, place_units
from tests.factories import games as made
from tests.unit.games.test_drawing import drawn, event_of, units_of

pytestmark = pytest.mark.usefixtures("ctx")
NINE, TWELVE = office_time(2030, 9, 20, 9), office_time(2030, 9, 20, 12)


def session(games_id, venue="体育馆", starts_at=NINE, ends_at=TWELVE):
    return add_session(games_id=games_id, name="上午", venue=venue, starts_at=starts_at, ends_at=ends_at, actor=SYSTEM)


def place(games_id, session_id, units, courts, **more):
    ids = [unit.id for unit in units]
    facts = {"games_id": games_id, "session_id": session_id, "unit_ids": ids, "minutes": 10, "courts": courts}
    return place_units(**facts, actor=SYSTEM, **more)


def test_units_follow_one_another_on_all_courts():
    games_id, event_id, _ids = event_of(EventFormat.KNOCKOUT, 8)
    drawn(games_id, event_id)
    quarters = units_of(games_id, event_id)[:4]
    assert place(games_id, session(games_id), quarters, ["1 号", "2 号"]) == 4
    assert [(unit.starts_at.minute, unit.court) for unit in quarters] == [
        (0, "1 号"), (0, "2 号"), (10, "1 号"), (10, "2 号"),
    ]  # fmt: skip
    assert clashes_of(games_id, 10) == []


def test_an_athlete_in_two_at_once_is_refused_until_confirmed():
    games_id, event_id, _ids = event_of(EventFormat.LEAGUE, 3)
    drawn(games_id, event_id)
    units = units_of(games_id, event_id)
    session_id = session(games_id)
    with pytest.raises(Conflict) as refused:
        place(games_id, session_id, units, ["1", "2", "3"])
    assert (refused.value.code, refused.value.params["n"]) == ("schedule_clash", 3)
    assert [unit.starts_at for unit in units_of(games_id, event_id)] == [None] * 3
    assert place(games_id, session_id, units, ["1", "2", "3"], confirmed=True) == 3
    assert {kind for kind, _a, _b in clashes_of(games_id, 10)} == {"athlete"}


def test_one_court_for_two_units_at_once_is_a_clash():
    games_id, event_id, _ids = event_of(EventFormat.KNOCKOUT, 4)
    drawn(games_id, event_id)
    first, second, *_rest = units_of(games_id, event_id)
    session_id = session(games_id)
    place(games_id, session_id, [first], ["1"])
    with pytest.raises(Conflict, match="重叠"):
        place(games_id, session_id, [second], ["1"])


def test_a_session_ends_after_its_start():
    with pytest.raises(DomainError, match="晚于"):
        session(made.make_games(), starts_at=TWELVE, ends_at=NINE)
