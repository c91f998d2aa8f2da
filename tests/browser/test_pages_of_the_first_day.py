"""A new installation, from the code on the console to the office's home."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.doors import follow
from tests.browser.walking import collecting

PASSWORD = "Saturday-walk-26"


@pytest.fixture(scope="module")
def site(start_site):
    """An installation in which there is nobody yet."""
    return start_site(demo=None)


def test_the_office_is_set_up_and_its_administrator_signs_in(site, open_page):
    page = open_page("desk")
    with collecting(page) as (look, seen):
        page.goto("/office/login")
        look()
        follow(page.get_by_role("link", name="开始设置"))
        look()
        typed = {
            "setup_code": site.cli("setup-code").strip(),
            "office_name": "滕州市体育局",
            "office_phone": "0632-5500000",
            "admin_name": "赵主任",
            "admin_login": "zhao",
            "password": PASSWORD,
            "again": PASSWORD,
            "security_name": "钱主任",
            "security_login": "qian",
        }
        for name, text in typed.items():
            page.locator(f"[name={name}]").fill(text)
        follow(page.get_by_role("button", name="完成设置"))
        expect(page.locator("[data-once]")).not_to_be_empty()
        look(reload=False)
        follow(page.get_by_role("link", name="去登录"))
        page.locator("[name=login_name]").fill("zhao")
        page.locator("[name=password]").fill(PASSWORD)
        follow(page.get_by_role("button", name="登录"))
        expect(page.locator("body")).to_contain_text("滕州市体育局")
        look()
    assert {"dashboards/founding.html", "dashboards/founded.html"} <= seen
