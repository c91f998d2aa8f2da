"""A citizen takes their data along and leaves: nobody finds them any more, and the station's figures stay."""

from __future__ import annotations

import contextlib
import io
import json
import re
import sqlite3
import zipfile
from datetime import date

from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from app.people.rules.documents import valid_resident_id
from tests.browser.doors import follow, sign_in
from tests.browser.offline import READ
from tests.browser.served import Site
from tests.browser.walking import Look, collecting

LIVE = "/office/activities/BZ-TODAY"
PHONE, NAME = "13900139401", "周立秋"
DOCUMENT = valid_resident_id("370499", date(1960, 8, 8), 801)


def counted(desk: Page) -> tuple[int, int]:
    """The station's figures as the office sees them: how often people came, and how many are registered."""
    desk.goto(f"{LIVE}/attendance")
    came = re.search(r"([\d,]+)\s*人次", desk.locator("main").inner_text())
    desk.goto(f"{LIVE}/registrations")
    registered = re.search(r"已报名\s*([\d,]+)", desk.locator("main").inner_text())
    assert came is not None
    assert registered is not None
    return int(came.group(1).replace(",", "")), int(registered.group(1).replace(",", ""))


def _takes_part(page: Page, volunteer: Page, site) -> None:
    """Signs up for the station of today and is scanned at its start."""
    sign_in(page, PHONE, then="/activities/BZ-TODAY/register")
    page.locator("input[name=name]").fill(NAME)
    page.locator("input[name=document_number]").fill(DOCUMENT)
    page.locator("input[name=phone]").fill(PHONE)
    if page.locator("select[name=town]").count():
        page.locator("select[name=town]").select_option(label="北庄镇")
    page.locator("input[name=category]").first.check()
    page.get_by_label("我已阅读并同意").check()
    page.get_by_label("同意使用证件号").check()
    follow(page.get_by_role("button", name="下一步"))
    page.locator("input[name$=consent_terms]").first.check()
    follow(page.get_by_role("button", name="提交报名"))
    page.goto("/my/code")
    code = re.search(r"\b[0-9A-Z]{4}[ -][0-9A-Z]{4}\b", page.locator("main").inner_text())
    assert code is not None
    token = site.cli("devices", "issue", "--activity", "BZ-TODAY", "--name", "起点手机").split()[-1]
    volunteer.goto(f"/scan#token={token}")
    volunteer.locator("[data-checkpoint=S]").click()
    expect(volunteer.get_by_test_id("checkpoint")).to_be_visible()
    assert volunteer.evaluate(READ, re.sub(r"[ -]", "", code.group()))[0] == "accepted"
    expect(volunteer.get_by_test_id("unsent")).to_have_attribute("data-count", "0")


def _takes_all_along(page: Page) -> None:
    """One archive: a table to read and the same for programs; what they are to the office stands in it."""
    page.goto("/my/data")
    with page.expect_download() as got:
        page.get_by_role("button", name="下载全部资料").click()
    archive = zipfile.ZipFile(got.value.path())
    told = {one["title"]: one["rows"] for one in json.loads(archive.read("data.json"))["sections"]}
    assert [row["姓名"] for row in told["个人信息"]] == [NAME]
    assert told["个人信息"][0]["证件号码"] == DOCUMENT
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(archive.read("data.xlsx")))
    assert sheets.sheet_names == list(told)
    assert "北庄站" in json.dumps(told, ensure_ascii=False)


def _a_minute_passes(site: Site) -> None:
    """The codes that were sent are a minute older, so that the next one may be asked for."""
    with contextlib.closing(sqlite3.connect(site.instance / "xiangyue.db")) as store, store:
        store.execute("UPDATE login_code SET created_at = created_at - ?", (61 * 1_000_000,))


def _leaves(page: Page, look: Look) -> None:
    """By a code to the own phone; a wrong one deletes nothing."""
    page.goto("/my/data")
    follow(page.get_by_role("link", name="注销账号"))
    follow(page.get_by_role("button", name="发送验证码"))
    look(reload=False, name="the code that closes an account")
    shown = re.search(r"验证码是 (\d{3} ?\d{3})", page.locator("main").inner_text())
    assert shown is not None
    right = shown.group(1).replace(" ", "")
    page.get_by_label("验证码").fill(f"{(int(right) + 1) % 1_000_000:06}")
    follow(page.get_by_role("button", name="注销"))
    expect(page.locator("main")).to_contain_text("注销")
    page.get_by_label("验证码").fill(right)
    follow(page.get_by_role("button", name="注销"))
    expect(page.locator("body")).to_contain_text("账号已注销，资料已删除。")


def test_a_citizen_takes_their_data_along_and_is_forgotten(as_walker, open_page, site, watch):
    desk, page = as_walker("limin"), open_page("phone")
    came, registered = counted(desk)
    _takes_part(page, open_page("phone"), site)
    assert counted(desk) == (came + 1, registered + 1)
    desk.goto(f"{LIVE}/registrations?q={NAME}")
    expect(desk.locator("main tbody")).to_contain_text(NAME)
    _takes_all_along(page)
    _a_minute_passes(site)
    with collecting(page) as (look, _seen):
        _leaves(page, look)
    page.goto("/my")
    assert "/login" in page.url, "the session has ended"

    assert counted(desk) == (came + 1, registered + 1), "who came, came"
    desk.goto(f"{LIVE}/registrations?q={NAME}")
    expect(desk.locator("main")).to_contain_text("没有符合条件的人")
    desk.goto("/office/persons")
    desk.locator("label:has(input[name=by][value=phone])").click()
    desk.locator("input[name=phone]").fill(PHONE)
    follow(desk.get_by_role("button", name="查找"))
    expect(desk.locator("main")).not_to_contain_text("周")

    _a_minute_passes(site)
    sign_in(page, PHONE, then="/my")  # the phone is free for a new account, which knows nothing of the old one
    for address in ("/my", "/my/family", "/my/notices", "/my/data"):
        page.goto(address)
        expect(page.locator("main")).not_to_contain_text("立秋")
        expect(page.locator("main")).not_to_contain_text("北庄站")
