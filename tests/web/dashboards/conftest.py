"""A Saturday and somebody of the office to look at it."""

from __future__ import annotations

import pytest

from app.core.permissions import OFFICE, Role, Scope
from tests.factories import accounts
from tests.factories.saturdays import Saturday, make_saturday
from tests.support.pages import PageClient


@pytest.fixture
def day(ctx, clock) -> Saturday:
    return make_saturday()


@pytest.fixture
def as_role(client: PageClient):
    """`as_role(Role.AUDITOR)`: the client, signed in with that role in that scope."""

    def sign_in(role: Role | None, scope: Scope = OFFICE) -> PageClient:
        return client.login_as(accounts.staff(role, scope=scope))

    return sign_in


@pytest.fixture
def manager(as_role) -> PageClient:
    """Signed in as the office's event manager."""
    return as_role(Role.EVENT_MANAGER)
