"""Addresses end up in logs, histories and on other people's screens: no secret stands in one."""

from __future__ import annotations

import re

import pytest

from app.core.permissions import Role
from tests.factories import accounts
from tests.support.world import build_world
from tests.web.attacks.test_every_form import pages

pytestmark = pytest.mark.usefixtures("ctx")
SECRET = re.compile(r"password|code$|token|secret|phone|document|number|id_card|birth", re.IGNORECASE)
# a run of digits within an id is no telephone
IN_AN_ADDRESS = re.compile(
    r"(xd_|xk_|xa_)\w{8}|(?<!\w)1[3-9]\d{9}(?!\w)|(?<!\w)\d{17}[\dX](?!\w)|[?&](token|password|csrf_token)="
)
ROLES = (Role.EVENT_MANAGER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR, None)


@pytest.fixture
def world(ctx):
    return build_world()


@pytest.mark.parametrize("role", ROLES)
def test_no_form_and_no_link_puts_a_secret_into_an_address(app, client, world, role):
    """But those of `tel:`, which call the office."""
    client.login_as(accounts.staff(role) if role else world.citizen)
    asked, links = {}, set()
    for url, page in pages(app, client, world):
        for form in page.find_all("form", attrs={"method": "get"}):
            asked |= {str(one.get("name")): url for one in form.find_all(["input", "textarea"])}
        for one in page.select("a[href], form[action], img[src], link[href], script[src]"):
            links.add(str(one.get("href") or one.get("action") or one.get("src")))
    assert len(links) > 20
    assert [name for name in asked if SECRET.search(name)] == []
    assert [one for one in links if not one.startswith("tel:") and IN_AN_ADDRESS.search(one)] == []
