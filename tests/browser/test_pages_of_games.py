"""The games in the browser: a class from a leader's entry to its medals; the pages that only those officiating see."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from app.people.rules.documents import valid_resident_id
from tests.browser.doors import follow, sign_in_with
from tests.browser.walking import Look, collecting
from tooling.paths import ROOT


@pytest.fixture(scope="module")
def seeded(site):
    """What tests/browser/games_seed.py has made on the shared site: passwords and ids."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.browser.games_seed"],
        cwd=ROOT, env=dict(site.env), capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def somebody(open_page):
    """`somebody("phone", "caipan", password)`: a page of somebody who has signed in."""

    def enter(kind: str, name: str, password: str) -> Page:
        page = open_page(kind)
        sign_in_with(page, name, password)
        return page

    return enter


def _enter_a_wrestler(page: Page, look: Look) -> None:
    page.goto("/games/day/enter")
    follow(page.get_by_role("link", name="自由式公开级"))
    follow(page.get_by_role("link", name=re.compile("报一项")))
    page.locator("input[name$=name]").first.fill("赵铁柱")
    page.locator("input[name$=document_number]").fill(valid_resident_id("370499", date(1999, 4, 2), 731))
    follow(page.get_by_role("button", name="报项"))
    look(reload=False, name="an entry that is not declared")
    page.locator("input[name=declared]").check()
    follow(page.get_by_role("button", name="报项"))
    expect(page.locator("main")).to_contain_text("赵铁柱")


def _draw_and_assign(page: Page, look: Look) -> None:
    page.goto("/office/games/day")
    follow(page.get_by_role("button", name="开幕"))
    page.goto("/office/games/day/events/FS/draw")
    page.locator("input[name=lots-witnesses]").fill("两队领队")
    follow(page.get_by_role("button", name="抽签", exact=True))
    look(name="the draw")
    page.goto("/office/games/day/events/FS/referees")
    page.locator("select[name=account]").select_option(label="caipan")
    for box in page.locator("input[name=units]").all():
        box.check(force=True)
    follow(page.get_by_role("button", name="派裁判"))
    expect(page.locator("main")).to_contain_text("caipan")


def _officiate(page: Page, look: Look) -> int:
    """Every bout on the phone: begun, written, confirmed; the red corner wins by points. How many there were."""
    bouts = 0
    while True:
        page.goto("/games/day/referee?when=all")
        waiting = page.locator("li:has-text('未开始') a")
        if waiting.count() == 0:
            return bouts
        follow(waiting.first)
        follow(page.get_by_role("button", name="开始比赛"))
        page.locator("#points_a").fill("6")
        page.locator("#points_b").fill("2")
        page.locator("label:has(input[name=winner])").first.click()
        page.locator("label:has(input[name=victory][value=VPO1])").click()
        follow(page.get_by_role("button", name="存为草稿"))
        if bouts == 0:
            look(name="a bout to confirm")
        follow(page.get_by_role("button", name="确认成绩"))
        bouts += 1
        assert bouts <= 6, "the class does not come to its end"


def test_a_class_from_the_leader_s_entry_to_its_medals(open_page, somebody, as_walker, seeded):
    leader = somebody("phone", "lingdui", seeded["day"]["leader"])
    office = as_walker("limin")
    public = open_page("phone")
    with collecting(leader) as (look, seen):
        _enter_a_wrestler(leader, look)
    assert "games/enter_form.html" in seen
    with collecting(office) as (look, _seen):
        _draw_and_assign(office, look)
    referee = somebody("phone", "caipan", seeded["day"]["referee"])
    with collecting(referee) as (look, seen):
        assert _officiate(referee, look) == 3
    assert seen >= {"games/referee_bout.html"}
    public.clock.install()
    public.goto("/games/day/medals")
    assert golds(public) == {}
    _publish(office)
    _asks_again(public, not_yet="还没有正式成绩")
    first = golds(public)
    assert sum(first.values()) == 1
    public.goto("/games/day/events/FS")
    for name in ("赵铁柱", "孙大力", "钱小勇"):
        expect(public.locator("main")).to_contain_text(name)
    public.goto("/games/day/medals")
    _protest_and_reopen(office)
    _asks_again(public, not_yet=_owner(first))  # an upheld protest takes the medals back until it is decided anew
    assert golds(public) == {}
    with collecting(referee) as (look, _seen):
        _correct(referee, look, wins=not first["西集镇队"])
    _publish(office)
    _asks_again(public, not_yet="还没有正式成绩")
    second = golds(public)
    assert sum(second.values()) == 1
    assert _owner(second) != _owner(first)
    expect(public.locator("#tables section").last).to_contain_text(_owner(second))
    office.goto("/office/games/day/events/FS/results")
    expect(office.locator("main")).to_contain_text("录像核对后重算")


def golds(page: Page) -> dict[str, int]:
    """The medal table as it stands on the page, without asking again: whose golds."""
    rows = page.locator("#tables table").first.locator("tbody tr")
    return {
        row.locator("th a").inner_text(): int(row.locator("td:nth-child(3)").inner_text() or 0)
        for row in (rows.all() if page.locator("#tables table").count() else [])
    }


