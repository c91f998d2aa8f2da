"""Two of the office press at the same moment: a sheet comes in once, a quota holds, no trial is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.audit.services import SYSTEM
from app.core.db import db
from app.core.ids import uuid7
from app.core.spreadsheets import read_table
from app.squads.constants import MemberState
from app.squads.queries.squads import line_of, members, results
from app.squads.queries.trials import trials_by_member
from app.squads.services.people_files import PEOPLE
from app.squads.services.result_files import RESULTS
from app.squads.services.sheets import confirm_sheet, keep_sheet
from app.squads.services.trials import note_trial
from tests.factories import people
from tests.factories import squads as made
from tests.support.threads import at_once
from tests.unit.squads.test_selection import BOSS, CHILD, choose

pytestmark = pytest.mark.usefixtures("ctx", "clock")
MAY = date(2030, 5, 1)


@pytest.fixture
def squad_id():
    squad_id = made.make_squad()
    made.add_group_to(squad_id, quota=2)
    return squad_id


def pressed(app, calls):
    db.session.rollback()
    answers = at_once(app, calls)
    db.session.rollback()
    return answers


def test_a_sheet_of_candidates_confirmed_by_four_hands_comes_in_once(app, squad_id):
    rows = [f"田径,{people.name(n)},{people.document(birth=CHILD, n=n)},9.{n}" for n in range(1, 31)]
    table = read_table("\n".join(["大项,姓名,证件号码,选拔成绩", *rows]).encode(), max_rows=100)
    facts = {"kind": PEOPLE, "squad_id": squad_id, "account_id": uuid7(), "actor": SYSTEM}
    upload = keep_sheet(file_name="a.csv", table=table, **facts)
    answers = pressed(app, [lambda: confirm_sheet(upload_id=upload, **facts)] * 4)
    assert answers == [None] * 4
    assert len(members(squad_id)) == 30
    assert [len(one) for one in trials_by_member(squad_id).values()] == [1] * 30


def test_a_sheet_of_results_confirmed_by_four_hands_comes_in_once(app, squad_id):
    rows = [f"田径,{n} 米,王小明,{n}" for n in range(1, 31)]
    table = read_table("\n".join(["大项,小项,姓名,名次", *rows]).encode(), max_rows=100)
    facts = {"kind": RESULTS, "squad_id": squad_id, "account_id": uuid7(), "actor": SYSTEM}
    upload = keep_sheet(file_name="a.csv", table=table, **facts)
    assert pressed(app, [lambda: confirm_sheet(upload_id=upload, **facts)] * 4) == [None] * 4
    assert len(results(squad_id)) == 30
    assert line_of(squad_id).total == 3


@pytest.mark.parametrize(
    ("kind", "lines"),
    [
        (PEOPLE, ["大项,姓名,证件号码", f"田径,{people.name(1)},{people.document(birth=CHILD, n=1)}"]),
        (RESULTS, ["大项,小项,姓名,名次", "田径,100 米,王小明,1"]),
    ],
    ids=["candidates", "results"],
)
def test_a_confirmation_that_ends_while_another_looks_is_no_refusal(squad_id, kind, lines):
    """It ends between the reading of the sheet and the judgement of its rows."""
    table = read_table("\n".join(lines).encode(), max_rows=100)
    facts = {"squad_id": squad_id, "account_id": uuid7(), "actor": SYSTEM}
    upload = keep_sheet(kind=kind, file_name="a.csv", table=table, **facts)
    others = [lambda: confirm_sheet(kind=kind, upload_id=upload, **facts)]

    def late(*given):
        if others:
            others.pop()()
        return kind.judge(*given)

    confirm_sheet(kind=replace(kind, judge=late), upload_id=upload, **facts)
    assert len(members(squad_id) if kind is PEOPLE else results(squad_id)) == 1


def test_marks_of_several_trainers_are_all_kept_and_the_best_counts(app, squad_id):
    member = made.candidate(squad_id, 1)
    marks = ["12.9", "12.4", "12.6", "12.5", "12.4"]  # the last one pressed twice
    calls = [
        lambda mark=mark: note_trial(squad_id=squad_id, member_id=member, mark=mark, on=MAY, actor=SYSTEM)
        for mark in marks
    ]
    assert pressed(app, calls) == [None] * 5
    assert sorted(one.mark for one in trials_by_member(squad_id)[member]) == ["12.4", "12.5", "12.6", "12.9"]
    assert members(squad_id)[0].member.mark == "12.4"


def test_a_quota_holds_whoever_is_quicker(app, squad_id):
    ids = [made.candidate(squad_id, n) for n in range(1, 6)]
    choose(squad_id, ids, MemberState.PROPOSED)
    calls = [lambda one=one: choose(squad_id, [one], MemberState.SELECTED, BOSS) for one in ids]
    answers = pressed(app, calls)
    assert sorted(map(str, answers)) == ["1", "1", "quota_full", "quota_full", "quota_full"]
    assert line_of(squad_id).people == 2
