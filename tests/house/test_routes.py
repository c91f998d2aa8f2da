"""Every route says who may call it, and every page can be found."""

from __future__ import annotations

import re

from flask import Flask

from app.core.permissions import Permission
from app.web.access import Access
from app.web.registry import menu_items
from tests.support.sources import APP, text_of, with_suffix
from tests.support.world import NO_ACCESS, is_api, routes

LINK = re.compile(r"""url_for\(\s*['"]([\w.-]+)['"]""")
QUOTED = re.compile(r"""['"]([a-z_]+\.[a-z_]+)['"]""")
FOUND_OTHERWISE = {
    "health.healthz": "called by load balancers",
    "health.metrics": "called by Prometheus",
    "static": "called by the tags of the build",
    "api-docs.openapi_json": "called by other software; named in the manual",
}
"""Endpoints that no page links to, and who calls them. The API's stand in its description."""


def test_every_route_declares_who_may_call_it(app: Flask):
    silent = [
        str(rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in NO_ACCESS
        and not isinstance(getattr(app.view_functions[rule.endpoint], "access", None), Access)
    ]
    assert silent == []


def test_public_routes_say_why(app: Flask):
    for rule, access in routes(app):
        assert (access.permission is None) == bool(access.public), str(rule)
        assert access.permission is not None or len(access.public) >= 10, str(rule)


def test_the_argument_whose_scope_counts_is_in_the_address(app: Flask):
    known = app.extensions["xiangyue_scopes"]
    for rule, access in routes(app):
        if access.of is not None:
            assert access.of in rule.arguments, str(rule)
            assert access.of in known, f"{rule}: nobody registered the scopes of {access.of}"


def test_what_concerns_one_activity_or_season_asks_for_its_scope(app: Flask):
    """Or for the whole office's: else a grant for one activity would open another one."""
    for rule, access in routes(app):
        scoped = rule.arguments & set(app.extensions["xiangyue_scopes"])
        if scoped and access.permission not in {None, Permission.OWN} and not is_api(rule):
            assert access.of in scoped or (access.of is None and not access.anywhere), str(rule)


def test_the_office_s_pages_are_for_the_office(app: Flask):
    for rule, access in routes(app):
        if str(rule).startswith("/office/") and rule.endpoint != "accounts.staff_login":
            assert access.permission is not None, f"{rule} is public"


def test_addresses_are_plain(app: Flask):
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<[^>]+>", "", str(rule))
        assert str(rule) == "/" or not str(rule).endswith("/"), f"{rule} ends with a slash"
        assert re.fullmatch(r"[a-z0-9/.-]*", path), str(rule)


def test_what_changes_something_is_no_get(app: Flask):
    verbs = {"revoke", "remove", "disable", "enable", "reset", "cancel", "publish", "release", "delete", "make"}
    for rule in app.url_map.iter_rules():
        if str(rule).rsplit("/", 1)[-1] in verbs:
            assert "POST" in rule.methods, str(rule)


def test_every_page_can_be_found(app: Flask):
    """From a menu, or by a link of a template or a redirect."""
    linked = {item.endpoint for item in menu_items(app)}
    for path in with_suffix(".html", ".py", under="app/"):
        linked |= set(LINK.findall(text_of(path)))
        if path.suffix == ".py" and path.is_relative_to(APP):
            linked |= set(QUOTED.findall(text_of(path)))
    lost = [
        str(rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in linked and rule.endpoint not in FOUND_OTHERWISE and not is_api(rule)
    ]
    assert lost == []


def test_links_lead_to_pages_that_exist(app: Flask):
    dead = {
        f"{path.relative_to(APP)}: {endpoint}"
        for path in with_suffix(".html", ".py", under="app/")
        for endpoint in LINK.findall(text_of(path))
        if endpoint not in app.view_functions
    }
    assert dead == set()


def test_the_description_of_the_api_has_every_route_of_it(app: Flask, client):
    described = client.get("/api/v1/openapi.json").json
    assert described["openapi"].startswith("3.1")
    paths = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(rule)) for rule in app.url_map.iter_rules() if is_api(rule)}
    assert set(described["paths"]) == paths - {"/api/v1/openapi.json"}