def _owner(table: dict[str, int]) -> str:
    return next(name for name, gold in table.items() if gold)


def _publish(page: Page) -> None:
    page.goto("/office/games/day/events/FS/results")
    follow(page.get_by_role("button", name="公布为正式成绩"))


def _asks_again(page: Page, *, not_yet: str) -> None:
    """A minute goes by on the page that lies open: it asks again by itself, nobody reloads it."""
    before = page.locator("#tables").inner_text()
    assert not_yet in before
    page.clock.fast_forward("01:05")
    expect(page.locator("#tables")).not_to_have_text(before, use_inner_text=True)


def _correct(page: Page, look: Look, *, wins: bool) -> None:
    """The head referee writes 赵铁柱's bouts anew, with a reason: both won, or both lost."""
    page.goto("/games/day/referee?when=all")
    bouts = page.locator("li:has-text('赵铁柱') a")
    addresses = [str(one.get_attribute("href")) for one in bouts.all()]
    assert len(addresses) == 2
    for n, address in enumerate(addresses):
        page.goto(address)
        page.locator("summary", has_text="更正成绩").click()
        sides = page.locator("label:has(input[name=winner])")
        ours = next(n for n, one in enumerate(sides.all()) if "赵铁柱" in one.inner_text())
        winner = ours if wins else 1 - ours
        page.locator("#points_a").fill("9" if winner == 0 else "1")
        page.locator("#points_b").fill("9" if winner == 1 else "1")
        sides.nth(winner).click()
        page.locator("label:has(input[name=victory][value=VPO1])").click()
        if n == 0:  # without its reason a confirmed result is not touched, and what was typed stays
            follow(page.get_by_role("button", name="存为新一版"))
            look(reload=False, name="a correction without its reason")
            expect(page.locator("#points_a")).to_have_value("9" if winner == 0 else "1")
        page.locator("#reason").fill("录像核对")
        follow(page.get_by_role("button", name="存为新一版"))
        follow(page.get_by_role("button", name="确认成绩"))
        expect(page.locator("main")).to_contain_text("原因：录像核对")


def _protest_and_reopen(page: Page) -> None:
    page.goto("/office/games/day/events/FS/results")
    form = page.locator("form[action$='/protests']")
    form.locator("textarea").fill("第二场计分有误")
    follow(form.get_by_role("button", name="记下申诉"))
    with collecting(page) as (look, seen):
        follow(page.get_by_role("link", name="裁决"))
        look(name="a protest to decide")
    assert "games/protest.html" in seen
    page.locator("label:has(input[name=outcome][value=upheld])").click()
    page.locator("textarea[name=decision]").fill("录像核对后重算")
    follow(page.get_by_role("button", name="裁决"))


def test_every_kind_of_result_on_a_referee_s_phone(somebody, seeded):
    page = somebody("phone", "zhuren", seeded["venue"]["head"])
    units = seeded["venue"]["units"]
    with collecting(page) as (look, seen):
        page.goto("/games/venue/referee")
        look()
        for unit in units.values():
            page.goto(f"/games/venue/referee/{unit}")
            look()
        for rest in ("times", "checkins"):
            page.goto(f"/games/venue/referee/{units['heat']}/{rest}")
            look()
    kinds = ("units", "bout", "match", "heat", "panel", "places", "times", "checkins")
    assert seen >= {f"games/referee_{kind}.html" for kind in kinds}


def test_a_judge_sees_the_own_sheet(somebody, seeded):
    page = somebody("phone", "dafen", seeded["venue"]["judge"])
    with collecting(page) as (look, seen):
        page.goto(f"/games/venue/referee/{seeded['venue']['units']['panel']}")
        look()
    assert "games/sheet.html" in seen


def test_the_schedule_of_a_session_and_of_one_unit(as_walker, seeded):
    page = as_walker("limin")
    with collecting(page) as (look, seen):
        page.goto(f"/office/games/venue/schedule/{seeded['venue']['session']}")
        look()
        page.goto(f"/office/games/venue/schedule/{seeded['venue']['session']}/clear")
        look()
        page.goto(f"/office/games/venue/schedule/units/{seeded['venue']['units']['bout']}")
        look()
    assert seen >= {"games/schedule_session.html", "games/schedule_unit.html"}


def test_a_delegation_s_sheet_is_shown_before_it_is_taken(somebody, seeded):
    page = somebody("phone", "lingdui", seeded["day"]["leader"])
    with collecting(page) as (look, seen):
        page.goto(f"/games/sheets/enter/{seeded['sheets']['delegation']}/file")
        rows = f"小项,队名,姓名,证件号码\n男子 100 米,,周快,{valid_resident_id('370499', date(2001, 5, 6), 733)}\n男子 100 米,,吴慢,123\n"
        sheet = {"name": "报项.csv", "mimeType": "text/csv", "buffer": rows.encode("utf-8-sig")}
        page.locator("input[type=file]").set_input_files(files=[sheet])
        follow(page.get_by_role("button", name="上传报项表"))
        look(name="the rows before they are taken")
    assert "games/enter_preview.html" in seen
