"""Limits are counted in the store: whoever asks two web nodes in turn gets no more than from one."""

from __future__ import annotations

import pytest

from app.accounts.services import create_staff
from app.audit.services import SYSTEM
from app.core.clock import now
from tests.factories import people
from tests.support import stores
from tests.support.pages import PageClient

PHONE = people.phone()
RIGHT = "Right-77-Right"


@pytest.fixture
def nodes(app):
    """Two applications over one database, as two machines run them."""
    from app import create_app

    other = create_app({**app.config})
    other.static_folder = app.static_folder
    yield PageClient(app), PageClient(other)
    stores.engine_of(other).dispose()


def ask(client: PageClient) -> int:
    client.get("/login")
    return client.submit({"phone": PHONE}, follow=False).status


def test_texts_to_one_phone(nodes, clock):
    first, second = nodes
    assert ask(first) == 302
    assert [ask(second), ask(first)] == [429, 429]
    for node in (second, first, second, first):
        clock.shift(minutes=1, seconds=1)
        assert ask(node) == 302
    clock.shift(minutes=1, seconds=1)
    assert [ask(first), ask(second)] == [429, 429], "five an hour, wherever they were asked for"


def guess(client: PageClient) -> str:
    client.get("/login/code")
    return client.submit({"code": "000000"}, form="main form[action^='/login/code']", follow=False).main


def test_guesses_of_one_code(nodes, clock):
    first, second = nodes
    assert ask(first) == 302
    second.set_session(**{key: value for key, value in first.session().items() if key != "csrf_token"})
    told = [guess(node) for node in (first, second, first, second, first, second)]
    assert ["还可以试" in one for one in told[:4]] == [True] * 4
    assert "还可以试" not in told[5]


def test_wrong_passwords_of_one_name(nodes, clock):
    with nodes[0].app.app_context():
        create_staff(actor=SYSTEM, at=now(), login_name="zhangmin", display_name="张敏", password=RIGHT)
    assert [enter(node, "Wrong-77-Wrong") for node in (*nodes, *nodes, nodes[0])] == [401] * 5
    assert [enter(node, RIGHT) for node in nodes] == [401, 401]
    clock.shift(minutes=16)
    assert [enter(node, RIGHT) for node in nodes] == [302, 302], "the control: locked, not wrong"


def enter(client: PageClient, password: str) -> int:
    client.get("/office/login")
    return client.submit({"login_name": "zhangmin", "password": password}, follow=False).status
