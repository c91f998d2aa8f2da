"""Who may open what: default deny, for every role and every page of this room, sessions and tokens apart."""

from __future__ import annotations

import contextvars

import pytest
from flask import Flask

from app.accounts import services
from app.accounts.constants import TokenScope
from app.accounts.principals import AccountPrincipal, KeyPrincipal
from app.audit.services import SYSTEM, Actor
from app.core.clock import now
from app.core.errors import DomainError
from app.core.ids import uuid7
from app.core.permissions import MATRIX, OFFICE, Permission, Role, Scope, ScopeKind
from app.web.access import caller, requires
from tests.factories.accounts import account, grant, staff

pytestmark = pytest.mark.usefixtures("ctx", "clock")
SOMEBODY, SOMETHING = uuid7(), uuid7()
OFFICE_PAGES = [
    ("GET", "/office/accounts", Permission.ACCOUNT_MANAGE),
    ("GET", "/office/accounts/new", Permission.ACCOUNT_MANAGE),
    ("POST", "/office/accounts/new", Permission.ACCOUNT_MANAGE),
    ("GET", f"/office/accounts/{SOMEBODY}", Permission.ACCOUNT_MANAGE),
    ("GET", f"/office/accounts/{SOMEBODY}/disable", Permission.ACCOUNT_MANAGE),
    ("POST", f"/office/accounts/{SOMEBODY}/disable", Permission.ACCOUNT_MANAGE),
    ("POST", f"/office/accounts/{SOMEBODY}/enable", Permission.ACCOUNT_MANAGE),
    ("POST", f"/office/accounts/{SOMEBODY}/reset", Permission.ACCOUNT_MANAGE),
    ("GET", "/office/roles", Permission.ROLE_GRANT),
    ("GET", f"/office/roles/{SOMEBODY}", Permission.ROLE_GRANT),
    ("POST", f"/office/roles/{SOMEBODY}", Permission.ROLE_GRANT),
    ("POST", f"/office/roles/{SOMEBODY}/{SOMETHING}/revoke", Permission.ROLE_GRANT),
    ("GET", "/office/keys", Permission.KEY_MANAGE),
    ("GET", "/office/keys/new", Permission.KEY_MANAGE),
    ("POST", "/office/keys/new", Permission.KEY_MANAGE),
    ("POST", f"/office/keys/{SOMETHING}/revoke", Permission.KEY_MANAGE),
]


def ask(client, method, path):
    return client.get(path, status=None) if method == "GET" else client.post(path, follow=False)


def test_every_page_of_the_office_here_is_in_the_list(app):
    listed = {path for _, path, _ in OFFICE_PAGES} | {
        "/office/login",
        "/office/password",
        f"/office/keys/{SOMETHING}/revoke",
    }
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
        seen = {adapter.match(path, method="POST" if path.endswith("enable") else "GET")[0] for path in listed}
    rules = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("accounts.")}
    citizens = {
        f"accounts.{name}" for name in ("login", "login_code", "login_again", "logout", "security", "end_sessions")
    }
    assert rules == seen | citizens


@pytest.mark.parametrize("role", [None, *Role])
def test_every_role_on_every_page_of_the_office(client, role):
    holder = staff(role if role is not Role.CITIZEN else None)
    client.login_as(holder)
    for method, path, permission in OFFICE_PAGES:
        page = ask(client, method, path)
        allowed = role is not None and permission in MATRIX[role]
        assert (page.status != 403) is allowed, f"{role} {method} {path}: {page.status}"


def test_a_role_in_one_activity_opens_no_page_of_the_whole_office(client):
    holder = staff(Role.SYSTEM_ADMIN, scope=Scope(ScopeKind.ACTIVITY, uuid7()))
    client.login_as(holder)
    for method, path, _ in OFFICE_PAGES:
        assert ask(client, method, path).status == 403


def test_a_citizen_sees_none_of_it(client):
    client.login_as(account())
    for method, path, _ in OFFICE_PAGES:
        assert ask(client, method, path).status == 403


def test_nobody_is_sent_to_the_login_of_their_kind(client):
    for method, path, _ in OFFICE_PAGES:
        page = ask(client, method, path)
        assert (page.status, page.location.partition("?")[0]) == (302, "/office/login")
    assert client.get("/my/security", status=302).location == "/login?next=/my/security"
    posted = client.post("/my/security/end", follow=False)
    assert posted.location == "/login"


# --------------------------------------------------------------------------- sessions and tokens


def asking(app: Flask, path: str, headers: dict[str, str], ask):
    """What `ask()` answers in a request of its own, as a server would run it."""

    def run():
        with app.test_request_context(path, headers=headers):
            return ask()

    return contextvars.Context().run(run)


