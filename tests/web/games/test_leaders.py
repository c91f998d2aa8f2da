"""A leader enters a delegation's athletes; the office does it late, by decision."""

import io

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.permissions import Role, Scope, ScopeKind
from app.core.spreadsheets import Column, Sheet, read_table, xlsx_bytes
from app.games.constants import EntryState, EventForm, EventFormat, GamesStatus
from app.games.models import Entry
from app.games.queries.entries import entry_lines
from app.games.queries.honours import honours
from app.games.services.programme import set_games_status
from tests.factories import games as made
from tests.factories import people

FORM = "form.x-form"


@pytest.fixture
def town(ctx):
    return people.organisation()


@pytest.fixture
def edition(town):
    games_id = made.make_games(code="twelfth")
    athletics = made.add_discipline_to(games_id, name="田径")
    made.add_event_to(games_id, athletics, name="男子 100 米", code="M100", format=EventFormat.TIMED, entry_limit=2)
    made.add_event_to(games_id, athletics, name="接力", code="RELAY", form=EventForm.TEAM, format=EventFormat.TIMED)
    return games_id


@pytest.fixture
def team(edition, town):
    return made.add_delegation_to(edition, name="徐庄镇代表团", organisation_id=town)


@pytest.fixture
def leader(somebody, team, town):
    return somebody(Role.DELEGATION_LEADER, Scope(ScopeKind.ORGANISATION, town))


@pytest.fixture
def home(team):
    return f"/games/twelfth/enter/{team}"


def typed(place=0, **more):
    n = people.number()
    facts = {"name": people.name(n), "document_number": people.document(n=n), "phone": people.phone(n)} | more
    return {f"members-{place}-{key}": value for key, value in facts.items()}


def sent(*rows):
    head = ("小项", "队名", "姓名", "证件号码")
    data = xlsx_bytes([Sheet("名单", [Column(title) for title in head], rows)])
    return {"file": FileStorage(io.BytesIO(data), "报项.xlsx")}


def row(event="男子 100 米", team="", number=None):
    n = people.number()
    return event, team, people.name(n), number or people.document(n=n)


def count():
    return db.session.execute(select(func.count()).select_from(Entry)).scalar_one()


class TestWho:
    def test_a_leader_finds_the_own_delegation(self, leader, edition, home):
        made.add_delegation_to(edition, name="别的代表团")
        assert home in leader.get("/office/entering").links
        assert leader.get("/games/twelfth/enter", follow=True).url == home

    def test_one_above_the_town_sees_all_below_it(self, somebody, edition, town):
        district = people.organisation("山亭区")
        for name in ("一镇", "二镇"):
            below = people.organisation(name, parent_id=district)
            made.add_delegation_to(edition, name=f"{name}代表团", organisation_id=below)
        made.add_delegation_to(edition, name="区外代表团", organisation_id=people.organisation("区外"))
        page = somebody(Role.DELEGATION_LEADER, Scope(ScopeKind.ORGANISATION, district)).get("/games/twelfth/enter")
        assert "一镇代表团" in page.main
        assert "二镇代表团" in page.main
        assert "区外代表团" not in page.main

    def test_another_delegation_is_not_there(self, leader, edition):
        theirs = made.add_delegation_to(edition, organisation_id=people.organisation("水泉镇"))
        for part in ("", "/M100", "/M100/new", "/file", "/template.xlsx"):
            leader.get(f"/games/twelfth/enter/{theirs}{part}", status=404)

    def test_an_own_delegation_under_another_edition_is_not_there(self, leader, home):
        made.make_games(code="other")
        leader.get(home.replace("twelfth", "other"), status=404)

    def test_who_leads_nothing_may_not(self, somebody, edition, home):
        somebody(Role.REFEREE).get(home, status=403)
        assert somebody(None).another().get(home, status=302).location.startswith("/office/login")


