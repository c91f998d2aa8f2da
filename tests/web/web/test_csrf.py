"""A form that posts needs the token of its own session."""

from __future__ import annotations

from tests.support.pages import PageClient


def test_a_form_with_its_token_is_taken(visit):
    visit.get("/probe/page")
    answer = visit.submit({"name": "王德福"}, status=200)
    assert answer.json == {"name": "王德福"}


def test_without_a_token_it_is_refused_and_nothing_is_lost_silently(visit):
    page = visit.post("/probe/form", {"name": "x"}, csrf=False, status=400)
    assert "请返回刷新页面再提交" in page.main


def test_a_token_of_another_session_is_refused(site, visit):
    other = PageClient(site)
    other.get("/probe/page")
    visit.get("/probe/page")
    token = other.page.soup.find("meta", attrs={"name": "csrf-token"})["content"]
    visit.post("/probe/form", {"name": "x", "csrf_token": token}, csrf=False, status=400)


def test_a_made_up_token_is_refused(visit):
    visit.get("/probe/page")
    visit.post("/probe/form", {"name": "x", "csrf_token": "0" * 40}, csrf=False, status=400)


def test_scripts_send_it_in_a_header(visit):
    page = visit.get("/probe/page")
    token = page.soup.find("meta", attrs={"name": "csrf-token"})["content"]
    headers = {"X-CSRFToken": token}
    assert visit.post("/probe/form", {"name": "x"}, csrf=False, headers=headers, status=200).json == {"name": "x"}


def test_the_address_alone_exempts_nobody(visit):
    """A view below /api/ is exempt when its room says so, not because of its path."""
    answer = visit.post("/api/v1/probe/form", {"name": "x"}, csrf=False, status=400)
    assert answer.json["code"] == "csrf"