def calling(app: Flask, path: str, token: str, scheme: str = "Bearer"):
    return asking(app, path, {"Authorization": f"{scheme} {token}"}, caller)


def test_a_session_counts_on_pages_and_not_on_the_api(client, app):
    holder = staff(Role.SYSTEM_ADMIN)
    client.login_as(holder)
    cookie = client.http.get_cookie("xiangyue")
    assert cookie is not None
    headers = {"Cookie": f"xiangyue={cookie.value}"}
    found = asking(app, "/office/accounts", headers, caller)
    assert isinstance(found, AccountPrincipal)
    assert (found.account_id, found.is_staff, found.key_scope) == (holder.id, True, None)
    assert found.actor == Actor("account", holder.id)
    assert asking(app, "/api/v1/anything", headers, caller) is None


def test_a_token_counts_on_the_api_and_not_on_pages(app):
    token = services.issue_key(actor=SYSTEM, at=now(), scope=TokenScope.READ, label="市").token
    found = calling(app, "/api/v1/anything", token)
    assert isinstance(found, KeyPrincipal)
    assert (found.key_scope, found.account_id, found.is_staff, found.label) == ("read", None, False, "市")
    assert found.actor == Actor("api_key", found.key_id)
    assert calling(app, "/office/accounts", token) is None


@pytest.mark.parametrize("scheme", ["Basic", "Token", ""])
def test_other_ways_to_show_a_token_are_none(app, scheme):
    token = services.issue_key(actor=SYSTEM, at=now(), scope=TokenScope.READ, label="市").token
    assert calling(app, "/api/v1/anything", token, scheme) is None
    assert calling(app, "/api/v1/anything", token, "bearer") is not None


def test_a_key_holds_no_permission_at_all(app):
    token = services.issue_key(actor=SYSTEM, at=now(), scope=TokenScope.REGISTRATIONS, label="市").token
    found = calling(app, "/api/v1/anything", token)
    assert found is not None
    assert not any(found.can(permission, ()) for permission in Permission)
    assert not any(found.can(permission, [OFFICE]) for permission in Permission)
    assert not any(found.can_somewhere(permission) for permission in Permission)
    assert [found.scopes_with(permission) for permission in Permission] == [()] * len(Permission)


@pytest.mark.parametrize("scope", list(TokenScope))
def test_a_view_lets_in_the_key_that_it_names_and_no_other(app, scope):
    @requires(Permission.ATTENDANCE_VIEW, key="read")
    def named() -> str:
        return "in"

    @requires(Permission.ATTENDANCE_VIEW)
    def unnamed() -> str:
        return "in"

    token = services.issue_key(actor=SYSTEM, at=now(), scope=scope, label="市").token

    def ask(view):
        try:
            return view()
        except DomainError as error:
            return error.code

    headers = {"Authorization": f"Bearer {token}"}
    answers = [asking(app, "/api/v1/x", headers, lambda view=view: ask(view)) for view in (named, unnamed)]
    assert answers == ["in" if scope is TokenScope.READ else "forbidden", "forbidden"]


def test_a_token_of_an_account_calls_with_its_roles(app):
    holder = staff(Role.EVENT_MANAGER)
    token = services.issue_account_token(actor=SYSTEM, at=now(), account_id=holder.id, label="脚本").token
    found = calling(app, "/api/v1/anything", token)
    assert isinstance(found, AccountPrincipal)
    assert found.can(Permission.ACTIVITY_EDIT, ())
    assert found.scopes_with(Permission.ACTIVITY_EDIT) is None
    assert not found.can(Permission.ROLE_GRANT, ())
    services.disable_account(actor=SYSTEM, at=now(), account_id=holder.id)
    assert calling(app, "/api/v1/anything", token) is None


def test_revoked_and_unknown_tokens_are_nobody(client, app):
    issued = services.issue_key(actor=SYSTEM, at=now(), scope=TokenScope.READ, label="市")
    services.revoke_key(actor=SYSTEM, at=now(), key_id=issued.key_id)
    for token in (issued.token, "xk_unknown", "xa_unknown", "xd_a_device_s", ""):
        assert calling(app, "/api/v1/anything", token) is None


def test_a_citizen_holds_their_own_things_and_what_was_granted(app):
    holder, station = account(), Scope(ScopeKind.ACTIVITY, uuid7())
    grant(holder, Role.VOLUNTEER, scope=station)
    token = services.issue_account_token(actor=SYSTEM, at=now(), account_id=holder.id, label="脚本").token
    found = calling(app, "/api/v1/anything", token)
    assert found is not None
    assert found.can(Permission.OWN, ())
    assert found.can(Permission.WALK_IN, [station])
    assert not found.can(Permission.WALK_IN, ())
    assert found.scopes_with(Permission.WALK_IN) == {station}
    assert not found.is_staff
