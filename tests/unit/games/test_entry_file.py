"""A delegation's sheet: what each row comes to, what is entered, and the same sheet once more."""

import pytest
from sqlalchemy import func, select

from app.audit.services import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import DomainError
from app.core.spreadsheets import Column, Sheet, xlsx_bytes
from app.games.constants import EntryState, EventForm, EventFormat, EventSex
from app.games.models import Entry
from app.games.queries.entries import entry_lines
from app.games.rules.entering import OFFICE_DESK, Desk
from app.games.rules.entry_file import parse_weight, template
from app.games.services import entry_files
from app.games.services.entry_changes import withdraw
from app.games.services.entry_files import confirm_sheet, keep_sheet, read_sheet, review_sheet, sheet_facts
from app.people.constants import OrganisationKind
from app.people.models import Person
from tests.factories import accounts, people
from tests.factories import games as made

HEAD = ("小项", "队名", "姓名", "证件类型", "证件号码", "性别", "出生日期", "手机", "单位", "体重")


@pytest.fixture(autouse=True)
def _time(clock, ctx):
    """In June, before the games."""


@pytest.fixture
def edition():
    games_id = made.make_games()
    athletics, wrestling = (made.add_discipline_to(games_id, name=name) for name in ("田径", "摔跤"))
    made.add_event_to(games_id, athletics, name="男子 100 米", code="M100", sex=EventSex.MEN, format=EventFormat.TIMED)
    made.add_event_to(games_id, athletics, name="接力", code="RELAY", form=EventForm.TEAM, format=EventFormat.TIMED)
    made.add_event_to(games_id, wrestling, name="57 公斤", code="W57", weight_over=55_000, weight_up_to=57_000)
    return games_id


@pytest.fixture
def team(edition):
    return made.add_delegation_to(edition)


@pytest.fixture
def leader():
    return accounts.account()


def line(event, team="", *, male=True, **cells):
    n = people.number()
    usual = {"小项": event, "队名": team, "姓名": people.name(n), "证件号码": people.document(n=n, male=male)}
    return tuple((usual | cells).get(title, "") for title in HEAD)


def xlsx(*rows, head=HEAD):
    return xlsx_bytes([Sheet("名单", [Column(title) for title in head], rows)])


class AtDesk:
    """One account at one delegation's sheet."""

    def __init__(self, games_id, delegation_id, account):
        self.facts = {"games_id": games_id, "delegation_id": delegation_id, "account_id": account.id}
        self.actor = Actor("account", account.id)

    def send(self, *rows, desk=OFFICE_DESK):
        return keep_sheet(
            **self.facts,
            file_name="报项.xlsx",
            table=read_sheet(self.facts["games_id"], xlsx(*rows)),
            actor=self.actor,
            desk=desk,
        )

    def see(self, upload):
        return review_sheet(upload_id=upload, **self.facts)

    def confirm(self, upload, **more):
        confirm_sheet(upload_id=upload, **self.facts, **{"declared": True, "actor": self.actor} | more)
        return self.see(upload)


@pytest.fixture
def desk(edition, team, leader):
    return AtDesk(edition, team, leader)


def states(review):
    return [one.state.value for one in review.rows]


def reasons(review):
    return [[(reason.column, reason.code) for reason in one.reasons] for one in review.rows]


def count(model):
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


