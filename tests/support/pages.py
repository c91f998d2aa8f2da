"""The client that tests see pages through: it checks every page it gets."""

from __future__ import annotations

import contextvars
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from app.core.clock import now
from app.web.security import mask
from tests.support.page_rules import faults_of_page
from tests.support.statements import fresh_session

CSRF_FIELD = "csrf_token"
FLASHES = ".x-toast, main > .x-note, main > [role=status] > .x-note"


@dataclass(frozen=True)
class Page:
    """One answer: a page, a redirect, a file or a document of the API."""

    url: str
    status: int
    headers: dict[str, str]
    data: bytes
    cookies: list[str] = field(default_factory=list)

    @property
    def is_html(self) -> bool:
        """Whether it is a page for people."""
        return self.headers.get("Content-Type", "").startswith("text/html")

    @cached_property
    def html(self) -> str:
        """The body as text."""
        return self.data.decode()

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The parsed page."""
        return BeautifulSoup(self.html, "html5lib")

    @cached_property
    def json(self) -> Any:
        """The body of an answer of the API."""
        return json.loads(self.data)

    @cached_property
    def text(self) -> str:
        """What a reader sees of the page, runs of space folded."""
        return " ".join(self.soup.get_text(" ").split())

    @cached_property
    def main(self) -> str:
        """What a reader sees of the page's own part, without frame and menus."""
        main = self.soup.find("main")
        return " ".join(main.get_text(" ").split()) if isinstance(main, Tag) else ""

    @property
    def title(self) -> str:
        """The page's title."""
        return self.soup.title.get_text(strip=True) if self.soup.title else ""

    @property
    def h1(self) -> str:
        """The page's main heading, "" without one."""
        found = self.soup.find("h1")
        return found.get_text(strip=True) if isinstance(found, Tag) else ""

    @property
    def flash(self) -> list[str]:
        """The messages of the last act."""
        return [" ".join(tag.get_text(" ").split()) for tag in self.soup.select(FLASHES)]

    @property
    def errors(self) -> list[str]:
        """The sentences beside the inputs that have to be changed."""
        return [" ".join(tag.get_text(" ").split()) for tag in self.soup.select("[id$=-error], .x-field__error")]

    @property
    def location(self) -> str:
        """Where a redirect leads: path and query."""
        parts = urlsplit(self.headers.get("Location", ""))
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @property
    def links(self) -> list[str]:
        """Every address that the page links to."""
        return [str(tag["href"]) for tag in self.soup.find_all("a", href=True)]

    def form(self, selector: str = "main form") -> Tag:
        """The one form that `selector` finds."""
        found = self.soup.select(selector)
        assert len(found) == 1, f"{len(found)} forms match {selector!r} on {self.url}"
        return found[0]

    def assert_status(self, expected: int) -> Page:
        """This page, after checking its status."""
        assert self.status == expected, f"{self.url}: {self.status} instead of {expected}\n{self.text[:800]}"
        return self


def fields_of(form: Tag) -> dict[str, list[str]]:
    """What a browser would send for `form` as it stands (without its buttons)."""
    sent: dict[str, list[str]] = {}
    for tag in form.find_all(["input", "select", "textarea"]):
        name = tag.get("name")
        if not name or tag.has_attr("disabled"):
            continue
        kind = str(tag.get("type", "text")).lower() if tag.name == "input" else tag.name
        if kind in {"submit", "button", "reset", "image", "file"}:
            continue
        if kind in {"checkbox", "radio"} and not tag.has_attr("checked"):
            continue
        sent.setdefault(str(name), []).extend(_values(tag, kind))
    return sent


def _values(tag: Tag, kind: str) -> list[str]:
    if kind == "textarea":
        return [tag.get_text().removeprefix("\n")]
    if kind == "select":
        options = tag.find_all("option")
        chosen = [option for option in options if option.has_attr("selected")]
        if not chosen and not tag.has_attr("multiple"):
            chosen = options[:1]
        return [str(option.get("value", option.get_text())) for option in chosen]
    return [str(tag.get("value", "on" if kind in {"checkbox", "radio"} else ""))]


