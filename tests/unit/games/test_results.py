"""Results of units: drafts, the head referee's word, and what the rules refuse, through the services."""

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.audit.services import SYSTEM, Actor
from app.core.db import db
from app.core.errors import Forbidden
from app.core.permissions import Role
from app.games.constants import EventFormat, EventStatus, ResultState, UnitStatus
from app.games.models import Unit
from app.games.services.results import begin_unit
from tests.factories import accounts
from tests.factories import games as made
from tests.unit.games.officiating import Match, bout, refused

pytestmark = pytest.mark.usefixtures("ctx", "clock")


class TestWriting:
    def test_a_draft_makes_the_event_live(self):
        match = Match(EventFormat.WRESTLING)
        unit = match.unit("甲乙")
        assert match.write(unit, **bout(match, "甲", "VPO1", 5, 3)) == 1
        assert match.row().status == EventStatus.LIVE
        assert db.session.get(Unit, (match.games, unit)).status == UnitStatus.DRAFT

    def test_every_version_is_kept_with_who_wrote_it(self):
        match = Match(EventFormat.WRESTLING)
        unit = match.unit("甲乙")
        referee = match.referee(unit)
        match.write(unit, actor=referee, **bout(match, "甲", "VPO1", 5, 3))
        match.write(unit, 1, actor=referee, **bout(match, "甲", "VPO1", 6, 3))
        found = match.versions(unit)
        assert [one.content["points_a"] for one in found] == [5, 6]
        assert {one.written_by for one in found} == {referee.id}

    def test_the_same_sent_twice_is_one_version_and_one_line_of_the_trail(self):
        match = Match(EventFormat.WRESTLING)
        unit = match.unit("甲乙")
        said = bout(match, "甲", "VPO1", 5, 3)
        assert [match.write(unit, 0, **said), match.write(unit, 0, **said)] == [1, 1]
        trail = select(AuditEntry).where(AuditEntry.action == "games.result_written", AuditEntry.subject_id == unit)
        assert len(db.session.execute(trail).scalars().all()) == 1

    def test_two_at_once_with_different_scores_are_not_both_right(self):
        match = Match(EventFormat.WRESTLING)
        unit = match.unit("甲乙")
        match.write(unit, 0, **bout(match, "甲", "VPO1", 5, 3))
        refused("changed_meanwhile", match.write, unit, 0, **bout(match, "乙", "VPO1", 3, 5))
        assert len(match.versions(unit)) == 1

    def test_a_referee_of_another_mat_is_refused(self):
        match = Match(EventFormat.WRESTLING)
        here, there = match.unit("甲乙"), match.unit("丙丁")
        match.referee(here)
        other = match.referee(there)
        with pytest.raises(Forbidden):
            match.write(here, actor=other, **bout(match, "甲", "VFA"))

    def test_nothing_is_written_into_what_is_published_or_cancelled(self):
        match = Match(EventFormat.WRESTLING, "甲乙")
        unit = match.unit("甲乙")
        match.decide(unit, **bout(match, "甲", "VFA"))
        match.publish()
        refused("published_already", match.write, unit, 1, **bout(match, "乙", "VFA"))

    def test_a_bout_begins_once(self):
        match = Match(EventFormat.WRESTLING)
        unit = match.unit("甲乙")
        for _ in range(2):
            begin_unit(games_id=match.games, event_id=match.event, unit_id=unit, actor=SYSTEM)
        assert db.session.get(Unit, (match.games, unit)).status == UnitStatus.RUNNING


