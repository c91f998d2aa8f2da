"""Signing in for real: by the pages, as people do."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from app.accounts.hashing import hash_password
from app.accounts.models import Account
from app.core.permissions import OFFICE, Role, Scope
from app.notices import services as notices
from tests.factories.accounts import staff
from tests.support.pages import Page, PageClient

PASSWORD = "Dong-7xy-Ling"
STORED = hash_password(PASSWORD)


class Outbox:
    """Texts that were handed over."""

    def __init__(self, *, reveals: bool) -> None:
        self.reveals = reveals
        self.texts: list[str] = []

    def send(self, phone_e164: str, text: str) -> None:
        self.texts.append(text)

    @property
    def code(self) -> str:
        """The code of the last text."""
        found = re.search(r"\d{6}", self.texts[-1])
        assert found
        return found.group()


@pytest.fixture
def sent(app: Flask):
    """Every text of the test; pages do not show them."""
    before, box = notices.sender(), Outbox(reveals=False)
    notices.use(box)
    yield box
    notices.use(before)


@pytest.fixture
def member(ctx):
    """`member(Role.SYSTEM_ADMIN)`: staff with the password PASSWORD."""

    def make(role: Role | None = None, *, scope: Scope = OFFICE, **values: object) -> Account:
        return staff(role, scope=scope, **({"password_hash": STORED} | values))

    return make


@pytest.fixture
def enter(client: PageClient):
    """`enter(account)`: sign a member of staff in by the page; `browser` for another browser."""

    def sign_in(who: Account, *, browser: PageClient | None = None, next_page: str | None = None) -> Page:
        window = browser or client
        address = "/office/login" + (f"?next={next_page}" if next_page else "")
        window.get(address)
        return window.submit({"login_name": who.login_name, "password": PASSWORD}, follow=False)

    return sign_in


@pytest.fixture
def enter_citizen(client: PageClient, sent: Outbox):
    """`enter_citizen("13812345678")`: sign a citizen in by the two pages."""

    def sign_in(phone: str, *, browser: PageClient | None = None) -> Page:
        window = browser or client
        window.get("/login")
        window.submit({"phone": phone})
        return window.submit({"code": sent.code}, form="main form[action^='/login/code']", follow=False)

    return sign_in
