"""Who may call a view. Every view declares it; `requires` refuses by default.

Principals come from loaders that higher rooms register (a session, a device's
bearer token, an API key), scopes from loaders by the name of a URL argument:
this floor knows neither accounts nor activities.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol, TypeVar, cast

from flask import Flask, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from app.audit.services import ANONYMOUS, Actor
from app.core.errors import Forbidden, NotFound, Unauthenticated
from app.core.permissions import Permission, Scope
from app.core.text import N_

View = TypeVar("View", bound=Callable[..., Any])


class Caller(Protocol):
    """A principal as the edge sees it."""

    @property
    def actor(self) -> Actor:
        """Whom the audit names."""

    @property
    def account_id(self) -> uuid.UUID | None:
        """The account behind the call, if it is one."""

    @property
    def is_staff(self) -> bool:
        """Whether this is somebody of the office."""

    @property
    def key_scope(self) -> str | None:
        """The scope of an API key; None for everyone else (a key holds no permission)."""

    def can(self, permission: Permission, scopes: Collection[Scope]) -> bool:
        """Whether `permission` holds in one of `scopes` (empty: in the office)."""

    def can_somewhere(self, permission: Permission) -> bool:
        """Whether `permission` holds in any scope at all."""

    def scopes_with(self, permission: Permission) -> Collection[Scope] | None:
        """The scopes in which `permission` holds; None: in the office, so everywhere.

        A list that opens with a grant in any scope shows what lies in these.
        """


@dataclass(frozen=True, slots=True)
class Access:
    """What a view declares: one permission (or a key's scope instead), or the reason why it is public."""

    permission: Permission | None = None
    of: str | None = None
    anywhere: bool = False
    key: str | None = None
    public: str = ""


READING = frozenset({"GET", "HEAD"})
PrincipalLoader = Callable[[], Caller | None]
ScopeLoader = Callable[[Any], Iterable[Scope]]


def add_principal_loader(app: Flask, loader: PrincipalLoader) -> None:
    """Let a room recognise callers; the first loader that knows one wins."""
    app.extensions.setdefault("xiangyue_principals", []).append(loader)


def add_scope_loader(app: Flask, argument: str, loader: ScopeLoader) -> None:
    """Let a room say which scopes the URL argument `argument` lies in."""
    app.extensions.setdefault("xiangyue_scopes", {})[argument] = loader


def caller() -> Caller | None:
    """The principal of this request, or None; found once."""
    if "xiangyue_caller" not in g:
        g.xiangyue_caller = None
        for loader in current_app.extensions.get("xiangyue_principals", ()):
            found = loader()
            if found is not None:
                g.xiangyue_caller = found
                break
    return cast("Caller | None", g.xiangyue_caller)


def the_caller() -> Caller:
    """The principal of this request; Unauthenticated when there is none."""
    found = caller()
    if found is None:
        raise Unauthenticated("login_required", N_("请先登录。"))
    return found


def the_account() -> uuid.UUID:
    """The id of the account that calls."""
    account_id = the_caller().account_id
    if account_id is None:
        raise Forbidden("account_required", N_("这里需要用账号登录。"))
    return account_id


def actor() -> Actor:
    """Whom the audit names for this request."""
    found = caller()
    return found.actor if found else ANONYMOUS


def public(reason: str) -> Callable[[View], View]:
    """Declare a view open to everyone, and why."""

    def declare(view: View) -> View:
        view.access = Access(public=reason)  # type: ignore[attr-defined]
        return view

    return declare


def requires(
    permission: Permission, *, of: str | None = None, anywhere: bool = False, key: str | None = None
) -> Callable[[View], View]:
    """Declare the permission of a view.

    `of` names the URL argument whose scopes count (season and activity, say);
    without it the office's scope is asked for. `anywhere`: a grant in any
    scope opens the page, which then shows only what lies in those scopes.
    `key` is the scope of API keys that are let in too: a key holds no
    permission, so a view that names none refuses every key.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            answer = _refuse(guarded.access, kwargs)  # type: ignore[attr-defined]
            return view(*args, **kwargs) if answer is None else answer

        guarded.access = Access(permission=permission, of=of, anywhere=anywhere, key=key)  # type: ignore[attr-defined]
        return cast("View", guarded)

    return declare


def _refuse(access: Access, kwargs: dict[str, Any]) -> Response | None:
    found = caller()
    permission = cast("Permission", access.permission)
    if found is None:
        return _ask_to_log_in(permission)
    if found.key_scope is not None:
        allowed = found.key_scope == access.key
    elif access.anywhere:
        allowed = found.can_somewhere(permission)
    else:
        allowed = found.can(permission, scopes_of(access.of, kwargs.get(access.of)) if access.of else ())
    if not allowed and access.of is not None and found.can_somewhere(permission):
        # what lies in another's scope is answered like what does not exist
        raise NotFound("not_found", N_("没有找到这一页。"))
    if not allowed:
        raise Forbidden("forbidden", N_("这页需要相应的权限，请联系系统管理员开通。"))
    return None


def scopes_of(argument: str, value: object) -> list[Scope]:
    """The scopes that a URL argument lies in, by the loader of its room.

    A page asks for the guard, its tabs and each link that not everybody sees: one that only reads asks the
    store once. An act may have moved the thing elsewhere, so there each question is asked anew.
    """
    loader = current_app.extensions["xiangyue_scopes"][argument]
    if request.method not in READING:
        return list(loader(value))
    known: dict[tuple[str, object], list[Scope]] = g.setdefault("xiangyue_scopes", {})
    if (argument, value) not in known:
        known[argument, value] = list(loader(value))
    return known[argument, value]


def _ask_to_log_in(permission: Permission) -> Response:
    if request.path.startswith("/api/"):
        raise Unauthenticated("unauthenticated", N_("需要有效的令牌。"))
    staff = permission is not Permission.OWN or request.path.startswith("/office")
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.staff_login" if staff else "accounts.login", next=target))


def can(permission: Permission | str, argument: str | None = None, value: object = None) -> bool:
    """For templates: whether the caller holds a permission (in the scopes of an argument)."""
    found = caller()
    if found is None:
        return False
    return found.can(Permission(permission), scopes_of(argument, value) if argument else ())
