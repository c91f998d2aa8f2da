"""The site as `make run` serves it, seen by a phone and a desktop at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.checks import assert_accessible, assert_no_sideways_scroll


@pytest.mark.parametrize("path", ["/login", "/office/login", "/scan"])
def test_the_way_in_is_open_on_a_phone(phone, path):
    answer = phone.goto(path)
    assert answer is not None
    assert answer.ok
    expect(phone.get_by_role("heading", level=1).first).to_be_visible()
    assert_accessible(phone)
    assert_no_sideways_scroll(phone, 320)
    assert_no_sideways_scroll(phone, 375, text=1.5)


def test_two_people_have_cookies_of_their_own(phone, desk):
    phone.goto("/login")
    phone.get_by_role("button", name="长辈版").click()
    desk.goto("/login")
    expect(phone.locator("html")).to_have_attribute("data-mode", "elder")
    expect(desk.locator("html")).to_have_attribute("data-mode", "standard")


def test_the_command_line_and_the_pages_share_one_installation(site, phone):
    accounts = (site.instance / "demo-accounts.txt").read_text(encoding="utf-8")
    assert "Citizen" in accounts
    before = site.cli("demo", "load", "--if-empty")
    assert before == "", "the demo was loaded a second time"
    assert phone.request.get("/healthz").json()["status"] == "ok"
