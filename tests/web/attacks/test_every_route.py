"""What every address must withstand, whichever room it stands in: a new route is tested without a line here."""

from __future__ import annotations

import contextvars
import re
import uuid
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.core.permissions import Permission, Role
from tests.factories import accounts
from tests.support.pages import Page, PageClient
from tests.support.sources import text_of, with_suffix
from tests.support.world import World, build_world, is_api, routes

pytestmark = pytest.mark.usefixtures("ctx")
REFUSED_EARLIER = {400, 403, 405}
TOKEN = re.compile(r'(name="csrf_token"[^>]*value=|content=)"[^"]*"')
PRINTED = re.compile(r"打印于 [^<]*")
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NOTHING = {
    "kind": "nothing",
    "name": "nothing",
    "step": "nothing",
    "target": "nothing",
    "checkpoint_code": "NOTHING",
    "screen_word": "nothing",
    "year": 1066,
    "member": 999,
}
"""What names nothing, of arguments that are neither ids nor codes of something stored."""


@pytest.fixture
def world(ctx) -> World:
    return build_world()


def methods(rule: Rule) -> list[str]:
    return sorted(rule.methods & {"GET", "POST"})


def ask(client: PageClient, method: str, url: str) -> Page:
    return client.open(url, method="GET") if method == "GET" else client.post(url, {}, follow=False)


def identifying(rule: Rule) -> list[str]:
    """The arguments of a route that name something stored."""
    choices = {"form", "book_form", "slide", "sheet", "filename"}
    return sorted(rule.arguments - choices)


def absent(rule: Rule, argument: str) -> object:
    """A value of the right kind that names nothing."""
    if argument in NOTHING:
        return NOTHING[argument]
    return uuid.uuid4() if f"uuid:{argument}" in str(rule) else "nothing-of-ours"


def plain(page: Page, values: dict[str, object]) -> str:
    """A page without what differs from answer to answer: its tokens, the minute, and the address that was asked for."""
    text = ID.sub("…", PRINTED.sub("", TOKEN.sub("", page.html)))
    for value in values.values():
        text = re.sub(rf"\b{re.escape(str(value))}\b", "…", text)
    return text


def doors(app: Flask) -> Iterator[tuple[Rule, Permission]]:
    for rule, access in routes(app):
        if access.permission is not None and not is_api(rule) and identifying(rule):
            yield rule, access.permission


# --------------------------------------------------------------------------- other people's ids (IDOR)


def test_what_is_another_s_and_what_is_nobody_s_get_one_answer(app, client, world):
    """A citizen with the ids of another one's things: 404, and the same page as for ids that were never given."""
    stranger = accounts.account()
    client.login_as(stranger)
    tried, faults = 0, []
    for rule, permission in doors(app):
        if permission is not Permission.OWN:
            continue
        private = [one for one in identifying(rule) if one.endswith("_id")]
        for method in methods(rule) if private else ():
            nobody_s = dict(world.values, **{one: absent(rule, one) for one in private})
            theirs = ask(client, method, world.url(app, rule))
            none = ask(client, method, World(world.citizen, nobody_s).url(app, rule))
            if (theirs.status, none.status) != (404, 404):
                faults.append(f"{method} {rule}: {theirs.status}, {none.status}")
            elif plain(theirs, world.values) != plain(none, nobody_s):
                faults.append(f"{method} {rule}: another page")
            tried += 1
    assert faults == []
    assert tried > 15


@pytest.mark.parametrize("argument", ["activity_ref", "games_ref"])
def test_what_lies_elsewhere_and_what_is_nowhere_get_one_answer(app, client, world, argument):
    """Whoever may do everything here still reaches nothing through the address of another activity or games."""
    client.login_as(accounts.staff(Role.EVENT_MANAGER))
    elsewhere = {"activity_ref": world.elsewhere.code, "games_ref": str(world.other_games)}[argument]
    tried, faults = 0, []
    for rule, _ in doors(app):
        parts = [one for one in identifying(rule) if f"uuid:{one}" in str(rule) and one not in FREE]
        if argument not in rule.arguments or not parts or rule.endpoint in TOLD_ON_THE_LIST:
            continue
        for method in methods(rule):
            there = dict(world.values, **{argument: elsewhere})
            nowhere = dict(there, **{one: absent(rule, one) for one in parts})
            foreign = ask(client, method, World(world.citizen, there).url(app, rule))
            none = ask(client, method, World(world.citizen, nowhere).url(app, rule))
            if (foreign.status, none.status) != (404, 404):
                faults.append(f"{method} {rule}: {foreign.status}, {none.status}")
            elif plain(foreign, there) != plain(none, nowhere):
                faults.append(f"{method} {rule}: another page")
            tried += 1
    assert faults == []
    assert tried > 10


