"""Exports: whole, openable, recorded, harmless."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import datetime

import pytest
from python_calamine import CalamineWorkbook

from app.audit.queries import history
from app.core.permissions import Role
from tests.factories import walks
from tests.support.pages import Page

pytestmark = pytest.mark.usefixtures("ctx", "clock")


def url(walk: walks.Walk, rest: str) -> str:
    return f"/office/activities/{walk.code}/attendance{rest}"


def at(clock: str) -> datetime:
    """A time of that morning as a spreadsheet holds it: the office's clock, without a zone."""
    return datetime.fromisoformat(f"2030-06-01T{clock}")


def book(page: Page) -> dict[str, list[list[object]]]:
    """The sheets of a file by name."""
    opened = CalamineWorkbook.from_filelike(io.BytesIO(page.data))
    return {name: opened.get_sheet_by_name(name).to_python() for name in opened.sheet_names}


def lines(page: Page) -> list[list[str]]:
    return list(csv.reader(io.StringIO(page.data.decode("utf-8-sig"))))


def test_a_list_opens_in_excel_with_its_people(day, manager):
    page = manager.get(url(day.walk, "/people.xlsx?what=missing"))
    (rows,) = book(page).values()
    assert [row[1] for row in rows[1:]] == ["陈**", "刘洋", "周强"]
    assert rows[0][:4] == ["号码", "姓名", "组别", "报名状态"]
    assert "attachment" in page.headers["Content-Disposition"]
    assert page.headers["Cache-Control"] == "no-store"


def test_a_list_of_a_checkpoint_has_its_times(day, manager):
    (rows,) = book(manager.get(url(day.walk, "/people.xlsx?what=checked_in&checkpoint=F"))).values()
    assert rows[0][-1] == "F 点"
    assert {row[1]: row[-1] for row in rows[1:]} == {
        "王德福": at("07:00"),
        "李秀英": at("07:10"),
        "孙静": at("07:30"),
    }


def test_csv_has_the_same_people_as_excel(day, manager):
    (rows,) = book(manager.get(url(day.walk, "/people.xlsx?what=came"))).values()
    table = lines(manager.get(url(day.walk, "/people.csv?what=came")))
    assert [row[:3] for row in table] == [row[:3] for row in rows]
    assert len(table) == 8


def test_the_whole_page_is_a_book_of_tables(day, manager):
    sheets = book(manager.get(url(day.walk, ".xlsx")))
    assert list(sheets) == ["总数", "签到点", "组别", "镇街", "年龄和性别", "每 15 分钟"]
    assert sheets["总数"][1][:8] == [8.0, 2.0, 1.0, 7.0, 7.0, 3.0, 3.0, 1.0]
    assert sheets["签到点"][1] == ["S 点", 7.0, 1.0, 9.0]
    assert sheets["镇街"][-1][:5] == ["合计", 8.0, 2.0, 1.0, 7.0]
    assert sheets["每 15 分钟"][1] == [at("05:00"), 2.0, 0.0, 0.0, 1.0]


def test_the_table_by_town_is_csv_with_its_total(day, manager):
    table = lines(manager.get(url(day.walk, "/towns.csv")))
    assert [row[0] for row in table] == ["镇街", "西集镇", "徐庄镇", "没填", "合计"]
    assert table[-1][4] == "7"


def test_each_export_is_recorded_with_its_digest_and_no_name(day, manager):
    page = manager.get(url(day.walk, "/people.csv?what=came&town=none"))
    entry = history(day.walk.id, limit=1)[0]
    assert (entry.action, entry.outcome, entry.subject_id) == ("attendance.exported", "done", day.walk.id)
    assert entry.details == {
        "what": "came",
        "rows": 2,
        "file": "csv",
        "town": "none",
        "sha256": hashlib.sha256(page.data).hexdigest(),
    }
    assert "张玉兰" not in str(entry.details)


def test_a_refused_export_leaves_no_file_and_no_entry(day, as_role):
    before = len(history(day.walk.id))
    as_role(Role.VOLUNTEER_COORDINATOR).get(url(day.walk, "/people.csv"), status=403)
    assert len(history(day.walk.id)) == before


def test_too_many_rows_for_excel_are_refused_with_the_way_out(day, manager, monkeypatch):
    monkeypatch.setattr("app.dashboards.routes.files.XLSX_ROWS", 6)
    page = manager.get(url(day.walk, "/people.xlsx?what=came"), status=413)
    assert "超过 6 行，请导出 CSV，或先按镇街筛选" in page.main
    assert len(lines(manager.get(url(day.walk, "/people.csv?what=came")))) == 8


def test_a_name_that_looks_like_a_formula_stays_text(manager):
    walk = walks.make_walk()
    walks.enrol(walk, walks.person(name="-陈"))
    table = lines(manager.get(url(walk, "/people.csv?what=registered")))
    assert table[1][1] == "'-陈"
