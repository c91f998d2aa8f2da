"""A citizen signs in by phone and code."""

from __future__ import annotations

import base64
import json

import pytest
from sqlalchemy import func, select

from app.accounts.models import Account
from app.core.db import db

pytestmark = pytest.mark.usefixtures("clock")
PHONE = "13812345678"


def accounts() -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(Account)).scalar_one()


def begin(client, phone=PHONE, *, query=""):
    client.get(f"/login{query}")
    return client.submit({"phone": phone})


def send_code(client, code, *, follow=False):
    return client.submit({"code": code}, form="main form[action^='/login/code']", follow=follow)


def wrong(code):
    return "000000" if code != "000000" else "111111"


def test_two_pages_lead_in_and_make_the_account(client, ctx, sent):
    page = client.get("/login")
    assert page.h1 == "登录"
    page = client.submit({"phone": "138 1234 5678"})
    assert page.h1 == "填验证码"
    assert "已发到 138****5678，5 分钟内有效。" in page.main
    assert sent.code not in page.html
    answer = send_code(client, sent.code)
    assert (answer.status, answer.location) == (302, "/")
    assert accounts() == 1
    assert client.get("/my/security").h1 == "登录与安全"


def test_the_demo_shows_the_code_because_nothing_is_sent(client, ctx, sent):
    sent.reveals = True
    page = begin(client)
    assert f"演示系统，验证码是 {sent.code}" in page.main
    assert page.headers["Cache-Control"] == "no-store"


def test_a_reader_who_was_sent_to_the_login_goes_on_where_they_were(client, ctx, sent):
    asked = client.get("/my/security?from=mail", status=302)
    assert asked.location == "/login?next=/my/security?from%3Dmail"
    client.get(asked.location)
    client.submit({"phone": PHONE})
    assert send_code(client, sent.code).location == "/my/security?from=mail"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/%09/evil.example",
        "javascript:alert(1)",
        "\\\\evil.example",
        "http:evil.example",
        "/login",
        "/login/code",
        "/office/login?next=/login",
        "/logout",
        "",
    ],
)
def test_next_leads_nowhere_but_to_a_page_of_this_site(client, ctx, sent, target):
    client.get("/login", query_string={"next": target})
    client.submit({"phone": PHONE})
    location = send_code(client, sent.code).headers["Location"]
    assert location in {"/", "/%09/evil.example"}


def test_who_is_in_already_is_led_on(client, ctx, enter_citizen):
    enter_citizen(PHONE)
    assert client.get("/login?next=/my/security", status=302).location == "/my/security"
    assert client.get("/login", status=302).location == "/"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "请填手机号。"),
        ("123", "手机号应有11位，现在是3位。"),
        ("0632-8811234", "这是固定电话，请填手机号。"),
        ("abc", "手机号不对，请核对。"),
        ("1" * 31, "太长了，请缩短。"),
    ],
)
def test_what_is_no_mobile_is_said_beside_the_field_and_stays_there(client, ctx, sent, typed, says):
    page = begin(client, typed)
    page.assert_status(422)
    assert page.errors == [f"要改： {says}"]
    assert page.form()  # the form stands there again
    assert str(page.soup.select_one("[name=phone]")["value"]) == typed
    assert sent.texts == []


def test_too_many_messages_are_refused_with_the_time_to_wait(client, ctx, sent, clock):
    begin(client)
    clock.shift(seconds=18)
    page = begin(client)
    page.assert_status(429)
    assert page.errors == ["要改： 刚发过一条，请 42 秒后再试。"]
    assert len(sent.texts) == 1


def test_another_code_can_be_asked_for_after_a_minute(client, ctx, sent, clock):
    begin(client)
    page = client.submit({}, form="main form[action^='/login/again']")
    assert page.flash == ["刚发过一条，请 60 秒后再试。"]
    clock.shift(minutes=1)
    page = client.submit({}, form="main form[action^='/login/again']")
    assert page.flash == ["已重新发出，前一个验证码不再有效。"]
    assert len(sent.texts) == 2
    assert send_code(client, sent.code).location == "/"


def test_a_wrong_code_says_how_often_one_may_try_and_keeps_the_page(client, ctx, sent):
    begin(client)
    for left in (4, 3, 2, 1):
        page = send_code(client, wrong(sent.code))
        page.assert_status(422)
        assert page.errors == [f"要改： 验证码不对，还可以试 {left} 次。"]
    assert send_code(client, wrong(sent.code)).errors == ["要改： 试了 5 次都不对，请重新获取。"]
    assert send_code(client, sent.code).errors == ["要改： 试了 5 次都不对，请重新获取。"]
    assert accounts() == 0


def test_nothing_typed_counts_as_no_try(client, ctx, sent):
    begin(client)
    page = send_code(client, "")
    assert page.errors == ["要改： 请填短信里的 6 位数字。"]
    assert send_code(client, wrong(sent.code)).errors == ["要改： 验证码不对，还可以试 4 次。"]


def test_a_known_and_an_unknown_phone_see_the_same_pages(client, ctx, sent, enter_citizen, clock):
    enter_citizen(PHONE)
    clock.shift(minutes=2)
    pages = []
    for phone in (PHONE, "13987654321"):
        window = client.another()
        page = begin(window, phone)
        pages.append(page.main.replace("138****5678", "…").replace("139****4321", "…"))
    assert pages[0] == pages[1]


def test_step_two_without_step_one_begins_at_step_one(client, ctx):
    assert client.get("/login/code?next=/my/security", status=302).location == "/login?next=/my/security"
    assert client.post("/login/code", {"code": "123456"}, follow=False).location == "/login"
    assert client.post("/login/again", follow=False).location == "/login"


def test_step_two_is_over_after_an_hour(client, ctx, sent, clock):
    begin(client)
    clock.shift(hours=1, minutes=6)
    assert client.get("/login/code", status=302).location == "/login"


def test_the_phone_lies_sealed_in_the_cookie(client, ctx, sent):
    sent.reveals = True
    begin(client)
    cookie = client.http.get_cookie("xiangyue")
    assert cookie is not None
    opened = json.dumps(client.session()) + cookie.value
    body = cookie.value.split(".")[0 if not cookie.value.startswith(".") else 1]
    opened += base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode("latin-1")
    assert PHONE not in opened
    assert sent.code not in opened


def test_a_cookie_of_other_keys_begins_again(client, ctx):
    for kept in ("bm9uc2Vuc2U=", "not base64 at all!", 7):
        client.set_session(awaited=kept)
        assert client.get("/login/code", status=302).location == "/login"


@pytest.mark.parametrize("path", ["/login", "/login/code", "/login/again", "/office/login", "/logout"])
def test_a_form_without_its_token_changes_nothing(client, ctx, sent, path):
    page = client.post(path, {"phone": PHONE}, csrf=False, follow=False)
    page.assert_status(400)
    assert sent.texts == []


def test_the_pages_work_in_both_modes_and_in_english(client, ctx, sent):
    client.http.set_cookie("mode", "elder")
    page = client.get("/login")
    assert page.soup.html["data-mode"] == "elder"
    client.http.set_cookie("lang", "en")
    assert client.get("/login").soup.html["lang"] == "en"
