"""Every form on every page, filled in by somebody who means harm: a clear answer, and no markup of theirs in any page."""

from __future__ import annotations

import contextvars
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask

from app.core.permissions import Role
from tests.factories import accounts
from tests.support.pages import CSRF_FIELD, PageClient, fields_of
from tests.support.world import World, build_world, is_api, routes

pytestmark = pytest.mark.usefixtures("ctx")
BY_SCRIPTS = {"checkins.scanner": "its forms are sent by its own script, through the API"}
TYPED = {"text", "search", "tel", "email", "url", "number", "date", "time", "datetime-local", "password"}
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{7*7}}"
HOSTILE = {
    "empty": "",
    "huge": "长" * 5_000,
    "signs that no keyboard has": "王\x00\x0b德\x1f福\x7f",
    "turned around": "\u202e王德福\u2066",
    "markup": SCRIPT,
    "a formula": "=cmd|' /C calc'!A0",
    "a number without end": "9" * 400,
    "no number": "NaN",
    "less than nothing": "-1",
    "a day that is none": "9999-99-99",
}


@dataclass(frozen=True)
class Found:
    """A form of a page: where it goes, and what a browser would send as it stands."""

    page: str
    action: str
    fields: dict[str, list[str]]
    typed: tuple[str, ...]


@pytest.fixture
def world(ctx) -> World:
    return build_world()


def pages(app: Flask, client: PageClient, world: World) -> Iterator[tuple[str, BeautifulSoup]]:
    """Every page that this reader may open, with arguments that exist; parsed as quickly as can be."""
    for rule, _ in routes(app):
        if "GET" in rule.methods and not is_api(rule) and rule.endpoint not in BY_SCRIPTS:
            url = world.url(app, rule)
            with contextvars.Context().run(client.http.get, url) as answer:
                if answer.status_code == 200 and answer.mimetype == "text/html":
                    yield url, BeautifulSoup(answer.get_data(as_text=True), "lxml")


def typed_fields(form: Tag) -> tuple[str, ...]:
    """The inputs into which somebody types."""
    inputs = form.find_all(["input", "textarea"])
    return tuple(
        str(one["name"])
        for one in inputs
        if one.get("name") and (one.name == "textarea" or str(one.get("type", "text")).lower() in TYPED)
    )


def forms(app: Flask, client: PageClient, world: World) -> list[Found]:
    """Every form with something to type into, each once."""
    found = {}
    for url, page in pages(app, client, world):
        for form in page.find_all("form", attrs={"method": "post"}):
            typed = typed_fields(form)
            if typed:
                one = Found(url, str(form["action"]), fields_of(form), typed)
                found[one.action, one.typed] = one
    return list(found.values())


def answer_to(client: PageClient, form: Found, typed: dict[str, list[str]]) -> str:
    """The status of the answer, or the fault of ours that it ended in."""
    data = {name: values for name, values in form.fields.items() if name != CSRF_FIELD}
    data |= typed | {CSRF_FIELD: [client.csrf_token()]}
    try:
        with contextvars.Context().run(client.http.post, form.action, data=data) as answer:
            return answer.status
    except Exception as error:  # noqa: BLE001 - whatever it is, it would be a fault of ours
        return f"599 {type(error).__name__}: {error}"[:300]


@pytest.mark.parametrize("role", [Role.EVENT_MANAGER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, None])
def test_whatever_is_typed_gets_a_clear_answer(app, client, world, role):
    """Taken or refused; never a fault of ours. Role None: the citizen whose things the world's are."""
    holder = accounts.staff(role) if role else world.citizen
    client.login_as(holder)
    faults, found = [], forms(app, client, world)
    assert len(found) > 5
    for form in found:
        for kind, value in HOSTILE.items():
            client.login_as(holder)
            status = answer_to(client, form, {name: [value] for name in form.typed})
            if status >= "5" and not status.startswith("503"):
                faults.append(f"{kind} at {form.action} of {form.page}: {status}")
    assert faults == []


def test_markup_that_was_stored_is_text_on_every_page(app, client, world):
    """One input at a time, so that what is taken is taken with the rest of the form right; then every page is read."""
    holder = accounts.staff(Role.EVENT_MANAGER)
    client.login_as(holder)
    for form in forms(app, client, world):
        for name in form.typed:
            client.login_as(holder)
            answer_to(client, form, {name: [SCRIPT]})
    client.login_as(holder)
    shown = []
    for url, page in pages(app, client, world):
        written = page.select("script:not([src]), img[src=x], [onerror]")
        assert written == [], f"{url}: {str(written)[:200]}"
        if "alert(1)" in page.get_text():
            shown.append(url)
    assert len(shown) > 10, "what nobody stored is not shown as text: this test would show nothing"