class TestImpossible:
    """Each is refused when it is written, in the names of the start list, and nothing is stored."""

    @pytest.mark.parametrize(
        ("code", "field", "said"),
        [
            ("winner_behind", "winner", {"winner": "甲", "victory": "VPO1", "points_a": 3, "points_b": 5}),
            ("lead_too_small", "victory", {"winner": "甲", "victory": "VSU", "points_a": 7, "points_b": 0}),
            ("loser_did_not_score", "victory", {"winner": "甲", "victory": "VPO1", "points_a": 3, "points_b": 0}),
            ("winner_missing", "winner", {"winner": "甲", "victory": "2DSQ"}),
            ("winner_missing", "victory", {"winner": None, "victory": "VFA"}),
            ("not_in_unit", "winner", {"winner": "丙", "victory": "VFA"}),
            ("unknown_word", "victory", {"winner": "甲", "victory": "KO"}),
            ("not_whole", "points_a", {"winner": "甲", "points_a": "-1", "points_b": 0}),
            ("not_whole", "points_b", {"winner": "甲", "points_a": 1, "points_b": "1000"}),
            ("result_missing", None, {}),
        ],
    )
    def test_bouts(self, code, field, said):
        match = Match(EventFormat.WRESTLING)
        unit = match.unit("甲乙")
        winner = {"winner": match.id(said["winner"]) if said["winner"] else None} if "winner" in said else {}
        assert refused(code, match.write, unit, **{**said, **winner}).field == field
        assert match.versions(unit) == []
        assert match.row().status == EventStatus.PLANNED

    def test_the_sentence_names_both_sides(self):
        match = Match(EventFormat.WRESTLING)
        error = refused("winner_behind", match.write, match.unit("甲乙"), **bout(match, "甲", "VPO1", 3, 5))
        assert str(error) == "甲 — 乙：胜者的技术分比负者少。"

    @pytest.mark.parametrize(
        ("code", "said"),
        [
            ("score_level", {"score_a": 60, "score_b": 60}),
            ("score_missing", {"score_a": 60}),
            ("set_level", {"sets": [[11, 9], [9, 9]]}),
            ("sets_contradict", {"score_a": 2, "score_b": 0, "sets": [[11, 9], [9, 11]]}),
            ("set_wrong", {"sets": [[11]]}),
            ("not_in_unit", {"forfeit": "someone"}),
            ("forfeit_or_default", {"forfeit": "甲", "default": "乙"}),
        ],
    )
    def test_matches(self, code, said):
        match = Match(EventFormat.LEAGUE)
        unit = match.unit("甲乙")
        said = {key: match.id(value) if value in ("甲", "乙") else value for key, value in said.items()}
        refused(code, match.write, unit, **said)
        assert match.versions(unit) == []

    def test_a_league_that_knows_draws_takes_one(self):
        match = Match(EventFormat.LEAGUE, rules="football-3-1-0")
        assert match.write(match.unit("甲乙"), score_a=1, score_b=1) == 1

    def test_a_knockout_never_ends_level(self):
        match = Match(EventFormat.KNOCKOUT, rules=None)
        refused("score_level", match.write, match.unit("甲乙"), score_a=1, score_b=1)

    @pytest.mark.parametrize(
        ("code", "row"),
        [
            ("beyond_scale", {"scores": ["8.80", "10.01", "8.80"]}),
            ("adjustment_too_large", {"scores": ["8.80", "8.80", "8.80"], "adjustment": "0.5"}),
            ("not_a_score", {"scores": ["8,8O"]}),
            ("not_a_score", {"scores": ["8.80"], "deduction": "-1"}),
        ],
    )
    def test_scores(self, code, row):
        match = Match(EventFormat.JUDGED)
        unit = match.unit("甲乙丙丁")
        error = refused(code, match.write, unit, entries=[{"id": match.id("甲"), **row}])
        assert str(error).startswith("甲")

    @pytest.mark.parametrize(
        ("code", "row"),
        [
            ("not_a_time", {"gun": "1:75"}),
            ("net_beyond_gun", {"gun": "9:44", "net": "9:45"}),
            ("time_of_absent", {"gun": "9:44", "irm": "DNS"}),
            ("unknown_word", {"irm": "LATE"}),
        ],
    )
    def test_times(self, code, row):
        match = Match(EventFormat.TIMED)
        refused(code, match.write, match.unit("甲乙丙丁"), entries=[{"id": match.id("甲"), **row}])

    @pytest.mark.parametrize(
        ("code", "places"),
        [
            ("places_contradict", [1, 1, 2]),
            ("places_skip", [1, 3]),
            ("places_skip", [2, 3]),
            ("place_wrong", [0]),
        ],
    )
    def test_places_that_skip_or_contradict(self, code, places):
        match = Match(EventFormat.PLACES)
        rows = [{"entry": match.id(name), "place": n} for name, n in zip("甲乙丙丁", places, strict=False)]
        refused(code, match.write, match.unit(""), places=rows)

    def test_shared_places_leave_the_next_one_empty(self):
        match = Match(EventFormat.PLACES)
        rows = [{"entry": match.id(name), "place": n} for name, n in zip("甲乙丙丁", [1, 2, 2, 4], strict=True)]
        match.decide(match.unit(""), places=rows)
        match.publish()
        assert match.ranks() == [("甲", 1), ("乙", 2), ("丙", 2), ("丁", 4)]

    def test_somebody_of_another_event_or_twice(self):
        match = Match(EventFormat.TIMED)
        unit = match.unit("甲乙")
        refused("entry_unknown", match.write, unit, entries=[{"id": match.id("丙"), "gun": "9:44"}])
        rows = [{"id": match.id("甲"), "gun": "9:44"}, {"id": match.id("甲"), "gun": "9:45"}]
        refused("entry_twice", match.write, unit, entries=rows)