class PageClient:
    """A browser without scripts. Each request runs as in production: in a context of its own."""

    def __init__(self, app: Flask, client: FlaskClient | None = None) -> None:
        self.app = app
        self.http = client or app.test_client()
        self.page: Page | None = None

    # ------------------------------------------------------------------ asking

    def open(self, url: str, *, status: int | None = None, follow: bool = False, **options: Any) -> Page:
        """Send a request; check the page; check `status` if given (after redirects, if followed)."""
        answer = contextvars.Context().run(self.http.open, url, **options)
        if has_app_context():
            fresh_session()
        page = self._page(url, answer)
        hops = 0
        while follow and 300 <= page.status < 400 and page.status != 304:
            hops += 1
            assert hops <= 5, f"{url} redirects in circles"
            page = self.open(page.headers["Location"])
        if status is not None:
            page.assert_status(status)
        self.page = page
        return page

    def get(self, url: str, *, status: int = 200, follow: bool = False, **options: Any) -> Page:
        """GET; the status must be 200 unless another one is named."""
        return self.open(url, method="GET", status=status, follow=follow, **options)

    def post(
        self,
        url: str,
        data: Mapping[str, Any] | None = None,
        *,
        status: int | None = None,
        follow: bool = True,
        csrf: bool = True,
        **options: Any,
    ) -> Page:
        """POST a form with the session's csrf token; follows the redirect after it."""
        sent = dict(data or {})
        if csrf:
            sent.setdefault(CSRF_FIELD, self.csrf_token())
        return self.open(url, method="POST", data=sent, status=status, follow=follow, **options)

    def submit(
        self,
        fields: Mapping[str, Any] | None = None,
        *,
        form: str = "main form",
        button: str | None = None,
        status: int | None = None,
        follow: bool = True,
    ) -> Page:
        """Fill in a form of the last page and send it, by the button with the words `button` if named.

        A field set to None is not sent (a box unticked). Fields that the form does not have are an
        error, so that a test cannot fill in what no reader could.
        """
        assert self.page is not None, "no page has been opened"
        tag = self.page.form(form)
        names = {str(field["name"]) for field in tag.find_all(attrs={"name": True})}
        unknown = set(fields or {}) - names
        assert not unknown, f"{self.page.url}: the form has no {sorted(unknown)}, only {sorted(names)}"
        sent: dict[str, Any] = dict(fields_of(tag)) | dict(fields or {})
        target = str(tag["action"])
        if button is not None:
            pressed = [b for b in tag.find_all("button") if button in b.get_text()]
            assert len(pressed) == 1, f"{len(pressed)} buttons say {button!r} on {self.page.url}"
            target = str(pressed[0].get("formaction") or target)
            if pressed[0].get("name"):
                sent[str(pressed[0]["name"])] = str(pressed[0].get("value", ""))
        sent = {name: value for name, value in sent.items() if value is not None}
        if str(tag["method"]).lower() == "get":
            return self.open(target, method="GET", query_string=sent, status=status, follow=follow)
        return self.open(target, method="POST", data=sent, status=status, follow=follow)

    def api(
        self,
        method: str,
        url: str,
        body: Any = None,
        *,
        token: str | None = None,
        status: int | None = None,
        **more: Any,
    ) -> Page:
        """Call the API with JSON and a bearer token."""
        headers = dict(more.pop("headers", {}))
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if body is not None:
            more["json"] = body
        return self.open(url, method=method, headers=headers, status=status, **more)

    # ------------------------------------------------------------------ session

    def login_as(self, account: Any) -> PageClient:
        """Sign `account` in (a row of `account`) without the form: its session begins now."""
        begun = int(now().timestamp())
        with self.http.session_transaction() as session:
            session.clear()
            session.update(_user_id=account.get_id(), _fresh=True, since=begun, seen=begun)
            session.permanent = account.kind == "citizen"
        return self

    def logout(self) -> PageClient:
        """Forget the session and every cookie."""
        self.http = self.app.test_client()
        return self

    def csrf_token(self) -> str:
        """A token that the session of this client accepts."""
        with self.http.session_transaction() as session:
            raw = session.setdefault(CSRF_FIELD, "0" * 40)
        secret = self.app.config.get("WTF_CSRF_SECRET_KEY") or self.app.secret_key
        return mask(str(URLSafeTimedSerializer(secret, salt="wtf-csrf-token").dumps(raw)))

    def set_session(self, **values: Any) -> None:
        """Write into the signed session; None removes a key."""
        with self.http.session_transaction() as session:
            for key, value in values.items():
                session[key] = value
                if value is None:
                    del session[key]

    def session(self) -> dict[str, Any]:
        """What the session holds now."""
        with self.http.session_transaction() as session:
            return dict(session)

    def another(self) -> PageClient:
        """A second browser, with no cookies."""
        return type(self)(self.app)

    # ------------------------------------------------------------------ checks

    def _page(self, url: str, answer: TestResponse) -> Page:
        page = Page(
            url=url,
            status=answer.status_code,
            headers=dict(answer.headers),
            data=answer.data,
            cookies=answer.headers.getlist("Set-Cookie"),
        )
        answer.close()
        if page.is_html and not 300 <= page.status < 400 and answer.request.method != "HEAD":
            faults = faults_of_page(page.html, page.headers)
            assert not faults, f"{url} ({page.status}):\n  " + "\n  ".join(faults)
        return page
