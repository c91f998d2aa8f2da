"""A Saturday walk, end to end: sign up on a phone, be scanned by a phone, be counted in the office."""

from __future__ import annotations

import re
from datetime import date

from playwright.sync_api import Page, expect

from app.people.rules.documents import valid_resident_id
from tests.browser.checks import assert_accessible, assert_no_sideways_scroll
from tests.browser.doors import sign_in, sign_in_staff
from tests.browser.video import frame, nothing, write_video

STATION = "BZ-TODAY"


def came(desk: Page) -> int:
    """The office's figure of people who came."""
    desk.goto(f"/office/activities/{STATION}/attendance")
    found = re.search(r"([\d,]+)\s*人次", desk.locator("main").inner_text())
    assert found is not None
    return int(found.group(1).replace(",", ""))


def test_a_citizen_signs_up_is_scanned_and_is_counted(site, phone, desk, open_page, camera_browser, tmp_path):
    sign_in_staff(desk, site.instance, "limin")
    before = came(desk)

    sign_in(phone, "13900139001", then=f"/activities/{STATION}/register")
    phone.locator("input[name=name]").fill("孙桂兰")
    phone.locator("input[name=document_number]").fill(valid_resident_id("370499", date(1956, 5, 4), 124))
    phone.locator("input[name=phone]").fill("13900139001")
    if phone.locator("select[name=town]").count():
        phone.locator("select[name=town]").select_option(label="北庄镇")
    phone.locator("input[name=category]").first.check()
    phone.get_by_label("我已阅读并同意").check()
    phone.get_by_label("同意使用证件号").check()
    assert_accessible(phone)
    assert_no_sideways_scroll(phone, 320)
    phone.get_by_role("button", name="下一步").click()
    phone.locator("input[name=consent_terms], input[name$=consent_terms]").first.check()
    phone.get_by_role("button", name="提交报名").click()
    expect(phone.locator("main")).to_contain_text("报上了")

    phone.goto("/my/code")
    expect(phone.locator("main")).to_contain_text("孙桂兰")
    code = phone.locator("main svg[role=img]").first.screenshot(path=tmp_path / "code.png")
    assert code

    video = write_video(tmp_path / "camera.mjpeg", [(nothing(), 1.0), (frame(tmp_path / "code.png"), 8.0)])
    token = site.cli("devices", "issue", "--activity", STATION, "--name", "张敏").split()[-1]
    volunteer = open_page("phone", browser=camera_browser(video), permissions=["camera"])
    volunteer.goto(f"/scan#token={token}")
    volunteer.locator("[data-checkpoint=S]").click()
    verdict = volunteer.get_by_test_id("verdict")
    expect(verdict).to_have_attribute("data-verdict", "accepted", timeout=20_000)
    expect(verdict).to_contain_text("通过")
    # the phone has spoken by itself; the count needs the server
    expect(volunteer.get_by_test_id("unsent")).to_have_attribute("data-count", "0")

    assert came(desk) == before + 1
    desk.get_by_role("link", name="看名单").nth(1).click()
    expect(desk.locator("main")).to_be_visible()