class TestRows:
    @pytest.mark.parametrize(
        ("row", "found"),
        [
            (("男子 100 米", "", {}), []),
            (("m100", "", {}), []),
            (("田径 男子100米", "", {}), []),
            (("跳远", "", {}), [("小项", "event_unknown")]),
            (("", "", {}), [("小项", "event_missing")]),
            (("男子 100 米", "", {"姓名": ""}), [("姓名", "name_missing")]),
            (("男子 100 米", "", {"证件号码": "37049919850312001X"}), [("证件号码", "document_check")]),
            (("男子 100 米", "", {"证件类型": "工作证"}), [("证件类型", "document_type_unknown")]),
            (
                ("男子 100 米", "", {"证件类型": "无", "证件号码": "", "出生日期": "1990-01-01"}),
                [("手机", "phone_required")],
            ),
            (
                (
                    "男子 100 米",
                    "",
                    {"证件类型": "无", "证件号码": "", "出生日期": "1990-01-01", "手机": "13800001234", "性别": "男"},
                ),
                [("证件号码", "document_required")],
            ),
            (("57 公斤", "", {}), [("体重", "weight_missing")]),
            (("57 公斤", "", {"体重": "重"}), [("体重", "weight_form")]),
            (("57 公斤", "", {"体重": "57.1"}), [("体重", "weight_over")]),
            (("57 公斤", "", {"体重": "56.5 公斤"}), []),
            (("接力", "", {}), [("队名", "team_too_small")]),
            (("男子 100 米", "=1+1", {}), [("队名", "text_character")]),
        ],
    )
    def test_each_cell_s_mistake_stands_at_its_column(self, desk, row, found):
        event, team, cells = row
        assert reasons(desk.see(desk.send(line(event, team, **cells)))) == [found]

    def test_a_name_that_two_events_bear_asks_for_the_whole(self, edition, desk):
        made.add_event_to(edition, made.add_discipline_to(edition, name="轮滑"), name="接力", form=EventForm.TEAM)
        ((reason,),) = reasons(desk.see(desk.send(line("接力"))))
        assert reason == ("小项", "event_ambiguous")

    def test_the_unit_is_known_by_its_name(self, edition, leader):
        school = people.organisation("徐庄中学", kind=OrganisationKind.SCHOOL)
        made.add_event_to(edition, name="长跑", format=EventFormat.TIMED, needs_school=True)
        desk = AtDesk(edition, made.add_delegation_to(edition, organisation_id=school), leader)
        seen = desk.see(desk.send(line("长跑", 单位="徐庄中学"), line("长跑", 单位="别的学校")))
        assert reasons(seen) == [[], [("单位", "school_missing")]]

    @pytest.mark.parametrize(
        ("rows", "head", "code"),
        [
            ([], HEAD, "sheet_empty"),
            ([line("接力")], ("备注", *HEAD[1:]), "team_columns"),
            ([line("接力")], (*HEAD[:-1], "小项"), "team_columns"),
        ],
    )
    def test_a_file_without_head_or_rows_is_refused(self, edition, rows, head, code):
        with pytest.raises(DomainError) as caught:
            read_sheet(edition, xlsx(*rows, head=head))
        assert caught.value.code == code

    def test_the_template_reads_back_and_its_example_is_passed_over(self, edition):
        columns, rows = template(sheet_facts(edition, now()).events)
        assert rows[0][0] == "田径 男子 100 米"
        with pytest.raises(DomainError) as caught:
            read_sheet(edition, xlsx_bytes([Sheet("报项表", columns, rows)]))
        assert caught.value.code == "sheet_empty"


class TestTeams:
    def test_rows_of_one_event_and_team_are_one_entry(self, edition, desk):
        rows = [
            line("接力", "一队"),
            line("接力", "二队"),
            line("接力", "一 队"),
            line("接力", "二队"),
            line("接力", "一队"),
        ]
        desk.confirm(desk.send(*rows))
        assert [(one.name, len(one.members)) for one in entry_lines(edition)] == [("一队", 3), ("二队", 2)]

    def test_one_wrong_row_holds_its_team_back_and_no_other(self, desk):
        seen = desk.see(
            desk.send(
                line("接力", "一队"), line("接力", "一队", 证件号码="1"), line("接力", "二队"), line("接力", "二队")
            )
        )
        assert states(seen) == ["wrong", "wrong", "ready", "ready"]
        assert reasons(seen)[0] == [("队名", "team_row_wrong")]


