"""The people behind the figures: the page, its filters, the list on paper."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.core.permissions import Role
from tests.factories import walks
from tests.factories.saturdays import EAST, WEST, somebody

pytestmark = pytest.mark.usefixtures("ctx", "clock")


def url(walk: walks.Walk, rest: str = "", file: str = "people") -> str:
    return f"/office/activities/{walk.code}/attendance/{file}{rest}"


def names(page) -> list[str]:
    return [cell.get_text(strip=True) for cell in page.soup.select("tbody td:nth-of-type(1)")]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("?what=missing", ["刘洋", "周强", "陈**"]),
        ("?what=waitlisted", ["郑爽"]),
        ("?what=walk_in", ["何林", "马超"]),
        ("?what=incomplete", ["李秀英"]),
        ("?what=outside", ["张玉兰"]),
        ("?what=finished&sex=female", ["孙静", "李秀英"]),
        (f"?what=came&town={EAST}", ["赵磊", "马超"]),
        (f"?what=registered&town={WEST}&category=TZ", ["孙静"]),
        ("?what=came&town=none", ["何林", "张玉兰"]),
        ("?what=registered&age=0-13", ["陈**"]),
        ("?what=checked_in&checkpoint=P", ["刘洋"]),
        ("?what=came&checkpoint=F", ["孙静", "李秀英", "王德福"]),
        ("", ["何林", "孙静", "张玉兰", "李秀英", "王德福", "赵磊", "马超"]),
    ],
)
def test_a_list_holds_whom_it_names(day, manager, asked, expected):
    page = manager.get(url(day.walk, asked))
    assert sorted(names(page)) == sorted(expected)
    assert f"共 {len(expected)} 人" in page.main


def test_a_list_says_what_it_was_narrowed_to(day, manager):
    quarter = int((day.walk.starts_at + timedelta(minutes=12)).timestamp()) // 900
    page = manager.get(url(day.walk, f"?what=checked_in&checkpoint=S&category=TY&quarter={quarter}"))
    assert page.h1 == "西集站 签过到"
    assert "S 点，5:00，体验组，共 2 人" in page.main
    assert names(page) == ["王德福", "李秀英"]


def test_filters_are_kept_by_the_form_and_can_be_dropped(day, manager):
    manager.get(url(day.walk, "?what=came"))
    page = manager.submit({"town": EAST, "sex": "male"})
    assert names(page) == ["赵磊", "马超"]
    chosen = {
        tag["name"]: tag.select_one("[selected]")["value"]
        for tag in page.soup.select("select")
        if tag.select_one("[selected]")
    }
    assert chosen == {"what": "came", "town": EAST, "sex": "male"}
    (all_of_them,) = [link for link in page.soup.select("a") if link.get_text(strip=True) == "不筛选"]
    assert len(names(manager.get(all_of_them["href"]))) == 7


def test_who_was_let_in_after_cancelling_is_shown_as_both(day, manager):
    page = manager.get(url(day.walk, f"?what=came&town={EAST}"))
    (row,) = [row for row in page.soup.select("tbody tr") if "赵磊" in row.get_text()]
    assert "已签到" in row.get_text()
    assert "报名已取消" in row.get_text()


def test_a_time_outside_the_hours_says_so(day, manager):
    page = manager.get(url(day.walk, "?what=checked_in&checkpoint=S"))
    (row,) = [row for row in page.soup.select("tbody tr") if "张玉兰" in row.get_text()]
    assert "0:00 （时间外）" in " ".join(row.get_text(" ").split())


@pytest.mark.parametrize(
    "asked",
    ["?what=everybody", "?checkpoint=X", "?category=X", "?town=000000", "?age=18-35", "?sex=x", "?quarter=-1"],
)
def test_what_there_is_not_is_404(day, manager, asked):
    manager.get(url(day.walk, asked), status=404)


def test_an_unknown_activity_is_404(manager):
    manager.get("/office/activities/NOWHERE/attendance/people", status=404)


def test_nobody_in_the_list_is_said_in_words(day, manager):
    page = manager.get(url(day.walk, "?what=waitlisted&category=TZ"))
    assert "名单里没有人" in page.main


def test_pages_lead_on_and_keep_the_filter(manager):
    walk = walks.make_walk(capacity=200)
    walks.enrol(walk, *(somebody(n) for n in range(60)))
    first = manager.get(url(walk, "?what=registered&category=TY"))
    assert "第 1 / 2 页，共 60 条" in first.main
    (onward,) = first.soup.select('a[rel="next"]')
    second = manager.get(onward["href"])
    assert len(names(second)) == 10
    assert "category=TY" in onward["href"]
    assert manager.get(url(walk, "?what=registered&page=99")).soup.select('a[rel="prev"]')
    assert len(names(manager.get(url(walk, "?what=registered&page=zwei")))) == 50


def test_on_paper_the_list_has_no_menu_and_no_filter(day, manager):
    page = manager.get(url(day.walk, "?what=missing", "people/print"))
    assert sorted(names(page)) == ["刘洋", "周强", "陈**"]
    assert not page.soup.select("nav, form")
    assert "共 3 人" in page.main


def test_paper_has_an_end_and_says_so(day, manager, monkeypatch):
    monkeypatch.setattr("app.dashboards.routes.people.ON_PAPER", 2)
    page = manager.get(url(day.walk, "?what=came", "people/print"))
    assert len(names(page)) == 2
    assert "这里只印前 2 人，其余请导出 Excel。" in page.main


def test_a_referee_sees_no_list(day, as_role):
    as_role(Role.REFEREE).get(url(day.walk), status=403)
