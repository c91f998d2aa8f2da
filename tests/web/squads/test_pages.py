"""The office's pages of squads: from the school's sheet to the entry list and the medals."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select, text
from werkzeug.datastructures import FileStorage

from app.audit.queries import history
from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.crypto import sha256
from app.core.db import db
from app.core.errors import NotFound
from app.core.ids import NIL, uuid7
from app.core.permissions import MATRIX, Permission, Role
from app.core.spreadsheets import read_table
from app.registrations.models import TeamUpload
from app.squads.constants import Medal, MemberState, SquadKind
from app.squads.queries.squads import line_of, members, squads
from app.squads.rules.sheet import ResultRow
from app.squads.services.people_files import PEOPLE
from app.squads.services.results import add_results
from app.squads.services.sheets import keep_sheet, review_sheet
from app.squads.services.squads import link_rehearsal
from tests.factories import accounts, people, walks
from tests.factories import squads as made
from tests.unit.squads.test_selection import BOSS, CHILD, choose, code_of

pytestmark = pytest.mark.usefixtures("ctx", "clock")


@pytest.fixture
def office(client):
    return client.login_as(accounts.staff(Role.EVENT_MANAGER))


@pytest.fixture
def squad_id():
    squad_id = made.make_squad()
    made.add_group_to(squad_id)
    return squad_id


def sheet(head, *rows):
    return FileStorage(io.BytesIO("\n".join([head, *rows]).encode("utf-8-sig")), "名单.csv")


def test_made_changed_and_given_groups(office):
    assert "还没有队伍" in office.get("/office/squads").main
    page = office.submit({"kind": "squad", "name": "代表队", "event": "市运会", "year": "2030"})
    (line,) = squads()
    office.submit({"group-name": "田径", "group-quota": "2"}, form="form[action$='/groups']")
    page = office.submit({"group-name": "田径"}, form="form[action$='/groups']", status=422)
    assert "已经有这一项了。" in page.errors[0]
    office.get(f"/office/squads/{line.squad.id}")
    page = office.submit({"facts-award": "优秀奖"}, form=f"form[action$='{line.squad.id}']")
    assert page.flash == ["已保存。"]
    office.get("/office/squads")
    assert office.submit({"name": "", "event": "x", "year": "2030"}, status=422).errors


HEAD = "大项,姓名,证件号码,监护人,监护人同意日期,选拔成绩"


def send(office, squad_id, *rows, head=HEAD):
    office.get(f"/office/squads/{squad_id}")
    return office.submit({"people-file": sheet(head, *rows)}, form="form[action$='/people']")


def child_row(n, rest="王建国,2030-03-05,", group="田径", name=None):
    return f"{group},{name or people.name(n)},{people.document(birth=CHILD, n=n)},{rest}"


class TestTheSheetOfCandidates:
    def test_it_is_shown_row_by_row_and_comes_in_only_when_confirmed(self, office, squad_id):
        page = send(office, squad_id, child_row(51), "田径,李小红,123,,,", child_row(52, group="游泳"), child_row(51))
        assert "新的 1，补上或改 0，已有 0，重复 1，要改 2。" in page.main
        assert "没有叫“游泳”的" in page.main
        assert members(squad_id) == []
        page = office.submit({}, form="#confirm")
        assert "已收下 1 行" in page.main
        assert "要改 2" in page.main
        assert page.soup.select_one("#confirm") is None
        assert len(members(squad_id)) == 1

    def test_confirmed_twice_is_confirmed_once(self, office, squad_id):
        page = send(office, squad_id, child_row(51))
        form = page.soup.select_one("#confirm")["action"]
        token = page.soup.select_one("#confirm input[name=csrf_token]")["value"]
        for _ in range(2):
            office.post(form, data={"csrf_token": token})
        assert len(members(squad_id)) == 1

    def test_the_same_sheet_again_finds_everybody_there_and_a_fuller_one_fills_in(self, office, squad_id):
        send(office, squad_id, child_row(51, ",,"), child_row(52))
        office.submit({}, form="#confirm")
        page = send(office, squad_id, child_row(51, ",,"), child_row(52))
        assert "新的 0，补上或改 0，已有 2，重复 0，要改 0。" in page.main
        assert page.soup.select_one("#confirm") is None
        page = send(office, squad_id, child_row(51, "王建国,2030-03-05,9.8"), child_row(52))
        assert "补上或改 1，已有 1" in page.main
        office.submit({}, form="#confirm")
        assert [one.member.mark for one in members(squad_id)] == ["9.8", ""]
        assert all(one.member.agreed_on for one in members(squad_id))

    def test_a_name_that_is_not_the_document_s_is_told_before(self, office, squad_id):
        made.candidate(squad_id, 51, born=CHILD)
        page = send(office, squad_id, child_row(51, name="别人"))
        assert "姓名和证件对不上" in page.main
        assert page.soup.select_one("#confirm") is None

    def test_nobody_but_who_sent_it_sees_it_and_not_by_another_squad(self, office, client, squad_id):
        send(office, squad_id, child_row(51))
        row = db.session.execute(select(TeamUpload)).scalar_one()
        upload_id, body = row.id, db.session.execute(text("SELECT body FROM team_upload")).scalar_one()
        assert people.name(51).encode() not in bytes(body)
        client.another().login_as(accounts.staff(Role.EVENT_MANAGER)).get(
            f"/office/squads/{squad_id}/people/{upload_id}", status=404
        )
        office.get(f"/office/squads/{made.make_squad(name='别队')}/people/{upload_id}", status=404)

    def test_after_a_day_it_is_gone(self, squad_id):
        mine = uuid7()
        upload_id = keep_sheet(
            kind=PEOPLE,
            squad_id=squad_id,
            account_id=mine,
            file_name="名单.csv",
            table=read_table(f"{HEAD}\n{child_row(51)}".encode(), max_rows=10),
            actor=SYSTEM,
        )
        facts = {"kind": PEOPLE, "upload_id": upload_id, "squad_id": squad_id, "account_id": mine}
        assert len(review_sheet(**facts, at=now() + timedelta(hours=23)).rows) == 1
        with pytest.raises(NotFound):
            review_sheet(**facts, at=now() + timedelta(hours=25))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", "没有,标题\n1,2".encode()])
def test_a_file_that_is_no_sheet(office, squad_id, content):
    office.get(f"/office/squads/{squad_id}")
    file = FileStorage(io.BytesIO(content), "名单.csv")
    assert office.submit({"people-file": file}, form="form[action$='/people']", status=422).errors


def test_proposed_by_one_approved_by_another_and_minors_by_surname(office, client, squad_id):
    member = made.candidate(squad_id, 53, born=CHILD, guardian="家长", agreed_on=made.TODAY)
    (line,) = members(squad_id)
    url = f"/office/squads/{squad_id}/groups/{line.member.group_id}"
    page = office.get(url)
    assert line.name not in page.html
    sent = {"members": str(member), "to": "proposed", "reason": "第一名"}
    assert office.submit(sent, form="#decide").flash == ["已改 1 人。"]
    page = office.submit({"members": str(member), "to": "selected"}, form="#decide", status=422)
    assert "另一位同事" in page.main
    other = client.another().login_as(accounts.staff(Role.EVENT_MANAGER))
    other.get(url)
    assert other.submit({"members": str(member), "to": "selected"}, form="#decide").flash == ["已改 1 人。"]
    assert line_of(squad_id).people == 1


def test_a_trial_and_a_consent_are_written_down(office, squad_id):
    member = made.candidate(squad_id, 54, born=CHILD)
    (line,) = members(squad_id)
    office.get(f"/office/squads/{squad_id}/groups/{line.member.group_id}")
    prefix = f"m{member.hex}"
    page = office.submit(
        {f"{prefix}-mark": "12.45", f"{prefix}-guardian": "王建国", f"{prefix}-on": "2030-05-05"},
        form=f"form[action$='{member}']",
    )
    assert page.flash == ["已记下。"]
    assert "2030年5月5日" in page.main
    page = office.submit({f"{prefix}-on": ""}, form=f"form[action$='{member}']")
    assert page.flash == ["日期没有填好，请再填一次。"]


def entry_list_rows(answer):
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()


def chosen(squad_id, n, **facts):
    member = made.candidate(squad_id, n, **facts)
    choose(squad_id, [member], MemberState.PROPOSED)
    choose(squad_id, [member], MemberState.SELECTED, BOSS)
    return member


def test_the_entry_list_has_whole_names_and_leaves_a_trace(office, squad_id):
    chosen(squad_id, 55)
    page = office.get(f"/office/squads/{squad_id}/entry-list")
    assert "共 1 人，都已成年。" in page.main
    answer = office.submit({})
    assert answer.headers["Cache-Control"] == "private, no-store"
    (row,) = entry_list_rows(answer)[1:]
    assert (row[0], row[1]) == ("田径", members(squad_id)[0].name)
    assert len(row[4]) == 18
    (noted,) = [one for one in history(NIL) if one.action == "squads.exported"]
    assert noted.details["sha256"] == sha256(answer.data).hex()
    assert (noted.details["rows"], noted.details["minors"], noted.details["approver"]) == (1, 0, None)


def test_minors_are_on_it_only_when_somebody_else_approves(office, squad_id):
    chosen(squad_id, 57, born=CHILD, guardian="家长", agreed_on=made.TODAY)
    other = accounts.staff(Role.EVENT_MANAGER)
    page = office.get(f"/office/squads/{squad_id}/entry-list")
    assert "其中 1 人未满 18 岁" in page.main
    assert "不能是自己" in office.submit({}, status=422).main
    assert not [one for one in history(NIL) if one.action == "squads.exported"]
    assert len(entry_list_rows(office.submit({"approver": str(other.id)}))) == 2
    (noted,) = [one for one in history(NIL) if one.action == "squads.exported"]
    assert noted.details["approver"] == str(other.id)


def test_whoever_may_see_documents_may_see_squads():
    for role, may in MATRIX.items():
        assert Permission.PERSON_UNMASK not in may or Permission.SQUAD_VIEW in may, role


def test_the_roster_says_who_came_and_shows_minors_by_the_surname(office, squad_id):
    chosen(squad_id, 58)
    chosen(squad_id, 59, born=CHILD, guardian="家长", agreed_on=made.TODAY)
    walk = walks.make_walk(ways={"TY": ("S",)})
    link_rehearsal(squad_id=squad_id, activity_id=walk.id, actor=SYSTEM)
    adult = next(one for one in members(squad_id) if not one.is_minor(made.TODAY))
    scan = {"id": str(uuid7()), "pass": code_of(adult.member.person_id), "checkpoint": "S"}
    walks.read(walks.device(walk), scan | {"scanned_at": walk.starts_at.isoformat()})
    head, *rows = entry_list_rows(office.get(f"/office/squads/{squad_id}/roster.xlsx"))
    assert head[-1] == "到场次数"
    by_name = {row[1]: row for row in rows}
    assert by_name[adult.name][-2:] == ["到", 1]
    (child,) = [row for name, row in by_name.items() if name != adult.name]
    assert "*" in child[1]
    assert child[-2:] == ["", 0]


def test_results_turn_their_pages(office, squad_id):
    rows = [ResultRow(n, f"队员{n}", (), "田径", f"{n} 米", n) for n in range(1, 53)]
    add_results(squad_id=squad_id, rows=rows, actor=SYSTEM)
    page = office.get(f"/office/squads/{squad_id}")
    assert "第 1 / 2 页，共 52 条" in page.main
    assert "52 米" in office.get(f"/office/squads/{squad_id}?page=2").main
    assert "52 米" in office.get(f"/office/squads/{squad_id}?page=99999999999999").main


def test_a_guardian_takes_the_consent_back(office, squad_id):
    member = chosen(squad_id, 60, born=CHILD, guardian="家长", agreed_on=made.TODAY)
    (line,) = members(squad_id)
    office.get(f"/office/squads/{squad_id}/groups/{line.member.group_id}")
    page = office.submit({}, form=f"form[action$='{member}/consent/withdraw']")
    assert page.flash == ["已撤回监护人同意。"]
    assert "监护人撤回同意" in page.main
    assert line_of(squad_id).people == 0


def test_medals_by_a_sheet(office, squad_id):
    office.get(f"/office/squads/{squad_id}")
    file = sheet("大项,小项,姓名,名次", "田径,100米,王小明,1", "田径,200米,王小明,9")
    page = office.submit({"results-file": file}, form="form[action$='/results']")
    assert "新的 2，补上或改 0，已有 0，重复 0，要改 0。" in page.main
    assert line_of(squad_id).total == 0
    page = office.submit({}, form="#confirm")
    assert "已收下 2 行" in page.main
    assert line_of(squad_id).medals == {Medal.GOLD: 1}
    assert "王小明" not in office.get(f"/office/squads/{squad_id}").html


def test_a_sheet_of_results_is_looked_at_first_corrects_a_place_and_comes_in_once(office, client, squad_id):
    add_results(squad_id=squad_id, rows=[ResultRow(2, "王小明", (), "田径", "100米", 2)], actor=SYSTEM)
    rows = (
        "田径,100米,王小明,1",
        "田径,100米,王小明,3",
        "游泳,100米,王小明,1",
        "田径,,李小红,第一",
        "田径,跳远,李小红,3",
    )
    office.get(f"/office/squads/{squad_id}")
    file = sheet("大项,小项,姓名,名次", *rows)
    page = office.submit({"results-file": file}, form="form[action$='/results']")
    assert "新的 1，补上或改 1，已有 0，重复 1，要改 2。" in page.main
    assert "名次应为整数" in page.main
    form = page.soup.select_one("#confirm")["action"]
    token = page.soup.select_one("#confirm input[name=csrf_token]")["value"]
    client.another().login_as(accounts.staff(Role.EVENT_MANAGER)).get(form, status=404)
    for _ in range(2):
        office.post(form, data={"csrf_token": token})
    assert line_of(squad_id).medals == {Medal.GOLD: 1, Medal.BRONZE: 1}
    assert office.get(form).soup.select_one("#confirm") is None


def test_a_sheet_of_which_nothing_can_be_taken(office, squad_id):
    office.get(f"/office/squads/{squad_id}")
    page = office.submit(
        {"results-file": sheet("大项,小项,姓名,名次", "游泳,100米,王小明,1")}, form="form[action$='/results']"
    )
    assert page.soup.select_one("#confirm") is None
    assert "没有叫“游泳”的" in page.main


def test_a_troupe_rehearses(office):
    troupe = made.make_squad(SquadKind.TROUPE)
    made.add_group_to(troupe, "山")
    member = made.candidate(troupe, 56, group="山")
    choose(troupe, [member], MemberState.PROPOSED)
    choose(troupe, [member], MemberState.SELECTED, BOSS)
    walk = walks.make_walk(ways={"TY": ("S",)})
    office.get(f"/office/squads/{troupe}")
    page = office.submit({"rehearsal-activity": "nothing"}, form="form[action$='/rehearsals']", status=422)
    assert "没有找到这次活动。" in page.errors[0]
    page = office.submit({"rehearsal-activity": walk.code}, form="form[action$='/rehearsals']")
    assert page.flash == ["已登记 1 人。"]
    assert "0 / 1" in page.main


@pytest.mark.parametrize("name", ["people", "results"])
def test_the_template_can_be_read_back(office, name):
    answer = office.get(f"/office/squads/{name}.xlsx")
    assert "大项" in CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()[0]


def test_it_is_not_for_everybody(client, squad_id):
    for role in (Role.REFEREE, Role.VOLUNTEER_COORDINATOR, Role.AUDITOR):
        client.login_as(accounts.staff(role)).get(f"/office/squads/{squad_id}", status=403)
