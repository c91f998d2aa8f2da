"""When a phone finds no network all day: its queue goes to the office as a file, and counts once."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.doors import sign_in_staff
from tests.browser.offline import choose

OFFICE = "/office/activities/BZ-TODAY"


def test_a_phone_s_file_is_taken_in_at_the_office_and_sent_again_counts_once(site, phone, desk, watch, tmp_path):
    watch.allow("ERR_FAILED")
    sign_in_staff(desk, site.instance, "limin")
    expect(desk.locator("main")).to_be_visible()
    desk.goto(f"{OFFICE}/registrations")
    bibs = re.findall(r"\b[A-Z] ?\d{3,}\b", desk.locator("main").inner_text())[:3]
    assert len(bibs) == 3
    desk.goto(f"{OFFICE}/devices")
    desk.get_by_role("button", name="出二维码").click()
    phone.goto(desk.get_by_test_id("join-address").inner_text().strip())
    phone.get_by_test_id("join-name").fill("张敏")
    phone.get_by_test_id("join-submit").click()
    choose(phone, "S")

    phone.route("**/api/v1/scans*", lambda route: route.abort())
    verdict = phone.get_by_test_id("verdict")
    for bib in bibs:
        verdict.evaluate("e => e.removeAttribute('data-verdict')")  # the last one's word is no answer to this one
        phone.get_by_test_id("open-search").click()
        phone.get_by_test_id("search-input").fill(bib)
        phone.get_by_test_id("search-results").locator("button").first.click()
        expect(verdict).to_have_attribute("data-verdict", "stored")
        expect(phone.get_by_test_id("open-search")).to_be_visible()
    expect(phone.get_by_test_id("unsent")).to_have_text("3 条未传")
    phone.get_by_test_id("unsent").click()
    with phone.expect_download() as got:
        phone.get_by_test_id("export").click()
    file = tmp_path / got.value.suggested_filename
    got.value.save_as(file)

    for told in ("新记 3 条，以前已有 0 条", "新记 0 条，以前已有 3 条"):
        desk.goto(f"{OFFICE}/fallbacks")
        desk.locator("[data-testid=queue-file] input[type=file]").set_input_files(file)
        desk.locator("[data-testid=queue-file] button[type=submit]").click()
        expect(desk.locator("main")).to_contain_text(told)
    damaged = tmp_path / "damaged.json"
    damaged.write_text(file.read_text(encoding="utf-8").replace('"seq": 2', '"seq": 9', 1), encoding="utf-8")
    watch.allow("422")
    desk.goto(f"{OFFICE}/fallbacks")
    desk.locator("[data-testid=queue-file] input[type=file]").set_input_files(damaged)
    desk.locator("[data-testid=queue-file] button[type=submit]").click()
    expect(desk.locator("main")).to_contain_text("文件不完整或被改过，请在手机上重新导出。")

    phone.unroute("**/api/v1/scans*")
    phone.get_by_test_id("send").click()
    expect(phone.get_by_test_id("state-unsent")).to_have_text("全部已传")
