"""Who calls: an account by its session or its token, or other software by its key.

A session counts on pages only and a bearer token on the API only, so that no foreign site can make
a browser call the API.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from flask import Flask, redirect, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts.constants import AccountKind
from app.accounts.limits import limits
from app.accounts.models import Account
from app.accounts.queries import account, grants_of, live_token, shown_name
from app.accounts.rules.passwords import must_change
from app.accounts.sessions import USER
from app.audit.services import Actor
from app.core.clock import now
from app.core.permissions import OFFICE, Grant, Permission, Role, Scope, allows, holds_somewhere, scopes_with
from app.web.access import Caller, add_principal_loader, caller

API = "/api/"
EVERYONE = Grant(Role.CITIZEN, OFFICE)
"""What every account holds without being granted it: its own things."""
WITHOUT_CHANGE = frozenset(
    {"accounts.change_password", "accounts.logout", "web.set_mode", "web.set_language", "static"}
)
"""What somebody who has to choose a new password first can still open."""


@dataclass(frozen=True, slots=True)
class AccountPrincipal:
    """An account that calls, with the roles it holds now."""

    account_id: uuid.UUID
    kind: AccountKind
    grants: tuple[Grant, ...]
    display_name: str
    #: a first or an old password: nothing but its owner's own pages until it is changed
    must_change: bool = False

    @property
    def actor(self) -> Actor:
        """Whom the audit names."""
        return Actor("account", self.account_id)

    @property
    def is_staff(self) -> bool:
        """Whether this is somebody of the office."""
        return self.kind is AccountKind.STAFF

    @property
    def key_scope(self) -> str | None:
        """An account is no key."""
        return None

    def can(self, permission: Permission, scopes: Collection[Scope]) -> bool:
        """Whether `permission` holds in one of `scopes` (empty: in the office)."""
        return allows(self._usable, permission, scopes)

    def can_somewhere(self, permission: Permission) -> bool:
        """Whether `permission` holds in any scope at all."""
        return holds_somewhere(self._usable, permission)

    def scopes_with(self, permission: Permission) -> Collection[Scope] | None:
        """The scopes in which `permission` holds; None: in the office, so everywhere."""
        return scopes_with(self._usable, permission)

    @property
    def _usable(self) -> tuple[Grant, ...]:
        return (EVERYONE,) if self.must_change else (EVERYONE, *self.grants)


@dataclass(frozen=True, slots=True)
class KeyPrincipal:
    """Other software. It holds no permission: a view lets a key in by naming its scope."""

    key_id: uuid.UUID
    key_scope: str
    label: str

    @property
    def actor(self) -> Actor:
        """Whom the audit names."""
        return Actor("api_key", self.key_id)

    @property
    def account_id(self) -> uuid.UUID | None:
        """There is no account behind a key."""
        return None

    @property
    def is_staff(self) -> bool:
        """A key is nobody."""
        return False

    def can(self, permission: Permission, scopes: Collection[Scope]) -> bool:
        """Never: see the class."""
        return False

    def can_somewhere(self, permission: Permission) -> bool:
        """Never: see the class."""
        return False

    def scopes_with(self, permission: Permission) -> Collection[Scope] | None:
        """None at all, which is the empty collection: see the class."""
        return ()


def prepare_principals(app: Flask) -> None:
    """Let the frame recognise accounts and keys, and hold those whose password has to change."""
    add_principal_loader(app, from_session)
    add_principal_loader(app, from_bearer)
    app.before_request(change_first)


def from_session() -> Caller | None:
    """The account of the cookie; never on the API."""
    if request.path.startswith(API) or USER not in session:
        return None
    found = current_user._get_current_object()  # noqa: SLF001 - the proxy's own way to what it stands for
    return _principal(found) if isinstance(found, Account) else None


def from_bearer() -> Caller | None:
    """The key or account of `Authorization: Bearer x?_…`; on the API only. Other prefixes are not ours."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if not request.path.startswith(API) or kind.lower() != "bearer" or not token.startswith(("xk_", "xa_")):
        return None
    row = live_token(token.strip(), at=now())
    if row is None:
        return None
    if row.account_id is None:
        return KeyPrincipal(key_id=row.id, key_scope=row.scope or "", label=row.label)
    found = account(row.account_id)
    return _principal(found) if found is not None and found.is_active else None


def _principal(found: Account) -> AccountPrincipal:
    at, held = now(), limits()
    kind = AccountKind(found.kind)
    return AccountPrincipal(
        account_id=found.id,
        kind=kind,
        grants=grants_of(found.id, at=at),
        display_name=shown_name(found),
        must_change=kind is AccountKind.STAFF
        and must_change(found.password_changed_at, at=at, policy=held.policy, max_age=held.password_age),
    )


def change_first() -> Response | None:
    """Lead whoever has to choose a new password there, from every page."""
    if request.endpoint in WITHOUT_CHANGE or request.path.startswith(API) or USER not in session:
        return None
    found = caller()
    if isinstance(found, AccountPrincipal) and found.must_change:
        return redirect(url_for("accounts.change_password"))
    return None
