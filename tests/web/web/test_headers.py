"""What every answer carries: a strict policy, cookies that scripts cannot read, hosts that are ours."""

from __future__ import annotations

import pytest

import config
from tests.support.pages import PageClient

ANSWERS = ["/probe/page", "/nowhere", "/api/v1/probe/refused/conflict", "/api/v1/nowhere", "/healthz"]
HTTPS = "https://localhost"


@pytest.mark.parametrize("url", ANSWERS)
def test_every_answer_carries_them(visit, url):
    headers = visit.open(url).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == policy["style-src"] == "'self'"
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert "'unsafe-eval'" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "microphone=()" in headers["Permissions-Policy"]
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_no_source_of_another_host_is_allowed(visit):
    policy = visit.open("/probe/page").headers["Content-Security-Policy"]
    assert "http" not in policy
    assert "*" not in policy


def test_transport_security_is_promised_on_https_alone(visit):
    assert "Strict-Transport-Security" not in visit.open("/probe/page").headers
    assert "max-age=" in visit.open("/probe/page", base_url=HTTPS).headers["Strict-Transport-Security"]


def test_pages_are_never_kept_by_others(visit):
    first = visit.get("/probe/page")
    assert first.cookies, "the token begins a session"
    assert first.headers["Cache-Control"] == "no-store"
    assert visit.get("/nowhere", status=404).headers["Cache-Control"] in {"no-store", "private, no-cache"}


def test_what_bears_its_hash_is_kept_for_ever(visit):
    page = visit.get("/probe/page")
    asset = next(str(tag["src"]) for tag in page.soup.find_all("script", src=True))
    assert asset.startswith("/static/dist/assets/")
    answer = visit.get(asset)
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.cookies == []


def test_the_session_is_out_of_reach_of_scripts_and_other_sites(visit):
    (cookie,) = visit.get("/probe/page").cookies
    assert cookie.startswith("xiangyue=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie


def test_on_https_the_session_is_bound_to_this_host(tmp_path):
    settings = config.load({"XIANGYUE_MODE": "test", "INSTANCE_PATH": str(tmp_path), "HTTPS": "1"})
    assert settings["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert settings["SESSION_COOKIE_SECURE"] is True


def test_a_proxy_is_trusted_only_when_the_settings_say_so(visit):
    answer = visit.open("/probe/page", headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"})
    assert "Strict-Transport-Security" not in answer.headers


def test_a_host_that_is_not_ours_is_refused(site, monkeypatch):
    monkeypatch.setitem(site.config, "TRUSTED_HOSTS", ["walk.example"])
    client = PageClient(site)
    assert client.open("/healthz", base_url="http://walk.example").status == 200
    assert client.open("/healthz", base_url="http://evil.example").status == 400
