"""Signing in, as citizens and staff do it."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page


def follow(control: Locator) -> None:
    """Press what leads to another page, and wait until that page stands: a click alone may come back before."""
    with control.page.expect_navigation():
        control.click()


def ask_for_code(page: Page, phone: str, *, then: str = "/") -> str:
    """Step one of a citizen: the phone; the code that the demo shows."""
    page.goto(f"/login?next={then}")
    page.get_by_label("手机号").fill(phone)
    follow(page.locator("main button[type=submit]").first)
    shown = re.search(r"验证码是 (\d{3} ?\d{3})", page.locator("main").inner_text())
    assert shown is not None, "the demo shows the code"
    return shown.group(1).replace(" ", "")


def sign_in(page: Page, phone: str, *, then: str = "/") -> None:
    """A citizen signs in: phone, then the code."""
    page.get_by_label("验证码").fill(ask_for_code(page, phone, then=then))
    follow(page.get_by_role("button", name="登录"))


def staff_password(instance: Path, name: str) -> str:
    """From the file that only the owner of the installation can read."""
    found = re.search(rf"{name}\s+(\S+)", (instance / "demo-accounts.txt").read_text(encoding="utf-8"))
    assert found is not None
    return found.group(1)


def sign_in_with(page: Page, name: str, password: str) -> None:
    """Somebody of the office, a leader or a referee signs in with a password that the test knows."""
    page.goto("/office/login")
    page.get_by_label("登录名").fill(name)
    page.get_by_label("密码").fill(password)
    follow(page.locator("main button[type=submit]").first)


def sign_in_staff(page: Page, instance: Path, name: str) -> None:
    """Somebody of the office signs in."""
    sign_in_with(page, name, staff_password(instance, name))
