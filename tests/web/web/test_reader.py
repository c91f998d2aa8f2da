"""The reader's own choices: language and 长辈版, kept in a cookie, and never a way out of the site."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.web.frame import safe_next

OUTSIDE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "/a\\b",
    "javascript:alert(1)",
    "evil.example",
    "/a\nSet-Cookie: x=1",
    "/\t/evil.example",
    "",
    None,
]
INSIDE = ["/", "/my", "/office/stations?year=2021&page=2", "/a#b", "/c/" + "x" * 50, "/走"]


@pytest.mark.parametrize("target", OUTSIDE)
def test_a_way_out_is_not_taken(target):
    assert safe_next(target, "/home") == "/home"


@pytest.mark.parametrize("target", INSIDE)
def test_a_way_inside_is(target):
    assert safe_next(target, "/home") == target


def test_the_elder_mode_is_one_tap_and_back(visit):
    page = visit.get("/probe/page?words=here")
    assert page.soup.html["data-mode"] == "standard"
    back = visit.submit(form="form.x-mode", button="长辈版")
    assert (back.url, back.status) == ("/probe/page?words=here", 200)
    assert back.soup.html["data-mode"] == "elder"
    again = visit.submit(form="form.x-mode", button="回到标准版")
    assert again.soup.html["data-mode"] == "standard"


def test_the_choice_is_remembered_for_a_year_and_told_to_the_page_that_a_phone_keeps(visit):
    answer = visit.post("/mode", {"mode": "elder", "next": "/probe/page"}, follow=False, status=302)
    (cookie,) = [cookie for cookie in answer.cookies if cookie.startswith("mode=")]
    assert "mode=elder" in cookie
    assert f"Max-Age={int(timedelta(days=365).total_seconds())}" in cookie
    assert "HttpOnly" not in cookie, "the camera page reads it without a network"
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_on_https_the_choice_travels_on_https_alone(visit):
    answer = visit.open(
        "/mode",
        method="POST",
        data={"mode": "elder", "next": "/probe/page", "csrf_token": visit.csrf_token()},
        headers={"Referer": "https://localhost/probe/page"},
        base_url="https://localhost",
    )
    assert [("Secure" in cookie) for cookie in answer.cookies if cookie.startswith("mode=")] in ([True], [])


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example"])
def test_a_switch_leads_to_no_other_site(visit, target):
    for switch in ("/mode", "/language"):
        answer = visit.post(switch, {"next": target}, follow=False, status=302)
        assert "evil" not in answer.headers["Location"]


def test_english_is_a_choice_too(visit):
    page = visit.post("/language", {"lang": "en", "next": "/probe/page"})
    assert page.soup.html["lang"] == "en"
    page = visit.post("/language", {"lang": "zh_Hans_CN", "next": "/probe/page"})
    assert page.soup.html["lang"] == "zh-CN"


def test_an_unknown_language_is_chinese(visit):
    page = visit.post("/language", {"lang": "<b>", "next": "/probe/page"})
    assert page.soup.html["lang"] == "zh-CN"


def test_the_browser_s_header_decides_nothing(visit):
    page = visit.get("/probe/page", headers={"Accept-Language": "en-US,en;q=0.9"})
    assert page.soup.html["lang"] == "zh-CN"
