"""The office's other work as it is seen: volunteers, and what comes after an activity."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from app.people.rules.documents import valid_resident_id
from tests.browser.doors import follow
from tests.browser.walking import collecting

LIVE = "/office/activities/BZ-TODAY"


@pytest.fixture
def citizen(as_walker) -> Page:
    return as_walker("citizen")


def test_a_volunteer_is_added_signs_in_by_the_poster_and_prints_the_record(as_walker, citizen):
    office = as_walker("limin")
    citizen.goto("/my/code")
    found = re.search(r"\b[0-9A-Z]{4}[ -][0-9A-Z]{4}\b", citizen.locator("main").inner_text())
    assert found is not None
    office.goto(f"{LIVE}/volunteers")
    form = office.locator(f"form[action='{LIVE}/volunteers']")
    form.locator("#shift-post").fill("机动")
    form.locator("#shift-needed").fill("2")
    follow(form.get_by_role("button", name="加班次"))
    follow(office.get_by_role("link", name="机动").first)
    shift = office.url
    adding = office.locator("form[action$='/add']")
    adding.locator("input[type=text]").fill(found.group(0))
    follow(adding.get_by_role("button", name="加到班次"))
    expect(office.locator("main")).to_contain_text("张玉兰")
    office.goto(f"{shift}/poster")
    address = re.search(r"http\S+/volunteer/\w+", office.locator("main").inner_text())
    assert address is not None
    with collecting(citizen) as (look, seen):
        citizen.goto(re.sub(r"^https?://[^/]+", "", address.group(0)))
        look()
        follow(citizen.get_by_role("button", name="签到").first)
        expect(citizen.locator("main")).to_contain_text("已签到")
        office.goto(shift)
        follow(office.locator("tr:has-text('张玉兰') a").last)
        office.locator("#minutes").fill("90")
        office.locator("#reason").fill("提前离岗")
        follow(office.get_by_role("button", name="保存"))
        citizen.goto("/my/volunteer/record")
        expect(citizen.locator("main")).to_contain_text("1.5")
        look()
    assert seen >= {"volunteers/own_sign.html", "volunteers/record.html"}


def test_news_a_prize_draw_and_a_certificate_that_everybody_can_check(as_walker, citizen, open_page):
    office, public = as_walker("limin"), open_page("phone")
    office.goto(f"{LIVE}/after")
    office.locator("#draws summary").last.click()
    office.locator("#seal-name").fill("运动水壶")
    office.locator("#seal-prizes").fill("3")
    office.locator("#seal-seed_from").fill("今晚双色球")
    follow(office.get_by_role("button", name="封存名单"))
    office.locator("#draws input[id$=seed]").first.fill("01 05 09")
    follow(office.locator("#draws").get_by_role("button", name="抽奖"))
    office.locator("#news summary").click()
    office.locator("#news-title").fill("圆满结束")
    office.locator("#news-text").fill("一千人走完全程。")
    with collecting(office) as (look, seen):
        follow(office.get_by_role("button", name="存为草稿"))
        look()
        office.locator("#photo-photo").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": _photo()})
        office.locator("#photo-words").fill("起点处的队伍")
        follow(office.get_by_role("button", name="加照片"))
        here = office.url
        office.goto(f"{here}/remove")
        look()
        office.goto(here)
        follow(office.get_by_role("button", name="公开"))
    assert seen >= {"honours/news.html", "honours/news_remove.html"}
    with collecting(public) as (look, seen):
        public.goto("/activities/BZ-TODAY")
        follow(public.get_by_role("link", name="新闻和照片"))
        expect(public.get_by_alt_text("起点处的队伍")).to_be_visible()
        look()
        public.goto("/activities/BZ-TODAY/draws")
        expect(public.locator("ol li")).to_have_count(3)
        public.locator("summary").first.click()
        look()
        number = _certificate(citizen)
        public.goto("/certificates")
        look()
        public.locator("#certificate").fill(number.lower())
        follow(public.get_by_role("button", name="核验"))
        expect(public.locator("main")).to_contain_text("有效")
        expect(public.locator("main")).not_to_contain_text("张玉兰")
        look()
    assert seen >= {
        "honours/public_news.html",
        "honours/draws.html",
        "honours/check_form.html",
        "honours/check.html",
    }


def test_a_sheet_of_candidates_is_looked_at_before_it_comes_in(as_walker):
    office = as_walker("limin")
    number = valid_resident_id("370406", date(1996, 5, 4), 31)
    rows = ["大项,姓名,证件号码", f"田径,吴小燕,{number}", "田径,李小红,123", f"田径,吴小燕,{number}"]
    office.goto("/office/squads")
    follow(office.get_by_role("link", name="山亭区代表队"))
    squad = office.url
    sheet = {"name": "名单.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode("utf-8-sig")}
    form = office.locator("form[action$='/people']")
    form.locator("input[type=file]").set_input_files(sheet)
    with collecting(office) as (look, seen):
        follow(form.get_by_role("button").last)
        main = office.locator("main")
        expect(main).to_contain_text("新的 1，补上或改 0，已有 0，重复 1，要改 1。")
        look()
        follow(office.get_by_role("button", name="收下 1 行"))
        expect(main).to_contain_text("已收下 1 行")
        look()
    assert "squads/sheet_preview.html" in seen
    office.goto(squad)
    form.locator("input[type=file]").set_input_files(sheet)
    follow(form.get_by_role("button").last)
    expect(main).to_contain_text("新的 0，补上或改 0，已有 1，重复 1，要改 1。")


def test_several_trials_of_a_candidate_and_the_better_one_counts(as_walker):
    office = as_walker("limin")
    number = valid_resident_id("370406", date(1996, 5, 4), 33)
    office.goto("/office/squads")
    follow(office.get_by_role("link", name="山亭区代表队"))
    sheet = f"大项,姓名,证件号码,选拔成绩,选拔日期\n轮滑,吴小燕,{number},12.9,2021-03-20"
    form = office.locator("form[action$='/people']")
    form.locator("input[type=file]").set_input_files(
        {"name": "名单.csv", "mimeType": "text/csv", "buffer": sheet.encode("utf-8-sig")}
    )
    follow(form.get_by_role("button").last)
    follow(office.get_by_role("button", name="收下 1 行"))
    follow(office.get_by_role("link", name="回队伍页"))
    follow(office.get_by_role("link", name="轮滑"))
    with collecting(office) as (look, seen):
        mine = office.locator("details", has_text="吴小燕")
        mine.locator("summary").click()
        mine.locator("[name$=-mark]").fill("12.4")
        follow(mine.get_by_role("button", name="记下"))
        row = office.locator("tr", has_text="吴小燕")
        expect(row).to_contain_text("12.4")
        expect(row).to_contain_text("2 次")
        office.locator("#marks select").first.select_option("more")
        follow(office.get_by_role("button", name="按这个规则算"))
        expect(row).to_contain_text("12.9")
        look()
    assert "squads/group.html" in seen


def test_results_are_looked_at_before_they_come_in(as_walker):
    office = as_walker("limin")
    office.goto("/office/squads")
    follow(office.get_by_role("link", name="山亭区代表队"))
    rows = "大项,小项,姓名,名次\n射箭,女子反曲弓,吴小燕,4\n射箭,女子反曲弓,李小红,第一"
    form = office.locator("form[action$='/results']")
    form.locator("input[type=file]").set_input_files(
        {"name": "成绩.csv", "mimeType": "text/csv", "buffer": rows.encode("utf-8-sig")}
    )
    with collecting(office) as (look, seen):
        follow(form.get_by_role("button").last)
        expect(office.locator("main")).to_contain_text("名次应为整数")
        look()
        follow(office.get_by_role("button", name="收下 1 行"))
        expect(office.locator("main")).to_contain_text("已收下 1 行")
    assert "squads/sheet_preview.html" in seen


def test_a_set_is_signed_for_with_a_finger_and_the_receipts_print(as_walker):
    office = as_walker("limin")
    office.goto("/office/equipment")
    follow(office.get_by_role("link", name="双十镇自然村健身器材"))
    grant = office.url
    follow(office.locator("main table a").first)
    with collecting(office) as (look, seen):
        look()
        office.get_by_role("textbox", name="签收人").fill("孙守义")
        _draw(office)
        follow(office.get_by_role("button", name="更正发放"))
        picture = office.locator("img.x-signed")
        expect(picture).to_be_visible()
        assert picture.evaluate("image => image.naturalWidth") > 40
        look()
        office.goto(f"{grant}/receipts")
        expect(office.locator("img.x-signed")).to_have_count(1)
        look()
    assert seen >= {"facilities/set.html", "facilities/receipts.html"}


def _draw(page: Page) -> None:
    """A line on the pad."""
    pad = page.locator("[data-signature] canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 70, steps=8)
    page.mouse.up()


def _photo() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (640, 400), "green").save(target, "JPEG")
    return target.getvalue()


def _certificate(page: Page) -> str:
    """The citizen downloads the certificate of a station of 2021; its number."""
    page.goto("/my")
    follow(page.locator("a:has-text('徐庄站')").first)
    with page.expect_download() as got:
        page.get_by_role("link", name="完赛证书（PDF）").click()
    return got.value.suggested_filename.removesuffix(".pdf")
