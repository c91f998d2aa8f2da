"""The auditor's page and `flask audit breach`: whom a stolen login has reached."""

from __future__ import annotations

import csv
import io
import stat

import pytest

from app.audit.queries import history
from app.audit.services import Actor, record
from app.core.clock import local, now
from app.core.ids import NIL
from app.core.permissions import Role
from app.core.transactions import act
from tests.factories import accounts, people

pytestmark = pytest.mark.usefixtures("ctx", "clock")
URL = "/office/audit/breach"
WINDOW = {"since": "2030-06-01T07:00", "until": "2030-06-01T09:00"}


@act
def shown(account, person_id) -> None:
    record(Actor("account", account.id), "person.disclosed", subject_kind="person", subject_id=person_id)


@pytest.fixture
def thief():
    """Somebody whose password was guessed; at eight o'clock they were shown 王德福, and a child."""
    holder = accounts.staff(Role.EVENT_MANAGER, login_name="zhangmin", display_name="张敏")
    shown(holder, people.person(people.raw_person(name="王德福", phone="13800005678")))
    return holder


@pytest.fixture
def auditor(as_role):
    return as_role(Role.AUDITOR)


def ask(client, **fields):
    client.get(URL)
    return client.submit({"who": "zhangmin"} | WINDOW | fields)


def test_the_trail_s_page_leads_here(auditor, thief):
    assert URL in auditor.get("/office/audit").links


def test_how_many_in_which_way_and_who_masked(auditor, thief):
    page = ask(auditor)
    assert page.status == 200
    assert "碰到的人 1 人" in page.main.replace("张敏", "").replace("  ", " ")
    assert "王**" in page.main
    assert "138****5678" in page.main
    assert "查看人员资料 1" in page.main
    assert "明文看过" in page.main
    assert "王德福" not in page.html
    assert "13800005678" not in page.html


def test_each_question_is_noted(auditor, thief):
    ask(auditor)
    entry = history(NIL, limit=1)[0]
    assert (entry.action, entry.subject_id, entry.details["persons"]) == ("breach.looked_up", thief.id, 1)
    assert entry.details["since"] == "2030-06-01T07:00+08:00"
    assert "查泄露影响" in auditor.get("/office/audit").main


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"who": ""}, "请填登录名或编号。"),
        ({"who": "nobody"}, "没有这个账号、设备或密钥，请核对。"),
        ({"who": "x" * 61}, "太长了，请缩短。"),
        ({"since": ""}, "这里要填。"),
        ({"since": "2030-02-30T08:00"}, "没有这个时间"),
        ({"until": "2030-06-01T06:00"}, "结束要在开始之后。"),
        ({"until": "9999-99-99T99:99"}, "没有这个时间"),
    ],
)
def test_what_is_wrong_is_said_and_stays(auditor, thief, fields, says):
    page = ask(auditor, **fields)
    assert page.status == 422
    assert any(says in error for error in page.errors), page.errors
    for name, value in ({"who": "zhangmin"} | WINDOW | fields).items():
        assert page.soup.select_one(f"main [name={name}]")["value"] == value
    assert [row.action for row in history(NIL, limit=1)] != ["breach.looked_up"]


def test_nobody_was_reached(auditor, thief):
    page = ask(auditor, since="2030-05-01T07:00", until="2030-05-01T09:00")
    assert "没有碰到谁的资料" in page.main


def test_it_is_the_auditor_s(as_role):
    for role in Role:
        if role is not Role.AUDITOR:
            as_role(role).get(URL, status=403)


class TestCommand:
    def run(self, runner, *more, who="zhangmin", since="2030-06-01T07:00", until="2030-06-01T09:00"):
        done = runner.invoke(args=["audit", "breach", "--account", who, "--since", since, "--until", until, *more])
        return done.exit_code, done.output

    def test_it_counts_and_notes(self, runner, thief):
        code, said = self.run(runner)
        assert (code, "1  person.disclosed" in said, "1 people" in said) == (0, True, True)
        assert "王德福" not in said
        assert history(NIL, limit=1)[0].action == "breach.looked_up"

    def test_the_list_is_for_its_reader_alone_and_noted(self, runner, thief, tmp_path):
        file = tmp_path / "told.csv"
        assert self.run(runner, "--out", str(file))[0] == 0
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        (row,) = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig")))
        assert (row["name"], row["ways"]) == ("王德福", "shown")
        assert row["phone"].lstrip("'") == "+8613800005678"
        assert history(NIL, limit=1)[0].action == "breach.listed"

    def test_a_file_that_is_there_is_not_written_over(self, runner, thief, tmp_path):
        file = tmp_path / "told.csv"
        file.write_text("mine")
        assert self.run(runner, "--out", str(file))[0] == 1
        assert file.read_text() == "mine"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"who": "nobody"},
            {"since": "yesterday"},
            {"until": "2030-06-01T06:00"},
            {"until": f"{local(now()):%Y-%m-%d}T99:99"},
        ],
    )
    def test_what_makes_no_sense_is_said(self, runner, thief, wrong):
        code, said = self.run(runner, **wrong)
        assert code != 0
        assert "Error" in said