class TestEntering:
    def test_an_athlete(self, leader, edition, home):
        page = leader.get(home)
        assert "0 / 2 项" in page.main
        leader.get(f"{home}/M100")
        leader.get(f"{home}/M100/new")
        page = leader.submit(typed(name="王德福") | {"declared": "y"}, form=FORM)
        assert page.flash == ["报上了。"]
        assert "王德福" in page.main
        assert "还可报 1 项" in page.main
        assert "1 / 2 项" in leader.get(home).main

    def test_the_form_sent_twice_enters_once(self, leader, home):
        fields = typed() | {"declared": "y"}
        form = leader.get(f"{home}/M100/new")
        for _ in range(2):
            leader.page = form
            leader.submit(fields, form=FORM)
        assert count() == 1

    def test_what_is_wrong_stands_beside_its_input_and_the_rest_stays(self, leader, home):
        leader.get(f"{home}/M100/new")
        page = leader.submit(typed(document_number="370499198503120011") | {"declared": "y"}, form=FORM, status=422)
        assert any("最后一位对不上" in one for one in page.errors)
        assert page.soup.select_one("[name=members-0-document_number]")["value"] == "370499198503120011"
        assert count() == 0

    def test_without_the_declaration(self, leader, home):
        leader.get(f"{home}/M100/new")
        page = leader.submit(typed(), form=FORM, status=422)
        assert "需要您代大家声明，才能报项。" in page.main

    def test_an_empty_form(self, leader, home):
        leader.get(f"{home}/M100/new")
        assert "请填运动员。" in leader.submit({"declared": "y"}, form=FORM, status=422).main

    def test_a_team_grows_by_a_button(self, leader, edition, home):
        leader.get(f"{home}/RELAY/new")
        page = leader.submit(typed(0), form=FORM, button="再加一人")
        assert page.soup.select_one("[name=members-0-name]")["value"]
        members = typed(1) | typed(2, substitute="y")
        leader.submit(members | {"declared": "y", "name": "徐庄一队"}, form=FORM)
        (line,) = entry_lines(edition)
        assert (line.name, [one.substitute for one in line.members]) == ("徐庄一队", [False, False, True])

    def test_a_refusal_stands_at_the_member_it_concerns(self, leader, home):
        twice = typed(0)
        leader.get(f"{home}/RELAY/new")
        again = {key.replace("-0-", "-1-"): value for key, value in twice.items()}
        page = leader.submit(twice | again | {"declared": "y"}, form=FORM, status=422)
        assert page.soup.select_one("#members-1-name-error")
        assert not page.soup.select_one("#members-0-name-error")

    def test_when_entries_are_closed_nothing_is_offered_and_nothing_taken(self, leader, edition, home):
        form = leader.get(f"{home}/M100/new")
        set_games_status(games_id=edition, status=GamesStatus.RUNNING, actor=SYSTEM)
        assert f"{home}/M100/new" not in leader.get(f"{home}/M100").links
        leader.page = form
        page = leader.submit(typed() | {"declared": "y"}, form=FORM, status=409)
        assert "报项已截止，要改请联系组委会。" in page.main
        assert count() == 0


class TestChanging:
    @pytest.fixture
    def entry(self, leader, edition, home):
        leader.get(f"{home}/RELAY/new")
        leader.submit(typed(0) | typed(1) | {"declared": "y", "name": "一队"}, form=FORM)
        return entry_lines(edition)[0]

    def test_one_goes_one_comes(self, leader, edition, home, entry):
        second = entry.members[1]
        leader.get(f"{home}/entries/{entry.id}")
        leader.submit({}, form=FORM, button="加一人")
        page = leader.submit(
            typed(0, name="赵新来") | {"keep": [str(second.person_id)], "declared": "y", "name": "二队"}, form=FORM
        )
        assert page.flash == ["已保存。"]
        (line,) = entry_lines(edition)
        assert line.name == "二队"
        assert [one.name for one in line.members] == [second.name, "赵新来"]

    def test_too_few(self, leader, home, entry):
        leader.get(f"{home}/entries/{entry.id}")
        page = leader.submit({"keep": [str(entry.members[0].person_id)]}, form=FORM, status=422)
        assert "至少要 2 人，现在 1 人。" in page.main

    def test_a_stale_page_says_so_once(self, leader, somebody, edition, home, entry):
        office = somebody(Role.EVENT_MANAGER)
        leader.get(f"{home}/entries/{entry.id}")
        office.get(f"{home}/entries/{entry.id}")
        office.submit({}, form=FORM, button="加一人")
        office.submit(typed(0) | {"declared": "y"}, form=FORM)
        page = leader.submit({"name": "三队"}, form=FORM, status=409)
        assert "刚被别人改过" in page.main
        assert len(page.soup.select("[name=keep]")) == 3

    def test_withdrawn_after_being_asked(self, leader, edition, home, entry):
        page = leader.get(f"{home}/entries/{entry.id}/withdraw")
        assert "撤下 一队 的接力？" in page.main
        assert leader.submit(form=FORM).flash == ["已撤项。"]
        assert [one.state for one in entry_lines(edition)] == [EntryState.WITHDRAWN]

    def test_an_entry_of_another_delegation_is_not_there(self, leader, edition, home):
        theirs = made.enter(edition, made.add_event_to(edition))
        leader.get(f"{home}/entries/{theirs}", status=404)
        leader.get(f"{home}/entries/{theirs}/withdraw", status=404)