class TestConfirming:
    def test_what_can_be_is_entered_and_the_rest_says_why(self, desk):
        upload = desk.send(line("男子 100 米"), line("男子 100 米", male=False), line("57 公斤", 体重="56"))
        assert states(desk.see(upload)) == ["ready", "wrong", "ready"]
        assert count(Entry) == 0
        assert states(desk.confirm(upload)) == ["registered", "wrong", "registered"]
        assert (count(Entry), count(Person)) == (2, 2)

    def test_twice_confirmed_is_once_entered(self, desk):
        upload = desk.send(line("男子 100 米"))
        desk.confirm(upload)
        assert states(desk.confirm(upload)) == ["registered"]
        assert count(Entry) == 1

    def test_another_confirmation_that_ends_meanwhile_is_no_refusal(self, desk, monkeypatch):
        """It ends between the reading of the sheet and the look at who is entered."""
        upload = desk.send(line("男子 100 米"))
        judged, others = entry_files.group, [lambda: desk.confirm(upload)]

        def late(*facts):
            if others:
                others.pop()()
            return judged(*facts)

        monkeypatch.setattr(entry_files, "group", late)
        assert states(desk.confirm(upload)) == ["registered"]
        assert count(Entry) == 1

    def test_the_same_sheet_again_changes_nothing(self, desk):
        rows = [line("男子 100 米"), line("接力", "一队"), line("接力", "一队")]
        desk.confirm(desk.send(*rows))
        again = desk.send(*reversed(rows))
        assert states(desk.see(again)) == ["known"] * 3
        with pytest.raises(DomainError) as caught:
            desk.confirm(again)
        assert caught.value.code == "nobody_ready"
        assert count(Entry) == 2

    def test_a_corrected_sheet_enters_what_was_missing(self, desk):
        good, bad = line("男子 100 米"), line("男子 100 米", 证件号码="1")
        desk.confirm(desk.send(good, bad))
        assert states(desk.confirm(desk.send(good, line("男子 100 米")))) == ["known", "registered"]
        assert count(Entry) == 2

    def test_what_was_withdrawn_may_be_entered_again(self, edition, desk):
        row = line("男子 100 米")
        desk.confirm(desk.send(row))
        (entry,) = entry_lines(edition)
        withdraw(games_id=edition, entry_id=entry.id, actor=desk.actor)
        assert states(desk.confirm(desk.send(row))) == ["registered"]
        assert [one.state for one in entry_lines(edition)] == [EntryState.WITHDRAWN, EntryState.ENTERED]

    def test_the_same_person_in_two_rows_of_one_event(self, desk):
        row = line("男子 100 米")
        seen = desk.see(desk.send(row, row))
        assert reasons(seen) == [[], [("姓名", "entered_already")]]

    def test_without_the_declaration_nobody_is_entered(self, desk):
        upload = desk.send(line("男子 100 米"))
        with pytest.raises(DomainError) as caught:
            desk.confirm(upload, declared=False)
        assert caught.value.code == "consent_missing"
        assert (count(Entry), count(Person)) == (0, 0)

    def test_another_account_or_delegation_does_not_see_the_sheet(self, edition, team, leader, desk):
        upload = desk.send(line("男子 100 米"))
        for other in (
            AtDesk(edition, team, accounts.account()),
            AtDesk(edition, made.add_delegation_to(edition), leader),
        ):
            with pytest.raises(DomainError) as caught:
                other.see(upload)
            assert caught.value.code == "upload_not_found"

    def test_after_the_deadline_only_the_office_by_decision(self, leader):
        games_id = made.make_games(entries_close_at=now())
        made.add_event_to(games_id, name="长跑", format=EventFormat.TIMED)
        desk = AtDesk(games_id, made.add_delegation_to(games_id), leader)
        with pytest.raises(DomainError) as caught:
            desk.send(line("长跑"), desk=Desk())
        assert caught.value.code == "entries_closed"
        upload = desk.send(line("长跑"))
        with pytest.raises(DomainError) as caught:
            desk.confirm(upload, desk=OFFICE_DESK)
        assert caught.value.code == "decision_missing"
        desk.confirm(upload, desk=Desk(office=True, decision="组委会同意"))
        assert [one.reason for one in entry_lines(games_id)] == ["组委会同意"]

    def test_statements_do_not_grow_with_the_rows(self, desk, statements):
        taken = []
        for size in (4, 120):
            upload = desk.send(*(line("男子 100 米") for _ in range(size)))
            with statements() as seen:
                desk.confirm(upload)
            taken.append(len(seen))
        assert taken[1] <= taken[0] + 4


@pytest.mark.parametrize(
    ("text", "grams"), [("", None), ("56", 56_000), ("56.5", 56_500), ("56.55kg", 56_550), ("５６．５", 56_500)]
)
def test_a_weight_as_people_write_it(text, grams):
    assert parse_weight(text) == grams


@pytest.mark.parametrize("text", ["-56", "5", "5600", "56,5", "nan", "1e2", "五十"])
def test_no_weight(text):
    with pytest.raises(DomainError):
        parse_weight(text)
