"""The main pages in English on a phone: they fit, read well to machines, and lead back to Chinese."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import assert_accessible, assert_no_sideways_scroll
from tests.browser.doors import staff_password

OFFICE = "/office/activities/BZ-TODAY"


def in_english(page: Page) -> None:
    """By the button that a reader has."""
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def assert_fits(page: Page) -> None:
    """At both widths from the start: a drawing follows its page one frame later."""
    assert_accessible(page)
    for width in (375, 320):
        page.set_viewport_size({"width": width, "height": 812})
        page.reload()
        assert_no_sideways_scroll(page, width)
    page.set_viewport_size({"width": 375, "height": 812})


@pytest.mark.parametrize("path", ["/", "/activities", "/activities/BZ-TODAY", "/login", "/help", "/office/login"])
def test_what_anybody_sees(phone, path):
    phone.goto(path)
    in_english(phone)
    assert phone.url.endswith(path)
    expect(phone.get_by_text("Demo: people and figures are made up")).to_be_visible()
    assert_fits(phone)
    assert_no_sideways_scroll(phone, 375, text=1.5)


def test_the_way_back_to_chinese(phone):
    phone.goto("/help")
    in_english(phone)
    phone.get_by_role("button", name="中文").click()
    expect(phone.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(phone.get_by_role("heading", level=1)).to_have_text("帮助和电话")


def test_the_office_s_pages_on_a_phone_and_at_a_desk(site, phone, desk):
    for page in (phone, desk):
        page.goto("/office/login")
        in_english(page)
        page.get_by_label("Login name").fill("limin")
        page.get_by_label("Password").fill(staff_password(site.instance, "limin"))
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("main")).to_contain_text("Coming up")
    for path in ("/office", OFFICE, f"{OFFICE}/attendance", f"{OFFICE}/devices", f"{OFFICE}/registrations"):
        phone.goto(path)
        assert_fits(phone)
        desk.goto(path)
        assert_accessible(desk)
        assert_no_sideways_scroll(desk, 1280)


def test_a_chart_speaks_the_language_of_its_page(site, desk):
    desk.goto("/office/login")
    in_english(desk)
    desk.get_by_label("Login name").fill("limin")
    desk.get_by_label("Password").fill(staff_password(site.instance, "limin"))
    desk.get_by_role("button", name="Sign in").click()
    expect(desk.locator("main")).to_contain_text("Coming up")
    desk.goto(f"{OFFICE}/attendance")
    expect(desk.get_by_role("button", name="As a table")).to_be_visible()


def test_a_page_without_a_network_says_so_in_its_language(phone, watch):
    watch.allow("ERR_INTERNET_DISCONNECTED")
    phone.goto("/login")
    in_english(phone)
    phone.context.set_offline(True)
    phone.locator("input[name=phone]").fill("13900139009")
    phone.get_by_role("button", name="Get a code").click()
    expect(phone.get_by_role("alert")).to_contain_text("No network right now")
    phone.context.set_offline(False)
