"""The two languages: chosen by the reader, told to browsers and caches, and by a header to programs alone."""

from __future__ import annotations

import pytest

from app.core.permissions import Role
from tests.web.web.conftest import Door, Visitor

ENGLISH = {"Accept-Language": "en-GB,en;q=0.9,zh;q=0.5"}
REFUSED = "/api/v1/probe/refused/unknown"


def to_english(visit, url: str = "/probe/page"):
    visit.get(url)
    return visit.submit(form="form.x-language", button="English")


def test_the_other_language_is_a_button_at_the_foot_named_in_itself(visit):
    page = to_english(visit, "/probe/page?words=a")
    assert page.url.endswith("/probe/page?words=a")
    assert page.soup.html["lang"] == "en"
    assert page.soup.select_one("form.x-language button")["lang"] == "zh-CN"
    assert "Skip to content" in page.text
    page = visit.submit(form="form.x-language", button="中文")
    assert page.soup.html["lang"] == "zh-CN"
    assert page.soup.select_one("form.x-language button")["lang"] == "en"


def test_the_choice_is_kept_for_a_year_and_on_every_page(visit):
    answer = visit.post("/language", {"lang": "en"}, follow=False, status=302)
    (cookie,) = [cookie for cookie in answer.cookies if cookie.startswith("lang=")]
    assert {"HttpOnly", "SameSite=Lax", f"Max-Age={365 * 24 * 3600}"} <= {part.strip() for part in cookie.split(";")}
    page = visit.get("/nowhere", status=404)
    assert page.h1 == "This page was not found"


def test_the_office_has_it_in_its_side_bar(visit):
    Door.visitor = Visitor(Role.EVENT_MANAGER)
    page = visit.get("/office/probe")
    assert {button.get_text(strip=True) for button in page.soup.select(".x-side form.x-language button")} == {"English"}


def test_an_answer_to_a_form_does_not_offer_it(visit):
    """What was typed would be lost."""
    page = visit.post("/probe/page", status=405)
    assert not page.soup.select("form.x-language")


@pytest.mark.parametrize(("lang", "tag"), [("en", "en"), ("zh_Hans_CN", "zh-CN")])
def test_browsers_and_caches_are_told(visit, lang, tag):
    visit.post("/language", {"lang": lang})
    for url in ("/probe/page", "/nowhere", REFUSED):
        headers = visit.open(url).headers
        assert headers["Content-Language"] == tag
        assert "cookie" in headers["Vary"].lower()


def test_files_have_no_language(visit):
    assert "Content-Language" not in visit.open("/healthz").headers


def test_a_program_asks_by_its_header(visit):
    answer = visit.open(REFUSED, headers=ENGLISH)
    assert answer.json["detail"] == "Please sign in first."
    assert answer.headers["Content-Language"] == "en"
    assert "accept-language" in answer.headers["Vary"].lower()


@pytest.mark.parametrize("header", ["", "zh-CN,zh;q=0.9,en;q=0.8", "fr", "*", "en;q=0", "en;q=oops, ;;"])
def test_a_program_that_asks_for_nothing_else_reads_chinese(visit, header):
    assert visit.open(REFUSED, headers={"Accept-Language": header}).json["detail"] == "请先登录。"


def test_a_page_s_own_call_follows_the_reader_not_the_browser(visit):
    """A volunteer's phone may be set to English; its page was not."""
    call = ENGLISH | {"Sec-Fetch-Site": "same-origin"}
    assert visit.open(REFUSED, headers=call).json["detail"] == "请先登录。"
    visit.post("/language", {"lang": "en"})
    assert visit.open(REFUSED, headers={"Sec-Fetch-Site": "same-origin"}).json["detail"] == "Please sign in first."


def test_a_refusal_s_facts_are_said_in_english_too(visit):
    visit.post("/language", {"lang": "en"})
    assert "Something went wrong" not in visit.get("/probe/refused/large", status=413).main
    assert visit.get("/probe/refused/unknown", status=401).h1 == "Please sign in first"


def test_a_demo_says_so_on_every_page_and_nothing_else_does(visit, monkeypatch):
    Door.visitor = Visitor(Role.EVENT_MANAGER)
    for url in ("/probe/page", "/office/probe"):
        assert not visit.get(url).soup.select(".x-demo")
    monkeypatch.setitem(visit.app.config, "MODE", "demo")
    for url in ("/probe/page", "/office/probe"):
        (strip,) = visit.get(url).soup.select(".x-demo")
        assert strip.get_text(strip=True) == "演示系统，人和数据都是编造的"
    to_english(visit)
    assert visit.get("/office/probe").soup.select_one(".x-demo").get_text(strip=True).startswith("Demo:")
