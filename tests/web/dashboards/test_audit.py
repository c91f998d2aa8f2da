"""The auditor's page and `flask audit verify`."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import text

from app.audit.services import ANONYMOUS, SYSTEM, Actor, record, record_refusal, seal
from app.core.db import db
from app.core.ids import NIL
from app.core.permissions import Role
from app.core.transactions import act
from tests.factories import accounts, walks

pytestmark = pytest.mark.usefixtures("ctx", "clock")
URL = "/office/audit"


@pytest.fixture
def auditor(as_role):
    return as_role(Role.AUDITOR)


@act
def note(actor: Actor, action: str, *, scope_id: uuid.UUID = NIL, **details: object) -> None:
    record(actor, action, subject_kind="activity", subject_id=scope_id, scope_id=scope_id, **details)


def rows(page) -> list[list[str]]:
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])]
        for row in page.soup.select("tbody tr")
    ]


def test_the_newest_rows_stand_first_with_names_and_words(auditor):
    holder = accounts.staff(display_name="李敏")
    note(Actor("account", holder.id), "season.created", year=2021, nobody=None)
    note(SYSTEM, "organisation.seeded", count=17)
    record_refusal(actor=ANONYMOUS, action="accounts.services.staff.sign_in_staff", code="wrong_password")
    found = rows(auditor.get(URL))
    assert [row[1:4] for row in found] == [
        ["没有登录的人", "工作人员登录", "被拒 wrong_password"],
        ["系统", "录入镇街", "已办"],
        ["李敏", "新建赛季", "已办"],
    ]
    assert found[0][0] == "2030-06-01 08:00:00"
    assert found[2][4].endswith("year=2021")


def test_an_action_without_a_word_shows_its_code(auditor):
    note(SYSTEM, "something.new")
    record_refusal(actor=SYSTEM, action="registrations.services.made_up.act", code="no")
    assert [row[2] for row in rows(auditor.get(URL))] == ["报名", "something.new"]


def test_each_activity_has_a_trail_of_its_own(auditor):
    walk = walks.make_walk(name="冯卯站")
    walks.enrol(walk)
    page = auditor.get(URL)
    assert f"冯卯站 {walk.code}，1 条" in " ".join(page.soup.select_one("select").get_text(" ").split())
    auditor.get(f"{URL}?scope={walk.id}")
    (row,) = rows(auditor.page)
    assert row[2] == "报名"
    assert "count=3" in row[4]


def test_what_is_sealed_is_verified_and_what_is_not_is_said(auditor):
    note(SYSTEM, "season.created")
    assert "还没封存" in auditor.get(URL).main
    seal(scope_id=NIL)
    note(SYSTEM, "season.changed")
    page = auditor.get(URL)
    assert "完好" in page.main
    assert "共 1 环，未封存 1 条" in page.main


def tamper() -> None:
    """What somebody with the database in hand would do."""
    for name in ("audit_entry_update", "audit_entry_no_update"):
        db.session.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
    triggers = db.session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
    for name in triggers:
        db.session.execute(text(f"DROP TRIGGER {name}"))
    db.session.execute(text("UPDATE audit_entry SET action = 'season.deleted'"))
    db.session.commit()


def test_a_changed_row_is_found_by_page_and_command(auditor, runner, store):
    note(SYSTEM, "season.created")
    seal(scope_id=NIL)
    good = runner.invoke(args=["audit", "verify"])
    assert (good.exit_code, "0 chains broken" in good.output) == (0, True)
    if store.name == "postgresql":
        db.session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER ALL"))
        db.session.execute(text("UPDATE audit_entry SET action = 'season.deleted'"))
        db.session.execute(text("ALTER TABLE audit_entry ENABLE TRIGGER ALL"))
        db.session.commit()
    else:
        tamper()
    page = auditor.get(URL)
    assert "第 1 环不对" in page.main
    assert "封存的记录被改过或删过。" in page.main
    bad = runner.invoke(args=["audit", "verify"])
    assert bad.exit_code == 1
    assert "BROKEN at link 1 of 1" in bad.output


def test_the_command_reports_the_tail_that_is_not_sealed_yet(runner, ctx):
    note(SYSTEM, "season.created")
    found = runner.invoke(args=["audit", "verify"])
    assert found.exit_code == 0
    assert "1 not sealed yet" in found.output


def test_a_long_chain_is_walked_when_asked(auditor, monkeypatch):
    monkeypatch.setattr("app.dashboards.queries.trail.AT_ONCE", 0)
    note(SYSTEM, "season.created")
    seal(scope_id=NIL)
    page = auditor.get(URL)
    assert "没核对" in page.main
    (link,) = [one for one in page.soup.select("main a") if one.get_text(strip=True) == "现在核对"]
    assert "完好" in auditor.get(link["href"]).main


def test_older_rows_are_one_step_away(auditor, monkeypatch):
    monkeypatch.setattr("app.dashboards.queries.trail.PAGE", 2)
    for year in (2019, 2020, 2021):
        note(SYSTEM, "season.created", year=year)
    page = auditor.get(URL)
    assert [row[4].rpartition(" ")[2] for row in rows(page)] == ["year=2021", "year=2020"]
    (link,) = page.soup.select('a[rel="next"]')
    (oldest,) = rows(auditor.get(link["href"]))
    assert oldest[4].endswith("year=2019")


@pytest.mark.parametrize("asked", ["?scope=x", f"?scope={uuid.UUID(int=7)}"])
def test_a_scope_without_a_row_is_404(auditor, asked):
    auditor.get(URL + asked, status=404)


def test_nobody_but_the_auditor_reads_the_trail(as_role):
    for role in Role:
        if role is not Role.AUDITOR:
            as_role(role).get(URL, status=403)


def test_a_page_of_the_trail_takes_the_same_statements_however_long_it_is(auditor, statements):
    seen = []
    for size in (5, 45):
        for _ in range(size):
            note(Actor("account", accounts.staff().id), "season.created")
        with statements() as found:
            auditor.get(URL)
        seen.append(len(found))
    assert seen[0] == seen[1]
