"""Judges' sheets and who officiates where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.audit.services import SYSTEM, Actor
from app.core.db import db
from app.core.errors import Forbidden
from app.core.permissions import Role, Scope, ScopeKind
from app.games.constants import EventFormat
from app.games.models import UnitReferee
from app.games.queries.referees import referee_accounts
from app.games.queries.sheets import own_sheet, panel_of
from app.games.rules.sheet_scores import score_of, split_scores
from app.games.services.referees import assign_referee, release_referee
from app.games.services.sheets import write_panel, write_sheet
from tests.factories import accounts
from tests.factories import games as made
from tests.unit.games.officiating import Match, refused

pytestmark = pytest.mark.usefixtures("ctx", "clock")


def judged(names="甲乙", judges=3, **facts):
    """A running order with a head judge and judges with sheets."""
    match = Match(EventFormat.JUDGED, names, **facts)
    unit = match.unit(names)
    return match, unit, match.referee(unit), [match.referee(unit, n) for n in range(1, judges + 1)]


def place(match, unit, actor):
    return {"games_id": match.games, "event_id": match.event, "unit_id": unit, "actor": actor}


def give(match, unit, judge, **scores):
    return write_sheet(scores={match.id(name): one for name, one in scores.items()}, **place(match, unit, judge))


class TestSheets:
    def test_three_sheets_and_the_head_judge_make_a_result(self):
        match, unit, head, judges = judged()
        for judge, (one, two) in zip(judges, (("8.80", "9.00"), ("8.90", "9.10"), ("9.00", "9.20")), strict=True):
            assert give(match, unit, judge, 甲=one, 乙=two) == 2
        marks = {match.id("甲"): {"adjustment": "+0.1", "deduction": ""}, match.id("乙"): {"deduction": "0.3"}}
        version = write_panel(marks=marks, seen=0, **place(match, unit, head))
        match.confirm(unit, version, actor=head)
        match.publish()
        assert match.ranks() == [("甲", 1), ("乙", 2)]
        assert match.marks() == {"甲": "9.00", "乙": "8.80"}

    def test_a_missing_judge_is_not_a_zero_and_blocks(self):
        match, unit, head, judges = judged()
        for judge in judges[:2]:
            give(match, unit, judge, 甲="8.80", 乙="9.00")
        give(match, unit, judges[2], 甲="8.80")
        version = write_panel(marks={}, seen=0, **place(match, unit, head))
        error = refused("judge_missing", match.confirm, unit, version, actor=head)
        assert str(error) == "乙 #3：缺一名裁判的分数，不能当 0 分。"

    def test_only_who_has_a_sheet_writes_one(self):
        match, unit, head, _ = judged()
        stranger = Actor("account", accounts.staff(Role.EVENT_MANAGER).id)
        for nobody in (head, stranger, SYSTEM):
            with pytest.raises(Forbidden):
                give(match, unit, nobody, 甲="8.80")

    def test_a_judge_does_not_write_for_the_panel(self):
        match, unit, _, judges = judged()
        give(match, unit, judges[0], 甲="8.80")
        with pytest.raises(Forbidden):
            write_panel(marks={}, seen=0, **place(match, unit, judges[0]))

    @pytest.mark.parametrize(
        ("code", "score"),
        [("beyond_scale", "10.01"), ("not_a_score", "8.8o"), ("not_a_score", "-1"), ("not_a_score", "8.801")],
    )
    def test_a_score_that_cannot_be(self, code, score):
        match, unit, _, judges = judged()
        error = refused(code, give, match, unit, judges[0], 甲="8.80", 乙=score)
        assert error.field == f"score-{match.id('乙')}"
        assert own_sheet(match.games, unit, "", 1) == {}

    def test_a_part_has_its_own_scale(self):
        match = Match(EventFormat.JUDGED, "甲", rules="taolu-quality-performance")
        unit = match.unit("甲")
        quality, performance = match.referee(unit, 1, "A"), match.referee(unit, 1, "B")
        refused("beyond_scale", give, match, unit, quality, 甲="5.1")
        give(match, unit, quality, 甲="4.5")
        give(match, unit, performance, 甲="4.2")
        assert panel_of(match.games, unit).judges == {"A": [1], "B": [1]}
        refused("unknown_component", match.referee, unit, 1, "C")

    def test_who_is_scratched_is_not_scored(self):
        match, unit, _, judges = judged()
        made.scratch(match.games, match.entry["甲"])
        refused("scratched", give, match, unit, judges[0], 甲="8.80")

    def test_an_empty_field_takes_a_score_back(self):
        match, unit, _, judges = judged()
        give(match, unit, judges[0], 甲="8.80", 乙="9")
        assert give(match, unit, judges[0], 甲="") == 1
        assert own_sheet(match.games, unit, "", 1) == {match.id("乙"): "9"}

    def test_locked_after_the_head_judge_confirms(self):
        match, unit, head, judges = judged("甲", 1)
        give(match, unit, judges[0], 甲="8.80")
        version = write_panel(marks={}, seen=0, **place(match, unit, head))
        match.confirm(unit, version, actor=head)
        refused("locked", give, match, unit, judges[0], 甲="9.00")

    def test_scores_are_read_however_they_are_typed(self):
        assert split_scores("8.8 8.9，9、 8.7;") == ["8.8", "8.9", "9", "8.7"]
        assert score_of("８．８", 0, 10, name="甲", field="x") is not None

    @given(st.decimals(0, 10, places=2))
    def test_every_score_on_the_scale_is_kept_as_it_is(self, score):
        assert score_of(str(score), 0, 10, name="甲", field="x") == score


class TestReferees:
    def test_accounts_of_these_games(self):
        games = made.make_games()
        here = accounts.staff(Role.REFEREE, scope=Scope(ScopeKind.GAMES, games), display_name="甲")
        accounts.staff(Role.REFEREE, scope=Scope(ScopeKind.GAMES, made.make_games()))
        accounts.staff(Role.AUDITOR)
        manager = accounts.staff(Role.EVENT_MANAGER, display_name="乙")
        assert [one for one, _ in referee_accounts(games)] == [here.id, manager.id]

    def test_a_number_is_held_by_one(self):
        match, unit, _, _ = judged()
        assert refused("number_taken", match.referee, unit, 2).params == {"unit": 1}
        refused("number_taken", match.referee, unit, 0)

    def test_somebody_without_the_right_is_refused(self):
        match = Match(EventFormat.JUDGED)
        unit = match.unit("甲乙")
        somebody = accounts.staff(Role.VOLUNTEER)
        refused(
            "no_referee",
            assign_referee,
            games_id=match.games,
            event_id=match.event,
            unit_ids=[unit],
            account_id=somebody.id,
            number=0,
            actor=SYSTEM,
        )

    def test_the_same_twice_changes_nothing_and_another_number_moves(self):
        match = Match(EventFormat.WRESTLING)
        unit = match.unit("甲乙")
        judge = match.referee(unit, 1)
        facts = {"games_id": match.games, "event_id": match.event, "unit_ids": [unit], "account_id": judge.id}
        assert assign_referee(number=1, actor=SYSTEM, **facts) == 0
        assert assign_referee(number=0, actor=SYSTEM, **facts) == 1
        assert db.session.get(UnitReferee, (match.games, unit, judge.id)).number == 0

    def test_a_judge_who_has_written_stays(self):
        match, unit, _, judges = judged()
        give(match, unit, judges[0], 甲="8.80")
        facts = {"games_id": match.games, "event_id": match.event, "unit_ids": [unit], "actor": SYSTEM}
        refused("has_sheet", release_referee, account_id=judges[0].id, **facts)
        refused("has_sheet", assign_referee, account_id=judges[0].id, number=9, **facts)
        assert release_referee(account_id=judges[1].id, **facts) == 1
        assert release_referee(account_id=judges[1].id, **facts) == 0
