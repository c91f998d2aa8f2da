"""Browsers that are signed in already, for tests that are not about signing in."""

from __future__ import annotations

from typing import Any

from app.accounts.models import Account
from app.accounts.queries import phone_index
from app.accounts.sessions import SEEN, SINCE, USER
from app.core.clock import now
from app.core.permissions import OFFICE, Role, Scope
from tests.factories import accounts, people
from tests.support.pages import PageClient


def sign_in(client: PageClient, holder: Account) -> Account:
    """Put `holder` into the cookie, as the pages of signing in do."""
    at = int(now().timestamp())
    client.set_session(**{USER: f"{holder.id}:{holder.session_epoch}", SINCE: at, SEEN: at})
    return holder


def citizen(client: PageClient, *, phone: str | None = None, **values: Any) -> Account:
    """A citizen, signed in; the phone as typed."""
    number = f"+86{phone or people.phone()}"
    return sign_in(client, accounts.account(phone=number, phone_index=phone_index(number), **values))


def official(client: PageClient, role: Role = Role.EVENT_MANAGER, *, scope: Scope = OFFICE) -> Account:
    """A member of staff with `role`, signed in."""
    return sign_in(client, accounts.staff(role, scope=scope))