class TestTheOffice:
    def test_enters_late_by_a_decision(self, office, edition, team, home):
        set_games_status(games_id=edition, status=GamesStatus.RUNNING, actor=SYSTEM)
        office.get(f"{home}/M100/new")
        person = typed() | {"declared": "y"}
        page = office.submit(person, form=FORM, status=422)
        assert any("请写明是谁怎么决定的" in one for one in page.errors)
        office.submit({"decision": "组委会同意"}, form=FORM)
        assert [one.reason for one in entry_lines(edition)] == ["组委会同意"]


class TestTheSheet:
    def test_template_upload_preview_confirmation(self, leader, edition, home):
        assert f"{home}/file" in leader.get(home).links
        leader.get(f"{home}/file")
        template = leader.get(f"{home}/template.xlsx")
        assert read_table(template.data, max_rows=10).rows[0].cells[0] == "小项"
        leader.get(f"{home}/file")
        rows = [row(), row("接力", "一队"), row("接力", "一队"), row(number="1")]
        page = leader.submit(sent(*rows), form=FORM)
        assert "读入 4 行：可报项 3，已报过 0，要改 1。" in page.main
        assert count() == 0
        wrong = leader.get(f"{page.url}/wrong.xlsx")
        assert read_table(wrong.data, max_rows=10).rows[1].cells[4] == "5"
        leader.get(page.url)
        page = leader.submit({"declared": "y"}, form=FORM)
        assert page.h1 == "3 人报上了。"
        assert count() == 2

    def test_sent_again_everybody_is_passed_over(self, leader, home):
        rows = [row(), row("接力", "一队"), row("接力", "一队")]
        for _ in range(2):
            leader.get(f"{home}/file")
            page = leader.submit(sent(*rows), form=FORM)
            if page.soup.select_one(FORM):
                leader.submit({"declared": "y"}, form=FORM)
        assert "可报项 0，已报过 3，要改 0。" in page.main
        assert count() == 2

    def test_a_file_that_is_none(self, leader, home):
        leader.get(f"{home}/file")
        page = leader.submit({"file": FileStorage(io.BytesIO(b"\xd0\xcf\x11\xe0old"), "a.xls")}, form=FORM, status=422)
        assert "旧格式读不了" in page.main
        assert "请选一个文件。" in leader.submit({}, form=FORM, status=422).main

    def test_another_s_sheet_is_not_there(self, leader, somebody, town, home):
        leader.get(f"{home}/file")
        page = leader.submit(sent(row()), form=FORM)
        other = somebody(Role.DELEGATION_LEADER, Scope(ScopeKind.ORGANISATION, town))
        other.get(page.url, status=404)

    def test_late_the_office_confirms_by_decision(self, office, edition, team, home):
        set_games_status(games_id=edition, status=GamesStatus.RUNNING, actor=SYSTEM)
        office.get(f"{home}/file")
        office.submit(sent(row()), form=FORM)
        page = office.submit({"declared": "y"}, form=FORM, status=422)
        assert "请写明是谁怎么决定的" in page.main
        office.submit({"declared": "y", "decision": "组委会同意"}, form=FORM)
        assert count() == 1


def test_the_home_page_does_not_ask_the_store_per_entry(leader, edition, home, statements):
    taken = []
    for size in (1, 20):
        for _ in range(size):
            made.enter(edition, made.add_event_to(edition), delegation_id=None)
        with statements() as seen:
            leader.get(home)
        taken.append(len(seen))
    assert taken[0] == taken[1]


def test_closing_time_is_told(leader, somebody, town):
    games_id = made.make_games(code="timed", entries_close_at=now())
    team = made.add_delegation_to(games_id, organisation_id=town)
    assert "现在不能报项。要改请联系组委会。" in leader.get(f"/games/timed/enter/{team}").main


class TestNominations:
    def test_a_leader_nominates_the_own_delegation_and_its_people(self, leader, home):
        leader.get(home)
        leader.get(f"{home}/nominations")
        page = leader.submit({"usual": "", "title": "优秀教练员", "name": "李教练", "reason": "带队十年"}, form=FORM)
        assert page.flash == ["已提名，等办公室审定。"]
        assert "李教练" in page.main
        page = leader.submit({"usual": "", "title": "优秀教练员", "name": "李教练"}, form=FORM, status=422)
        assert "已经提名过" in page.errors[0]

    def test_never_for_another_delegation(self, leader, home, edition, team):
        other = made.add_delegation_to(edition, name="别的代表团")
        leader.get(f"{home}/nominations")
        leader.post(f"{home}/nominations", {"usual": "", "title": "好", "delegation_id": str(other)})
        assert [(one.delegation, one.title) for one in honours(edition)] == [("徐庄镇代表团", "好")]
        leader.get(f"/games/twelfth/enter/{other}/nominations", status=404)

    def test_a_title_is_needed(self, leader, home):
        leader.get(f"{home}/nominations")
        assert leader.submit({"usual": "", "title": ""}, form=FORM, status=422).errors
