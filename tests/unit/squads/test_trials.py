"""Several trials of a candidate: which one counts, by hand and by sheet, and what is taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from app.audit.queries import history
from app.audit.services import SYSTEM
from app.core.errors import Conflict, DomainError
from app.core.ids import NIL, uuid7
from app.squads.constants import MarkOrder, MarkRule
from app.squads.queries.squads import members
from app.squads.queries.trials import trials_by_member
from app.squads.rules.trials import counting, mark_order, measured
from app.squads.services.selection import add_people
from app.squads.services.trials import MOST_TRIALS, note_member, note_trial, remove_trial, rule_marks
from tests.factories import squads as made

NOON = datetime(2030, 6, 1, 4, tzinfo=UTC)
MARCH, APRIL, MAY = date(2030, 3, 1), date(2030, 4, 1), date(2030, 5, 1)


def trial(mark, on=None, minutes=0):
    return SimpleNamespace(mark=mark, tried_on=on, noted_at=NOON + timedelta(minutes=minutes))


class TestWhichOneCounts:
    def test_marks_stand_by_what_they_measure(self):
        given = ["12.45", "9.8", "", "1:02.5", "１１.2 秒", "良好", "62.4"]
        assert sorted(given, key=mark_order) == ["9.8", "１１.2 秒", "12.45", "62.4", "1:02.5", "", "良好"]
        assert [measured(one) for one in ("1:02.5", "良好", "")] == [62.5, None, None]

    @pytest.mark.parametrize(
        ("trials", "order", "rule", "expected"),
        [
            ([("12.9", MARCH), ("12.4", APRIL), ("12.6", MAY)], MarkOrder.LESS, MarkRule.BEST, ("12.4", APRIL)),
            ([("12.9", MARCH), ("12.4", APRIL), ("12.6", MAY)], MarkOrder.LESS, MarkRule.LAST, ("12.6", MAY)),
            ([("5.10 米", APRIL), ("5.42", MARCH)], MarkOrder.MORE, MarkRule.BEST, ("5.42", MARCH)),
            ([("9.8", MAY), ("9.8", APRIL)], MarkOrder.LESS, MarkRule.BEST, ("9.8", APRIL)),
            ([("弃权", MAY), ("59.9", MARCH), ("1:02.5", APRIL)], MarkOrder.LESS, MarkRule.BEST, ("59.9", MARCH)),
            ([("良好", MARCH), ("优秀", APRIL)], MarkOrder.LESS, MarkRule.BEST, ("优秀", APRIL)),
            ([("9.8", None), ("9.9", MARCH)], MarkOrder.LESS, MarkRule.LAST, ("9.9", MARCH)),
        ],
    )
    def test_decision_table(self, trials, order, rule, expected):
        found = counting([trial(*one) for one in trials], order, rule)
        assert (found.mark, found.tried_on) == expected

    def test_of_two_on_one_day_the_later_written_is_the_last(self):
        found = counting([trial("9.8", MAY, 5), trial("9.9", MAY, 1)], MarkOrder.LESS, MarkRule.LAST)
        assert found.mark == "9.8"

    def test_of_none_none_counts(self):
        assert counting([], MarkOrder.LESS, MarkRule.BEST) is None


@pytest.mark.usefixtures("ctx", "clock")
class TestNoted:
    @pytest.fixture
    def member(self, squad_id):
        return made.candidate(squad_id, 71)

    def note(self, squad_id, member, mark, on=MAY):
        note_trial(squad_id=squad_id, member_id=member, mark=mark, on=on, actor=SYSTEM)

    def counted(self, squad_id):
        (line,) = members(squad_id)
        return line.member.mark, line.member.tried_on

    def test_each_is_kept_and_the_best_counts(self, squad_id, member):
        for mark, on in (("12.9", MARCH), ("12.4", APRIL), ("12.6", MAY), ("12.6", MAY)):  # the last pressed twice
            self.note(squad_id, member, mark, on)
        assert [one.mark for one in trials_by_member(squad_id)[member]] == ["12.9", "12.4", "12.6"]
        assert self.counted(squad_id) == ("12.4", APRIL)

    def test_the_group_s_rule_moves_the_mark(self, squad_id, member):
        for mark, on in (("5.42", MARCH), ("5.10", APRIL)):
            self.note(squad_id, member, mark, on)
        assert self.counted(squad_id) == ("5.10", APRIL)
        facts = {"squad_id": squad_id, "group_id": members(squad_id)[0].member.group_id, "actor": SYSTEM}
        rule_marks(better=MarkOrder.MORE, counts=MarkRule.BEST, **facts)
        assert self.counted(squad_id) == ("5.42", MARCH)
        rule_marks(better=MarkOrder.MORE, counts=MarkRule.LAST, **facts)
        assert self.counted(squad_id) == ("5.10", APRIL)
        with pytest.raises(DomainError):
            rule_marks(better=MarkOrder.MORE, counts=MarkRule.LAST, squad_id=squad_id, group_id=uuid7(), actor=SYSTEM)

    def test_candidates_stand_by_their_group_s_order(self, squad_id):
        for n, mark in ((72, "5.10"), (73, "5.42"), (74, "")):
            made.candidate(squad_id, n, mark=mark)
        assert [one.member.mark for one in members(squad_id)] == ["5.10", "5.42", ""]
        group_id = members(squad_id)[0].member.group_id
        rule_marks(squad_id=squad_id, group_id=group_id, better=MarkOrder.MORE, counts=MarkRule.BEST, actor=SYSTEM)
        assert [one.member.mark for one in members(squad_id)] == ["5.42", "5.10", ""]

    def test_a_wrong_one_is_taken_back_and_said_in_the_trail(self, squad_id, member):
        self.note(squad_id, member, "1.24", APRIL)
        self.note(squad_id, member, "12.4", MAY)
        wrong = trials_by_member(squad_id)[member][0].id
        for _ in range(2):  # pressed twice
            remove_trial(squad_id=squad_id, member_id=member, trial_id=wrong, actor=SYSTEM)
        assert self.counted(squad_id) == ("12.4", MAY)
        (noted,) = [one for one in history(NIL) if one.action == "squads.trial_removed"]
        assert (noted.details["mark"], noted.details["tried_on"]) == ("1.24", "2030-04-01")
        last = trials_by_member(squad_id)[member][0].id
        remove_trial(squad_id=squad_id, member_id=member, trial_id=last, actor=SYSTEM)
        assert self.counted(squad_id) == ("", None)

    def test_nobody_takes_back_another_s(self, squad_id, member):
        other = made.candidate(squad_id, 75, mark="9.8")
        theirs = trials_by_member(squad_id)[other][0].id
        remove_trial(squad_id=squad_id, member_id=member, trial_id=theirs, actor=SYSTEM)
        assert len(trials_by_member(squad_id)[other]) == 1

    def test_there_is_an_end(self, squad_id, member):
        for n in range(MOST_TRIALS):
            self.note(squad_id, member, f"{n + 1}")
        with pytest.raises(Conflict) as refused:
            self.note(squad_id, member, "99")
        assert refused.value.code == "trials_enough"

    @pytest.mark.parametrize("mark", ["", " ", "1" * 21])
    def test_what_is_no_mark(self, squad_id, member, mark):
        with pytest.raises(DomainError):
            self.note(squad_id, member, mark)

    def test_mark_and_consent_together_or_neither(self, squad_id, member):
        facts = {"squad_id": squad_id, "member_id": member, "on": MAY, "actor": SYSTEM}
        with pytest.raises(DomainError):
            note_member(mark="1" * 21, guardian="王建国", **facts)
        assert members(squad_id)[0].member.agreed_on is None
        with pytest.raises(DomainError):
            note_member(mark=" ", guardian="", **facts)
        note_member(mark="9.8", guardian="王建国", **facts)
        (line,) = members(squad_id)
        assert (line.member.mark, line.member.guardian, line.member.agreed_on) == ("9.8", "王建国", MAY)


@pytest.mark.usefixtures("ctx", "clock")
class TestBySheet:
    def send(self, squad_id, **facts):
        add_people(squad_id=squad_id, rows=[made.row(76, **facts)], organisations={}, actor=SYSTEM)
        (tried,) = trials_by_member(squad_id).values()
        return [(one.mark, one.tried_on) for one in tried]

    def test_the_same_sheet_again_adds_no_trial_and_another_day_does(self, squad_id):
        assert self.send(squad_id, mark="12.9", tried_on=MARCH) == [("12.9", MARCH)]
        assert self.send(squad_id, mark="12.9", tried_on=MARCH) == [("12.9", MARCH)]
        assert self.send(squad_id, mark="12.9") == [("12.9", MARCH)]  # without a day: known already
        assert self.send(squad_id, mark="12.9", tried_on=MAY) == [("12.9", MARCH), ("12.9", MAY)]
        assert self.send(squad_id, mark="12.4", tried_on=APRIL)[1] == ("12.4", APRIL)
        assert members(squad_id)[0].member.mark == "12.4"