class TestScratched:
    @pytest.mark.parametrize(
        ("kind", "said"),
        [
            (EventFormat.WRESTLING, lambda m: bout(m, "甲", "VFA")),
            (EventFormat.WRESTLING, lambda m: bout(m, "乙", "VPO1", 1, 2)),
            (EventFormat.LEAGUE, lambda m: {"score_a": 60, "score_b": 50}),
            (EventFormat.TIMED, lambda m: {"entries": [{"id": m.id("甲"), "gun": "9:44"}]}),
            (EventFormat.JUDGED, lambda m: {"entries": [{"id": m.id("甲"), "scores": ["8.8", "8.8", "8.8"]}]}),
            (EventFormat.PLACES, lambda m: {"places": [{"entry": m.id("甲"), "place": 1}]}),
        ],
    )
    def test_who_is_scratched_has_no_result(self, kind, said):
        match = Match(kind)
        unit = match.unit("甲乙")
        made.scratch(match.games, match.entry["甲"])
        error = refused("scratched", match.write, unit, **said(match))
        assert str(error) == "甲 已退赛，不能有成绩。"

    def test_the_opponent_walks_over_and_the_event_can_be_published(self):
        match = Match(EventFormat.WRESTLING, "甲乙丙")
        match.decide(match.unit("甲乙"), **bout(match, "甲", "VFA"))
        match.unit("甲丙")
        match.unit("乙丙")
        made.scratch(match.games, match.entry["丙"], "弃权")
        match.publish()
        assert match.ranks() == [("甲", 1), ("乙", 2), ("丙", "DNS")]


class TestConfirming:
    def test_only_the_head_referee_or_the_office(self):
        match = Match(EventFormat.WRESTLING)
        unit = match.unit("甲乙")
        head, judge = match.referee(unit), match.referee(unit, 1)
        match.write(unit, actor=judge, **bout(match, "甲", "VFA"))
        with pytest.raises(Forbidden):
            match.confirm(unit, actor=judge)
        match.confirm(unit, actor=head)
        assert [one.state for one in match.versions(unit)] == [ResultState.CONFIRMED]
        assert db.session.get(Unit, (match.games, unit), populate_existing=True).status == UnitStatus.CONFIRMED

    def test_the_office_may_where_nobody_is_assigned(self):
        match = Match(EventFormat.WRESTLING)
        unit = match.unit("甲乙")
        match.write(unit, **bout(match, "甲", "VFA"))
        somebody = Actor("account", accounts.staff(Role.REFEREE).id)
        with pytest.raises(Forbidden):
            match.confirm(unit, actor=somebody)
        match.confirm(unit, actor=somebody, publisher=True)
        assert match.versions(unit)[0].state == ResultState.CONFIRMED

    def test_a_stale_page_confirms_nothing(self):
        match = Match(EventFormat.WRESTLING)
        unit = match.unit("甲乙")
        match.write(unit, **bout(match, "甲", "VFA"))
        match.write(unit, 1, **bout(match, "乙", "VFA"))
        refused("changed_meanwhile", match.confirm, unit, 1)
        assert {one.state for one in match.versions(unit)} == {ResultState.DRAFT}

    def test_twice_is_once(self):
        match = Match(EventFormat.WRESTLING)
        unit = match.unit("甲乙")
        match.write(unit, **bout(match, "甲", "VFA"))
        assert match.confirm(unit) != []
        assert match.confirm(unit) == []

    def test_what_is_not_whole_is_not_confirmed(self):
        match = Match(EventFormat.TIMED)
        unit = match.unit("甲乙")
        match.write(unit, entries=[{"id": match.id("甲"), "gun": "9:44"}])
        error = refused("result_missing", match.confirm, unit)
        assert "乙" in str(error)
        assert match.versions(unit)[0].state == ResultState.DRAFT

    def test_a_missing_judge_is_no_zero(self):
        match = Match(EventFormat.JUDGED, "甲乙")
        unit = match.unit("甲乙")
        rows = [{"id": match.id(name), "scores": ["8.80", None, "8.90"]} for name in "甲乙"]
        match.write(unit, entries=rows)
        error = refused("judge_missing", match.confirm, unit)
        assert str(error) == "甲 #2：缺一名裁判的分数，不能当 0 分。"

    def test_a_bout_that_the_bracket_does_not_know(self):
        match = Match(EventFormat.WRESTLING, "一二三四五六七八")
        match.decide(match.unit("一二"), **bout(match, "一", "VFA"))
        unit = match.unit("二三")
        match.write(unit, **bout(match, "二", "VFA"))
        refused("bout_not_in_bracket", match.confirm, unit)
        assert match.versions(unit)[0].state == ResultState.DRAFT

    def test_a_confirmed_result_changes_with_a_reason_only(self):
        match = Match(EventFormat.WRESTLING)
        unit = match.unit("甲乙")
        head = match.referee(unit)
        match.write(unit, actor=head, **bout(match, "甲", "VFA"))
        match.confirm(unit, actor=head)
        assert refused("text_missing", match.write, unit, 1, actor=head, **bout(match, "乙", "VFA")).field == "reason"
        match.write(unit, 1, actor=head, reason="录像回放", **bout(match, "乙", "VFA"))
        assert [(one.state, one.reason) for one in match.versions(unit)] == [
            ("confirmed", ""),
            ("draft", "录像回放"),
        ]
