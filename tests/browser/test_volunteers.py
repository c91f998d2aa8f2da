"""A volunteer before the camera of the office's phone, and the year on paper that anybody can check."""

from __future__ import annotations

import re
from datetime import date

from playwright.sync_api import Page, expect

from app.people.rules.documents import valid_resident_id
from tests.browser.doors import follow, sign_in
from tests.browser.video import frame, nothing, write_video
from tests.browser.walking import collecting

LIVE = "/office/activities/BZ-TODAY"
PHONE = "13900139455"


def registered(page: Page, name: str) -> str:
    """Somebody signs in and registers for today's walk; their short code."""
    sign_in(page, PHONE, then="/activities/BZ-TODAY/register")
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=document_number]").fill(valid_resident_id("370499", date(1970, 8, 8), 455))
    page.locator("input[name=phone]").fill(PHONE)
    if page.locator("select[name=town]").count():
        page.locator("select[name=town]").select_option(label="北庄镇")
    page.locator("input[name=category]").first.check()
    page.get_by_label("我已阅读并同意").check()
    page.get_by_label("同意使用证件号").check()
    page.get_by_role("button", name="下一步").click()
    page.locator("input[name=consent_terms], input[name$=consent_terms]").first.check()
    page.get_by_role("button", name="提交报名").click()
    expect(page.locator("main")).to_contain_text("报上了")
    page.goto("/my/code")
    expect(page.locator("main")).to_contain_text(name)
    found = re.search(r"\b[0-9A-Z]{4}[ -][0-9A-Z]{4}\b", page.locator("main").inner_text())
    assert found is not None
    return found.group(0)


def test_read_by_the_camera_and_printed_with_a_number(phone, as_walker, open_page, camera_browser, doors, tmp_path):
    code = registered(phone, "郑春华")
    phone.locator("main svg[role=img]").first.screenshot(path=tmp_path / "code.png")
    office = as_walker("limin")
    office.goto(f"{LIVE}/volunteers")
    form = office.locator(f"form[action='{LIVE}/volunteers']")
    form.locator("#shift-post").fill("巡线")
    form.locator("#shift-needed").fill("1")
    follow(form.get_by_role("button", name="加班次"))
    follow(office.get_by_role("link", name="巡线").first)
    shift = office.url
    adding = office.locator("form[action$='/add']")
    adding.locator("input[type=text]").fill(code)
    follow(adding.get_by_role("button", name="加到班次"))

    video = write_video(tmp_path / "camera.mjpeg", [(nothing(), 1.0), (frame(tmp_path / "code.png"), 8.0)])
    held = open_page("phone", browser=camera_browser(video), permissions=["camera"], storage_state=doors("limin"))
    held.goto(f"{LIVE}/volunteers/camera")
    verdict = held.locator(".x-cam__verdict")
    expect(verdict).to_have_attribute("data-tone", "accepted", timeout=20_000)
    expect(verdict).to_contain_text("已签到")
    expect(verdict).to_contain_text("郑春华")
    expect(verdict).to_contain_text("巡线")
    held.close()

    office.goto(shift)
    follow(office.locator("tr:has-text('郑春华') a").last)
    office.locator("#minutes").fill("100")
    office.locator("#reason").fill("提前离岗")
    follow(office.get_by_role("button", name="保存"))
    phone.goto("/my/volunteer/record")
    with phone.expect_download() as got:
        phone.get_by_role("link", name="带编号的 PDF").click()
    number = got.value.suggested_filename.removesuffix(".pdf")
    public = open_page("phone")
    with collecting(public) as (look, seen):
        public.goto(f"/certificates/{number}")
        expect(public.locator("main")).to_contain_text("合 1.7 小时")
        expect(public.locator("main")).not_to_contain_text("郑春华")
        look()
    assert seen >= {"honours/check_service.html"}
