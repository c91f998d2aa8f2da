"""From the sheet to the squad: consent, the word of somebody else, quotas; medals that do not count twice."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from sqlalchemy import text

from app.audit.services import SYSTEM, Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import uuid7
from app.core.spreadsheets import read_table
from app.core.transactions import act
from app.passes.services import ensure_passes
from app.squads.constants import Medal, MemberState, SquadKind
from app.squads.queries.squads import came_to, groups_of, line_of, members, rehearsals, results, squad
from app.squads.queries.year import squad_figures
from app.squads.rules.selection import STEPS, check_step, needs_guardian
from app.squads.rules.sheet import ResultRow, read_people, read_results
from app.squads.services.results import add_results
from app.squads.services.selection import add_people, decide
from app.squads.services.squads import add_group, link_rehearsal, save_squad
from app.squads.services.trials import note_consent, note_trial, withdraw_consent
from tests.factories import people, walks
from tests.factories import squads as made

CHILD = date(2016, 5, 4)
SCHOOLS = ("山亭区实验中学", "山亭区实验小学", "西集镇中心小学", "北庄镇中心小学")
COACH, BOSS = Actor("account", uuid.UUID(int=1)), Actor("account", uuid.UUID(int=2))


def choose(squad_id, ids, to, actor=COACH, reason="成绩达标"):
    return decide(squad_id=squad_id, member_ids=ids, to=to, reason=reason, actor=actor)


@act
def code_of(person_id):
    """The personal code, which is the same at a rehearsal as at a walk."""
    return ensure_passes([person_id], at=now())[person_id].text


class TestRules:
    @pytest.mark.parametrize("before", list(MemberState))
    @pytest.mark.parametrize("after", list(MemberState))
    def test_only_the_steps_that_follow(self, before, after):
        if after in STEPS[before]:
            check_step(before, after, "因为")
            assert before is not after
        else:
            with pytest.raises(Conflict):
                check_step(before, after, "因为")

    @pytest.mark.parametrize("after", [MemberState.PROPOSED, MemberState.REFUSED, MemberState.WITHDREW])
    def test_some_steps_need_a_reason(self, after):
        with pytest.raises(DomainError) as refused:
            check_step(MemberState.CANDIDATE, after, " ")
        assert refused.value.field == "reason"

    @pytest.mark.parametrize(("born", "expected"), [(date(2012, 6, 2), True), (date(2012, 6, 1), False), (None, True)])
    def test_whose_guardian_has_to_agree(self, born, expected):
        assert needs_guardian(born, date(2030, 6, 1)) is expected


class TestSheets:
    def people(self, *rows):
        head = "大项,姓名,证件号码,学校,监护人,监护人同意日期,选拔成绩,选拔日期"
        return read_people(self.table(head, *rows), ["田径", "摔跤"], SCHOOLS, made.TODAY)

    @staticmethod
    def table(head, *rows):
        return read_table("\n".join([head, *rows]).encode("utf-8-sig"), max_rows=2_000)

    def test_a_row_in_full(self):
        number = people.document(birth=CHILD, n=7)
        (row,) = self.people(f"田径,王小明,{number},实验中学,王建国,2030-03-05,12.45,2030/04/02")
        assert (row.errors, row.group, row.organisation, row.guardian) == ((), "田径", "山亭区实验中学", "王建国")
        assert (row.agreed_on, row.mark, row.person.birth_date) == (date(2030, 3, 5), "12.45", CHILD)
        assert row.tried_on == date(2030, 4, 2)

    @pytest.mark.parametrize(
        ("row", "code"),
        [
            ("游泳,王小明,{number},,,,", "group_unknown"),
            ("田径,王小明,{number},第一中学,,,", "unit_unknown"),
            ("田径,王小明,{number},中心小学,,,", "unit_unknown"),  # two of them end so
            ("田径,王小明,{number},,,,9.8,去年", "day_wrong"),
            ("田径,王小明,123,,,,", "document"),
            ("田径,王小明,{number},,,三月五日,", "day_wrong"),
            ("田径,王小明,{number},,,,{long}", "mark_long"),
            ("田径,,{number},,,,", "name"),
        ],
    )
    def test_what_is_wrong_is_told_of_its_column(self, row, code):
        filled = row.format(number=people.document(birth=CHILD, n=8), long="1" * 21)
        (found,) = self.people(filled)
        assert any(one.code.startswith(code) for one in found.errors)
        assert found.person is None

    def test_results(self):
        head = "大项,小项,姓名,名次"
        good, bad = read_results(self.table(head, "田径,男子100米,王小明,１", "田径,,王小明,第一"), ["田径"])
        assert (good.errors, good.place) == ((), 1)
        assert {one.code for one in bad.errors} == {"place_wrong", "event_wrong"}

    @pytest.mark.parametrize("head", ["姓名,证件号码", "大项,姓名", "x"])
    def test_a_sheet_without_its_titles(self, head):
        with pytest.raises(DomainError):
            read_people(self.table(head, "1,2"), ["田径"], SCHOOLS, made.TODAY)


@pytest.mark.usefixtures("ctx", "clock")
class TestPeople:
    def test_the_same_sheet_again_adds_nobody_and_fills_in_what_was_missing(self, squad_id):
        rows = [made.row(n, born=CHILD) for n in (21, 22)]
        taken = add_people(squad_id=squad_id, rows=rows, organisations={}, actor=SYSTEM)
        assert (taken.new, taken.there) == (2, 0)
        again = [made.row(n, born=CHILD, guardian="家长", agreed_on=made.TODAY, mark="9") for n in (21, 22)]
        taken = add_people(squad_id=squad_id, rows=again, organisations={}, actor=SYSTEM)
        assert (taken.new, taken.there) == (0, 2)
        assert [(one.member.mark, one.member.agreed_on) for one in members(squad_id)] == [("9", made.TODAY)] * 2

    def test_nobody_under_18_is_proposed_without_a_guardian(self, squad_id):
        child, adult = made.candidate(squad_id, 23, born=CHILD), made.candidate(squad_id, 24)
        with pytest.raises(DomainError) as refused:
            choose(squad_id, [child, adult], MemberState.PROPOSED)
        assert refused.value.code == "consent_missing"
        assert {one.state for one in members(squad_id)} == {MemberState.CANDIDATE}
        note_consent(squad_id=squad_id, member_id=child, guardian="王建国", on=made.TODAY, actor=COACH)
        assert choose(squad_id, [child, adult], MemberState.PROPOSED) == 2

    def test_who_has_proposed_cannot_approve(self, squad_id):
        ids = [made.candidate(squad_id, n) for n in (25, 26)]
        choose(squad_id, ids, MemberState.PROPOSED, COACH)
        with pytest.raises(Conflict) as refused:
            choose(squad_id, ids, MemberState.SELECTED, COACH)
        assert refused.value.code == "own_proposal"
        assert choose(squad_id, ids, MemberState.SELECTED, BOSS) == 2
        assert choose(squad_id, ids, MemberState.SELECTED, BOSS) == 0  # pressed twice
        assert line_of(squad_id).people == 2

    def test_nor_by_way_of_the_reserves(self, squad_id):
        ids = [made.candidate(squad_id, 61)]
        choose(squad_id, ids, MemberState.PROPOSED, COACH)
        choose(squad_id, ids, MemberState.RESERVE, BOSS)
        with pytest.raises(Conflict) as refused:
            choose(squad_id, ids, MemberState.SELECTED, COACH)
        assert refused.value.code == "own_proposal"
        assert choose(squad_id, ids, MemberState.SELECTED, BOSS) == 1

    def test_a_consent_is_not_written_over(self, squad_id):
        child = made.candidate(squad_id, 62, born=CHILD)
        facts = {"squad_id": squad_id, "member_id": child, "actor": COACH}
        for _ in range(2):  # pressed twice
            note_consent(guardian="王建国", on=made.TODAY, **facts)
        with pytest.raises(Conflict) as refused:
            note_consent(guardian="李建国", on=made.TODAY, **facts)
        assert refused.value.code == "consent_held"
        assert members(squad_id)[0].member.guardian == "王建国"

    @pytest.mark.parametrize(
        ("steps", "after"),
        [
            ([], MemberState.CANDIDATE),
            ([(MemberState.PROPOSED, COACH)], MemberState.WITHDREW),
            ([(MemberState.PROPOSED, COACH), (MemberState.SELECTED, BOSS)], MemberState.WITHDREW),
        ],
    )
    def test_a_guardian_takes_the_consent_back(self, squad_id, steps, after):
        child = made.candidate(squad_id, 63, born=CHILD, guardian="家长", agreed_on=made.TODAY)
        for to, who in steps:
            choose(squad_id, [child], to, who)
        for _ in range(2):
            withdraw_consent(squad_id=squad_id, member_id=child, actor=COACH)
        (line,) = members(squad_id)
        assert (line.state, line.member.guardian, line.member.agreed_on) == (after, None, None)
        if steps:
            choose(squad_id, [child], MemberState.CANDIDATE)
        with pytest.raises(DomainError) as refused:
            choose(squad_id, [child], MemberState.PROPOSED)
        assert refused.value.code == "consent_missing"

    def test_a_quota_holds_for_all_or_none(self):
        squad_id = made.make_squad()
        made.add_group_to(squad_id, quota=1)
        ids = [made.candidate(squad_id, n) for n in (27, 28)]
        choose(squad_id, ids, MemberState.PROPOSED)
        with pytest.raises(Conflict) as refused:
            choose(squad_id, ids, MemberState.SELECTED, BOSS)
        assert refused.value.code == "quota_full"
        assert line_of(squad_id).people == 0
        choose(squad_id, ids[:1], MemberState.SELECTED, BOSS)
        choose(squad_id, ids[1:], MemberState.RESERVE, BOSS)
        assert [one.by_state[MemberState.RESERVE] for one in groups_of(squad_id)] == [1]

    def test_nobody_and_somebody_of_another_squad(self, squad_id):
        with pytest.raises(DomainError):
            choose(squad_id, [], MemberState.PROPOSED)
        other = made.make_squad(name="别队")
        made.add_group_to(other)
        stranger = made.candidate(other, 29)
        with pytest.raises(DomainError):
            choose(squad_id, [stranger], MemberState.PROPOSED)

    def test_trials_and_their_limits(self, squad_id):
        member = made.candidate(squad_id, 30)
        note_trial(squad_id=squad_id, member_id=member, mark=" 12.45 ", on=made.TODAY, actor=COACH)
        assert members(squad_id)[0].member.mark == "12.45"
        with pytest.raises(DomainError):
            note_trial(squad_id=squad_id, member_id=member, mark="1" * 21, on=made.TODAY, actor=COACH)
        with pytest.raises(DomainError):
            note_consent(squad_id=squad_id, member_id=member, guardian=" ", on=made.TODAY, actor=COACH)

    def test_guardians_and_reasons_are_sealed(self, squad_id):
        member = made.candidate(squad_id, 31)
        note_consent(squad_id=squad_id, member_id=member, guardian="王建国", on=made.TODAY, actor=COACH)
        choose(squad_id, [member], MemberState.REFUSED, reason="有伤")
        stored = db.session.execute(text("SELECT guardian, reason FROM squad_member")).one()
        assert not any(word.encode() in bytes(cell) for cell in stored for word in ("王建国", "有伤"))


@pytest.mark.usefixtures("ctx", "clock")
class TestSquads:
    @pytest.mark.parametrize("facts", [{"name": " "}, {"event": ""}, {"year": 1800}, {"name": "长" * 81}])
    def test_a_squad_has_a_name_an_event_and_a_year(self, facts):
        with pytest.raises(DomainError):
            made.make_squad(**facts)

    def test_two_groups_of_one_name_and_a_quota_of_none(self):
        squad_id = made.make_squad()
        made.add_group_to(squad_id)
        with pytest.raises(Conflict):
            made.add_group_to(squad_id)
        with pytest.raises(DomainError):
            add_group(squad_id=squad_id, name="摔跤", quota=0, actor=SYSTEM)

    def test_an_editor_who_saw_an_older_one_is_told(self):
        squad_id = made.make_squad()
        facts = {"squad_id": squad_id, "kind": SquadKind.SQUAD, "name": "队", "event": "赛", "year": 2030}
        save_squad(**facts, version=1, actor=SYSTEM)
        with pytest.raises(Conflict):
            save_squad(**facts, version=1, actor=SYSTEM)
        assert squad(squad_id).name == "队"
        with pytest.raises(NotFound):
            squad(uuid7())

    def test_the_same_result_is_no_second_medal_and_another_place_corrects_it(self):
        squad_id = made.make_squad()
        made.add_group_to(squad_id)
        first = ResultRow(2, "王小明", (), "田径", "100 米", 1)
        fourth = ResultRow(3, "王小明", (), "田径", "200 米", 4)
        assert add_results(squad_id=squad_id, rows=[first, first, fourth], actor=SYSTEM).new == 2
        assert line_of(squad_id).medals == {Medal.GOLD: 1}
        add_results(squad_id=squad_id, rows=[ResultRow(2, "王小明", (), "田径", "100 米", 2)], actor=SYSTEM)
        assert line_of(squad_id).medals == {Medal.SILVER: 1}
        assert [one.place for one, _ in results(squad_id)] == [2, 4]

    def test_the_year_names_squads_and_troupes_with_people(self):
        squad_id, troupe_id = made.make_squad(), made.make_squad(SquadKind.TROUPE, name="展演队", award="优秀奖")
        made.make_squad(name="空队")
        for one, n in ((squad_id, 41), (troupe_id, 42)):
            made.add_group_to(one)
            member = made.candidate(one, n)
            choose(one, [member], MemberState.PROPOSED)
            choose(one, [member], MemberState.SELECTED, BOSS)
        (sent,), (troupe,) = squad_figures(2030)
        assert (sent.athletes, sent.disciplines, troupe.people, troupe.award) == (1, 1, 1, "优秀奖")
        assert squad_figures(2029) == ((), ())

    def test_a_rehearsal_registers_the_squad_and_counts_who_came(self):
        squad_id = made.make_squad(SquadKind.TROUPE)
        made.add_group_to(squad_id, "山")
        ids = [made.candidate(squad_id, n, group="山") for n in (43, 44, 45)]
        choose(squad_id, ids[:2], MemberState.PROPOSED)
        choose(squad_id, ids[:2], MemberState.SELECTED, BOSS)
        walk = walks.make_walk(ways={"TY": ("S",)})
        assert link_rehearsal(squad_id=squad_id, activity_id=walk.id, actor=SYSTEM) == 2
        assert link_rehearsal(squad_id=squad_id, activity_id=walk.id, actor=SYSTEM) == 0
        person_id = members(squad_id, chosen=True)[0].member.person_id
        at = walk.starts_at.isoformat()
        scan = {"id": str(uuid7()), "pass": code_of(person_id), "checkpoint": "S", "scanned_at": at}
        walks.read(walks.device(walk), scan)
        (line,) = rehearsals(squad_id)
        assert (line.came, sorted(came_to(squad_id).values())) == (1, [1])