TOLD_ON_THE_LIST = {"activities.release_bibs": "somebody else may have given the run up: the list says that it is gone"}
"""Acts that answer with the list of what is there, whatever the id named: the same for all ids."""
FREE = {"account_id"}
"""Ids in an address of an activity or games that stand for no part of it."""


@pytest.mark.parametrize("role", [Role.EVENT_MANAGER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, None])
def test_an_id_that_was_never_given_is_not_found(app, client, world, role):
    """For staff, and (role None) for the citizen whose things the world's are."""
    client.login_as(accounts.staff(role) if role else world.citizen)
    faults = []
    for rule, access in routes(app):
        if is_api(rule) or "GET" not in rule.methods:
            continue
        for argument in identifying(rule):
            if argument in NOTHING and argument not in {"year", "checkpoint_code"}:
                continue
            url = World(world.citizen, dict(world.values, **{argument: absent(rule, argument)})).url(app, rule)
            page = client.open(url, method="GET")
            refused = access.permission is not None and page.status in {302, 403}
            if page.status != 404 and not refused:
                faults.append(f"{rule} without {argument}: {page.status}")
    assert faults == []


# --------------------------------------------------------------------------- forms of other sites (CSRF)


@pytest.mark.parametrize("role", [Role.EVENT_MANAGER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, None])
def test_no_form_is_taken_without_its_token(app, client, world, role):
    client.login_as(accounts.staff(role) if role else world.citizen)
    tried = 0
    for rule, _ in routes(app):
        if "POST" in rule.methods and not is_api(rule):
            page = client.post(world.url(app, rule), {"name": "x"}, csrf=False, follow=False)
            assert page.status == 400, f"{rule}: {page.status}"
            tried += 1
    assert tried > 100


# --------------------------------------------------------------------------- bodies


def test_no_address_takes_an_oversized_body(app, client, world):
    client.login_as(accounts.staff(Role.EVENT_MANAGER))
    too_much = b"x=" + b"a" * app.config["MAX_CONTENT_LENGTH"]
    form = "application/x-www-form-urlencoded"
    for rule, _ in routes(app):
        if "POST" in rule.methods:
            headers = {"Authorization": f"Bearer {world.device_token}"} if is_api(rule) else {}
            kind = "application/json" if is_api(rule) else form
            page = client.open(world.url(app, rule), method="POST", data=too_much, content_type=kind, headers=headers)
            assert page.status in {400, 401, 403, 413}, f"{rule}: {page.status}"
            if is_api(rule) and page.status == 400:
                raise AssertionError(f"{rule} has read it: {page.json}")


# --------------------------------------------------------------------------- addresses that no page makes


HOSTILE = ("a%00b", "%ff%fe%25", "'..%2f..%2fetc%2fpasswd", "x" * 3_000, "%F0%9F%98%80", "-1", "9" * 40)


@pytest.mark.parametrize("value", HOSTILE, ids=[one[:12] for one in HOSTILE])
def test_a_made_up_address_is_answered_calmly(app, client, world, value):
    """In the path and behind the question mark: a clear answer, never a fault of ours."""
    client.login_as(accounts.staff(Role.EVENT_MANAGER))
    asked = "&".join(f"{name}={value}" for name in QUERIES)
    faults = []
    for rule, _ in routes(app):
        if "GET" not in rule.methods:
            continue
        url = world.url(app, rule)
        urls = [f"{url}?{asked}"]
        for argument in identifying(rule):
            known = str(world.values.get(argument, ""))
            if f"<{argument}>" in str(rule) and known in url:
                urls.append(url.replace(known, value, 1))
        for one in urls:
            status = calm(client, one)
            if status != "calm":
                faults.append(f"{rule}: {status}")
    assert faults == []


def calm(client: PageClient, url: str) -> str:
    """`calm`, or what went wrong. The camera's page, whose frame the page rules do not fit, is asked plainly."""
    try:
        answer = contextvars.Context().run(client.http.get, url)
        answer.close()
    except Exception as error:  # noqa: BLE001 - whatever it is, it would be a fault of ours
        return f"{type(error).__name__}: {error}"[:200]
    return "calm" if answer.status_code < 500 or answer.status_code == 503 else answer.status  # no fonts, no PDF


ASKED = re.compile(r"""request\.args(?:\.get(?:list)?\(|\[)["'](\w+)["']""")
QUERIES = sorted({name for path in with_suffix(".py", under="app/") for name in ASKED.findall(text_of(path))})
"""Every name that a page asks for behind the question mark."""
