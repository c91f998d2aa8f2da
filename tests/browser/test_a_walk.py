"""A Saturday walk, end to end: sign up on a phone, be scanned by a phone, be counted in the office."""

from __future__ import annotations

import re
import zlib
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.people.rules.documents import valid_resident_id
from tests.browser.checks import assert_accessible, assert_no_sideways_scroll
from tests.browser.video import frame, nothing, write_video

STATION = "BZ-TODAY"


def sign_in(page: Page, phone: str, *, then: str = "/") -> None:
    """A citizen signs in: phone, then the code that the demo shows."""
    page.goto(f"/login?next={then}")
    page.get_by_label("手机号").fill(phone)
    page.locator("main button[type=submit]").first.click()
    shown = re.search(r"验证码是 (\d{3} ?\d{3})", page.locator("main").inner_text())
    assert shown is not None, "the demo shows the code"
    page.get_by_label("验证码").fill(shown.group(1).replace(" ", ""))
    page.get_by_role("button", name="登录").click()


def staff_password(instance: Path, name: str) -> str:
    """From the file that only the owner of the installation can read."""
    found = re.search(rf"{name}\s+(\S+)", (instance / "demo-accounts.txt").read_text(encoding="utf-8"))
    assert found is not None
    return found.group(1)


def came(desk: Page) -> int:
    """The office's figure of people who came."""
    desk.goto(f"/office/activities/{STATION}/attendance")
    found = re.search(r"([\d,]+)\s*人次", desk.locator("main").inner_text())
    assert found is not None
    return int(found.group(1).replace(",", ""))


def test_a_citizen_signs_up_is_scanned_and_is_counted(site, phone, desk, open_page, camera_browser, tmp_path):
    desk.goto("/office/login")
    desk.get_by_label("登录名").fill("limin")
    desk.get_by_label("密码").fill(staff_password(site.instance, "limin"))
    desk.locator("main button[type=submit]").first.click()
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

    assert came(desk) == before + 1
    desk.get_by_role("link", name="看名单").nth(1).click()
    expect(desk.locator("main")).to_be_visible()


@pytest.mark.parametrize("mode", ["standard", "elder"])
@pytest.mark.parametrize(
    "path",
    ["/", "/activities", f"/activities/{STATION}", "/my", "/my/code", "/my/family", "/privacy", "/help"],
)
def test_citizens_pages_are_accessible_in_both_modes(phone, path, mode):
    if path.startswith("/my"):  # one code a minute and phone: a phone of its own for each case
        number = 13900139100 + zlib.crc32(f"{path}{mode}".encode()) % 800
        sign_in(phone, str(number))
    phone.goto(path)
    if mode == "elder":
        phone.context.add_cookies([{"name": "mode", "value": "elder", "url": phone.url}])
        phone.goto(path)
        expect(phone.locator("html")).to_have_attribute("data-mode", "elder")
    assert_accessible(phone)
    assert_no_sideways_scroll(phone, 320)
    assert_no_sideways_scroll(phone, 375, text=1.5)
