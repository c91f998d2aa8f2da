"""The office at its desk, in June before the games."""

from __future__ import annotations

import pytest

from app.core.permissions import OFFICE, Role, Scope
from tests.factories import accounts
from tests.support.pages import PageClient


@pytest.fixture(autouse=True)
def _time(clock):
    """Every page of this room shows times."""


@pytest.fixture
def office(client: PageClient, ctx) -> PageClient:
    """A browser in which a manager of all events is signed in."""
    return client.login_as(accounts.staff(Role.EVENT_MANAGER))


@pytest.fixture
def somebody(client: PageClient, ctx):
    """`somebody(role, scope)`: a second browser with somebody else in it."""

    def make(role: Role | None, scope: Scope = OFFICE) -> PageClient:
        return client.another().login_as(accounts.staff(role, scope=scope))

    return make
