"""The attendance page of one activity."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from app.core.permissions import Role, Scope, ScopeKind
from app.dashboards.documents import figure_sheets, station_pdf
from app.dashboards.queries.station import attendance_view, named_station
from tests.factories import walks
from tests.factories.saturdays import somebody
from tests.support.statements import fresh_session

pytestmark = pytest.mark.usefixtures("ctx", "clock")


def url(walk: walks.Walk, rest: str = "") -> str:
    return f"/office/activities/{walk.code}/attendance{rest}"


def figures_of(page) -> dict[str, str]:
    """The key figures: label → value with its unit."""
    return {
        figure.select_one(".x-figure__label").get_text(strip=True): " ".join(
            figure.select_one(".x-figure__value").get_text(" ").split()
        )
        for figure in page.soup.select(".x-figure")
    }


def table_of(page, title: str) -> list[list[str]]:
    """The body of a table, cell by cell."""
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])]
        for row in page.soup.select(f'[aria-label="{title}"] tbody tr')
    ]


def test_the_page_answers_how_many_came(day, manager):
    page = manager.get(url(day.walk))
    assert page.h1 == "西集站 到场情况"
    assert figures_of(page) == {"报名": "8 人", "到场": "7 人次 7 人", "未到": "3 人", "走完全程": "3 人"}
    assert "另有现场加入 2 人" in page.text
    assert "候补 1 人" in page.text
    assert "到场率 70.0%" in page.text
    assert "其中路线不全 1 人" in page.text


def test_attendances_and_people_stand_side_by_side_with_the_reason(day, manager):
    page = manager.get(url(day.walk))
    (card,) = page.soup.select(".x-figure--wide")
    assert "7 人次 7 人" in " ".join(card.get_text(" ").split())
    assert "一站之内每人记一次，跨站合计时两数不同" in card.get_text()


def test_checkpoints_show_people_and_beside_them_scans(day, manager):
    rows = table_of(manager.get(url(day.walk)), "各签到点")
    assert [row[:3] for row in rows] == [
        ["S 点 其中时间外 1", "7", "9"],
        ["K 点", "1", "1"],
        ["F 点", "3", "3"],
        ["P 点", "1", "1"],
    ]


def test_categories_towns_and_ages_have_their_tables(day, manager):
    page = manager.get(url(day.walk))
    assert [row[:7] for row in table_of(page, "组别")] == [
        ["体验组", "7", "2", "6", "3", "2", "66.7%"],
        ["挑战组", "1", "0", "1", "0", "1", "100.0%"],
    ]
    assert [row[:4] for row in table_of(page, "镇街")] == [
        ["西集镇", "4", "0", "3"],
        ["徐庄镇", "3", "1", "2"],
        ["没填镇街", "1", "1", "2"],
    ]
    assert table_of(page, "年龄和性别")[0][:5] == ["0—13 岁", "1", "0", "0", "0"]


def test_every_figure_leads_to_as_many_people(day, manager):
    """The list behind each figure."""
    page = manager.get(url(day.walk))
    links = [
        (link["href"], int(link.get_text(strip=True).replace(",", "")))
        for link in page.soup.select('main a[href*="/attendance/people?"]')
        if link.get_text(strip=True).replace(",", "").isdigit()
    ]
    assert len(links) > 30
    for href, shown in links:
        found = manager.get(href)
        assert f"共 {shown} 人" in found.main, href


def test_the_curve_is_given_to_the_script_and_stands_there_as_a_table(day, manager):
    page = manager.get(url(day.walk))
    chart = json.loads(page.soup.select_one("#curve").string)
    assert chart == {
        "kind": "bar",
        "labels": ["5:00", "5:15", "5:30", "5:45"],
        "values": [2, 1, 1, 2],
        "unit": "人次",
        "peak": "5:00 最多，2 人次",
    }
    assert table_of(page, "S 点到场（每 15 分钟）")[0] == ["5:00", "2"]
    assert "另有时间外签到 1 人次，没画在图里" in page.text
    other = manager.get(url(day.walk, "?point=F"))
    assert "F 点到场（每 15 分钟）" in other.text


def test_nobody_yet_is_said_in_words(manager):
    page = manager.get(url(walks.make_walk()))
    assert "还没有人报名" in page.main
    assert not page.soup.select(".x-figures")


def test_registered_and_nobody_there_yet(manager, clock):
    walk = walks.make_walk(starts_at=clock.now + timedelta(days=1))
    walks.enrol(walk)
    page = manager.get(url(walk))
    assert figures_of(page)["未到"] == "—"
    assert "还没开始" in page.text
    assert "这里还没有人签到" in page.text


def test_a_registration_that_has_just_changed_is_judged_before_counting(manager):
    """The scan came first; the page does not wait for the worker."""
    walk, home = walks.make_walk(), walks.make_walk()
    who = walks.person()
    (elsewhere,) = walks.enrol(home, who)
    walks.read(walks.device(walk), walks.scan(elsewhere, "S", walk=walk))
    walks.enrol(walk, who)
    assert figures_of(manager.get(url(walk)))["到场"] == "1 人次 1 人"


def test_phones_that_may_hold_scans_are_named(day, manager, clock):
    assert "可能还有没上传的扫码" not in manager.get(url(day.walk)).text
    clock.shift(minutes=11)
    page = manager.get(url(day.walk))
    assert "张敏 最后联系 6月1日 8:00，可能还有没上传的扫码。数字可能再增加。" in page.text
    assert f"/office/activities/{day.walk.code}/devices" in page.links


# --------------------------------------------------------------------------- it renews itself


def test_a_live_page_renews_its_figures(day, manager):
    page = manager.get(url(day.walk))
    figures = page.soup.select_one("#figures")
    assert (figures["hx-trigger"], figures["hx-select"]) == ("every 10s", "#figures")
    assert "截至 8:00，每 10 秒更新" in page.text
    part = manager.get(figures["hx-get"])
    for selected in ("#figures", "#points", "#arrivals"):
        assert part.soup.select_one(selected), selected
    assert figures_of(part) == figures_of(page)


def test_what_is_over_stands_still(day, as_role, clock):
    clock.shift(days=1)
    page = as_role(Role.EVENT_MANAGER).get(url(day.walk))
    assert not page.soup.select("[hx-get]")
    assert "截至 6月2日 8:00" in page.text


def test_while_nobody_comes_the_answer_is_304(day, manager, clock):
    first = manager.get(url(day.walk, "/figures"))
    tag = {"If-None-Match": first.headers["ETag"]}
    clock.shift(seconds=10)
    assert manager.get(url(day.walk, "/figures"), headers=tag, status=304).data == b""
    walks.read(day.phone, walks.scan(day.people["h"], "S", 170, walk=day.walk))
    newer = manager.get(url(day.walk, "/figures"), headers=tag)
    assert figures_of(newer)["到场"] == "8 人次 8 人"
    assert newer.headers["ETag"] != first.headers["ETag"]


def test_the_time_moves_on_by_the_minute(day, manager, clock):
    first = manager.get(url(day.walk, "/figures"))
    clock.shift(seconds=60)
    page = manager.get(url(day.walk, "/figures"), headers={"If-None-Match": first.headers["ETag"]})
    assert "截至 8:01" in page.text


# --------------------------------------------------------------------------- paper, doors, cost


def test_on_paper_stand_all_tables_and_no_menu(day, manager):
    page = manager.get(url(day.walk, "/print"))
    assert "7 人次，7 人" in page.text
    assert not page.soup.select("nav")
    for title in ("各签到点", "组别", "镇街", "年龄和性别"):
        assert table_of(page, title), title
    assert "5:00 最多，2 人次" in page.text


def test_the_tab_leads_here(day, manager):
    page = manager.get(url(day.walk))
    (current,) = page.soup.select('.x-tabs [aria-current="page"]')
    assert (current.get_text(strip=True), current["href"]) == ("到场", url(day.walk))


def test_a_coordinator_looks_and_exports_nothing(day, as_role):
    browser = as_role(Role.VOLUNTEER_COORDINATOR)
    page = browser.get(url(day.walk))
    assert not [link for link in page.links if link.endswith((".xlsx", ".csv"))]
    for file in (".xlsx", "/towns.csv", "/people.xlsx", "/people.csv"):
        browser.get(url(day.walk, file), status=403)


def test_a_grant_for_one_activity_opens_no_other(day, as_role):
    other = walks.make_walk()
    browser = as_role(Role.EVENT_MANAGER, Scope(ScopeKind.ACTIVITY, day.walk.id))
    browser.get(url(day.walk))
    for rest in ("", "/figures", "/print", ".xlsx", "/towns.csv", "/people", "/people/print", "/people.csv"):
        browser.get(url(other, rest), status=404)


PER_PERSON = re.compile(r'(?:FROM|JOIN)\s+"?(scan|scan_nobody|check_in|attendance|registration|person|pass)\b')


def test_at_12500_people_the_page_takes_no_longer_than_at_1250(day, manager, statements):
    """The bar of speed, by what the time is made of: 11 statements, of which one looks into tables with a row a
    person, by an index, for what has not been judged yet. Nobody counts people.
    """
    manager.get(url(day.walk))
    fresh_session()
    with statements() as found:
        manager.get(url(day.walk))
    assert len(found) <= 11
    looking = [one for one in found if PER_PERSON.search(one)]
    assert len(looking) == 1
    assert looking[0].startswith("WITH late AS MATERIALIZED")
    assert not [one for one in looking if re.search(r"count\(|sum\(|max\(|min\(|DISTINCT|GROUP BY", one)]


def test_the_same_page_takes_the_same_statements_for_ten_and_a_thousand(manager, statements):
    seen = []
    for size in (10, 1_000):
        walk = walks.make_walk(capacity=2_000)
        for first in range(0, size, 100):
            walks.enrol(walk, *(somebody(first + n) for n in range(min(100, size - first))))
        manager.get(url(walk))
        fresh_session()
        with statements() as found:
            manager.get(url(walk))
            manager.get(url(walk, "/people?what=registered"))
        seen.append(len(found))
    assert seen[0] == seen[1]


def test_the_report_is_a_pdf_with_the_tables_of_the_page(day, manager):
    answer = manager.get(f"/office/activities/{day.walk.code}/attendance.pdf")
    assert answer.data.startswith(b"%PDF")
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_its_tables_are_those_of_the_excel_file(day, ctx):
    view = attendance_view(named_station(day.walk.code))
    sheets = figure_sheets(view.figures, view.curves, as_of=view.as_of, say=str)
    seen = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(station_pdf, "pdf_of", lambda _template, data, **_more: seen.update(data) or b"")
        station_pdf.station_pdf("站", "何时何地", sheets, fonts=Path(), printed_at=view.as_of)
    assert [one["name"] for one in seen["sheets"]] == [sheet.name for sheet in sheets]
    for shown, sheet in zip(seen["sheets"], sheets, strict=True):
        assert len(shown["heads"]) == len(shown["kinds"]) == len(sheet.columns)
        assert {len(row) for row in shown["rows"]} <= {len(sheet.columns)}
        assert all(isinstance(cell, str) for row in shown["rows"] for cell in row)


def test_without_fonts_the_report_says_so(day, manager, monkeypatch):
    monkeypatch.setattr("app.dashboards.routes.station.FONTS", "nowhere")
    assert "字体" in manager.get(f"/office/activities/{day.walk.code}/attendance.pdf", status=503).text
