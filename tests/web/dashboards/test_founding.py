"""The first page: for whoever reads the console, until there is staff; then there is no such page."""

from __future__ import annotations

import pytest

from app.accounts.queries import is_founded
from app.core.permissions import Role
from app.dashboards.rules.founding import setup_code
from app.settings.queries import settings
from tests.factories import accounts

pytestmark = pytest.mark.usefixtures("ctx", "clock")
URL = "/setup"
PASSWORD = "Saturday-walk-26"


@pytest.fixture
def typed(app) -> dict[str, str]:
    return {
        "setup_code": setup_code(app.config["SECRET_KEY"]).lower(),
        "office_name": "滕州市体育局",
        "office_phone": "0632-5500000",
        "admin_name": "赵主任",
        "admin_login": "zhao",
        "password": PASSWORD,
        "again": PASSWORD,
        "security_name": "钱主任",
        "security_login": "qian",
    }


def test_from_nothing_to_an_office_that_works(client, typed):
    assert "还没有管理员" in client.get("/office/login").main
    client.get(URL)
    page = client.submit(typed)
    first = page.soup.select_one("[data-once]").text
    assert page.headers["Cache-Control"] == "no-store"
    client.get("/office/login")
    assert client.submit({"login_name": "zhao", "password": PASSWORD}, follow=False).status == 302
    assert "滕州市体育局" in client.get("/office").text
    other = client.another()
    assert "还没有管理员" not in other.get("/office/login").main
    assert other.submit({"login_name": "qian", "password": first}, follow=False).status == 302


def test_afterwards_there_is_no_such_page(client, typed):
    client.get(URL)
    client.submit(typed)
    page = client.another().get(URL, status=404)
    assert "已经设置好了" in page.main
    client.post(URL, typed, status=404)


def test_nor_where_there_is_staff(client, typed):
    accounts.staff(Role.EVENT_MANAGER)
    client.get(URL, status=404)
    client.post(URL, typed, status=404)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"setup_code": "AAAA-AAAA-AAAA-AAAA"}, "设置码不对"),
        ({"setup_code": ""}, "请填设置码。"),
        ({"again": "Saturday-walk-27"}, "两次填的不一样"),
        ({"password": "password1", "again": "password1"}, "至少用三种"),
        ({"security_login": "zhao"}, "不同的登录名"),
        ({"office_name": ""}, "请填单位名称。"),
        ({"office_name": "长" * 41}, "太长了"),
        ({"admin_login": "<script>"}, "登录名用"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_stays(client, typed, changes, words):
    client.get(URL)
    page = client.submit(typed | changes, status=422 if "security_login" not in changes else 409)
    assert any(words in one for one in page.errors)
    assert page.soup.select_one("[name=office_phone]")["value"] == "0632-5500000"
    assert not page.soup.select_one("[name=password]").get("value"), "a password is typed anew"
    assert not is_founded()
    assert settings() == {}


def test_the_console_prints_the_code(app, typed):
    done = app.test_cli_runner().invoke(args=["setup-code"])
    assert done.output.strip() == setup_code(app.config["SECRET_KEY"])


def test_the_console_says_that_it_is_too_late(app, ctx):
    accounts.staff(Role.SYSTEM_ADMIN)
    done = app.test_cli_runner().invoke(args=["setup-code"])
    assert done.exit_code == 1
    assert done.stdout == ""
