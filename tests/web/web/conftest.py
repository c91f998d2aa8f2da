"""A site of its own for the frame: the application with a few probe pages hung into it."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Blueprint, Flask, Response, jsonify, render_template_string, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import UnsupportedMediaType

from app.audit.services import Actor
from app.core import errors
from app.core.clock import office_time
from app.core.ids import NIL
from app.core.permissions import MATRIX, OFFICE, Permission, Role, Scope, ScopeKind
from app.core.text import N_
from app.core.transactions import act
from app.web.access import actor, add_principal_loader, add_scope_loader, public, requires, the_account
from app.web.registry import MenuItem, TabItem, add_menu, add_tabs
from tests.support import stores
from tests.support.pages import PageClient

OURS = Scope(ScopeKind.ACTIVITY, uuid.UUID(int=1))
THEIRS = Scope(ScopeKind.ACTIVITY, uuid.UUID(int=2))
OPEN = public("a probe of the tests")

CITIZEN_PAGE = """{% extends "web/citizen.html" %}{% block title %}探针{% endblock %}
{% block content %}<h1>探针</h1><p>{{ words }}</p>
<form method="post" action="/probe/form"><input type="hidden" name="csrf_token" value="{{ csrf_token() }}">
<label>名字 <input name="name"></label><button type="submit">提交</button></form>{% endblock %}"""
OFFICE_PAGE = """{% extends "web/office.html" %}{% block title %}办公室{% endblock %}
{% block head_title %}<h1>办公室</h1>{% endblock %}{% block content %}<p>{{ words }}</p>{% endblock %}"""

probe = Blueprint("probe", __name__)


@dataclass(frozen=True)
class Visitor:
    """A caller as the tests put it together."""

    role: Role | None = None
    scope: Scope = OFFICE
    key_scope: str | None = None
    account_id: uuid.UUID | None = NIL
    is_staff: bool = True
    kind: str = "account"
    id: uuid.UUID = field(default_factory=uuid.uuid4)

    @property
    def actor(self) -> Actor:
        """Whom the audit names."""
        return Actor(self.kind, self.id)

    @property
    def _held(self) -> frozenset[Permission]:
        return MATRIX[self.role] if self.role else frozenset()

    def can(self, permission: Permission, scopes: Collection[Scope]) -> bool:
        """Whether the one grant gives it there."""
        return permission in self._held and (self.scope == OFFICE or self.scope in scopes)

    def can_somewhere(self, permission: Permission) -> bool:
        """Whether the one grant gives it."""
        return permission in self._held

    def scopes_with(self, permission: Permission) -> Collection[Scope] | None:
        """Where the one grant gives it."""
        if permission not in self._held:
            return ()
        return None if self.scope == OFFICE else (self.scope,)


class Door:
    """Who comes in next, and how often that was asked."""

    visitor: Visitor | None = None
    asked = 0


def knock() -> Visitor | None:
    """The principal loader of the tests."""
    Door.asked += 1
    return Door.visitor


REFUSALS: dict[str, Callable[[], errors.DomainError]] = {
    "invalid": lambda: errors.DomainError("wrong", N_("最后一位对不上，请核对身份证。"), field="number"),
    "absent": lambda: errors.NotFound("nobody", N_("没有找到这个人。")),
    "conflict": lambda: errors.Conflict("twice", N_("%(name)s已经报过。"), name="<b>王德福</b>"),
    "forbidden": lambda: errors.Forbidden("not_you", N_("这页需要相应的权限。")),
    "unknown": lambda: errors.Unauthenticated("who", N_("请先登录。")),
    "large": lambda: errors.TooLarge("too_large", N_("最多 %(n)s 行。"), n=12_500),
    "often": lambda: errors.TooMany("often", N_("请 %(n)d 秒后再试。"), retry_after=30, n=30),
    "busy": lambda: errors.Busy("busy", N_("现在人多。"), retry_after=7),
    "later": lambda: errors.Conflict("not_open", N_("%(when)s开始报名。"), when=office_time(2021, 9, 25, 8)),
    "year": lambda: errors.DomainError("year", N_("%(year)d年2月没有29日。"), year=2021),
}


@act
def refuse(kind: str) -> None:
    """An act that is refused."""
    refusal = REFUSALS[kind]()
    raise refusal


@probe.get("/probe/page")
@OPEN
def page() -> str:
    return render_template_string(CITIZEN_PAGE, words=request.args.get("words", ""))


@probe.post("/probe/form")
@probe.post("/api/v1/probe/form")
@OPEN
def form() -> Response:
    return jsonify(name=request.form["name"])


@probe.get("/probe/refused/<kind>")
@probe.get("/api/v1/probe/refused/<kind>")
@OPEN
def refused(kind: str) -> str:
    refuse(kind)
    return ""


@probe.get("/probe/refused-at-the-door/<kind>")
@OPEN
def refused_at_the_door(kind: str) -> str:
    refusal = REFUSALS[kind]()
    raise refusal


@probe.get("/probe/crash/<kind>")
@probe.get("/api/v1/probe/crash/<kind>")
@OPEN
def crash(kind: str) -> str:
    if kind == "locked":
        fault = sqlite3.OperationalError("database is locked")
        fault.sqlite_errorcode = 5
        raise OperationalError("SELECT secret", {"phone": "13800005678"}, fault)
    if kind == "media":
        raise UnsupportedMediaType
    raise ValueError("secret 13800005678")


@probe.get("/office/probe")
@requires(Permission.ACTIVITY_VIEW)
def office() -> str:
    return render_template_string(OFFICE_PAGE, words="")


@probe.get("/office/probe/deep")
@requires(Permission.ACTIVITY_VIEW, anywhere=True)
def deep() -> str:
    return render_template_string(OFFICE_PAGE, words="")


@probe.get("/office/probe/<activity_id>/edit")
@requires(Permission.ACTIVITY_EDIT, of="activity_id")
def edit(activity_id: str) -> str:
    return render_template_string(OFFICE_PAGE, words=activity_id)


@probe.get("/my/probe")
@requires(Permission.OWN)
def mine() -> Response:
    return jsonify(account=str(the_account()), actor=actor().kind)


@probe.get("/api/v1/probe/keys")
@requires(Permission.OWN, key="read")
def for_keys() -> Response:
    return jsonify(ok=True)


@probe.get("/api/v1/probe/no-keys")
@requires(Permission.OWN)
def not_for_keys() -> Response:
    return jsonify(ok=True)


def scopes(value: Any) -> list[Scope]:
    return [{"1": OURS, "2": THEIRS}[value]]


@pytest.fixture(scope="module")
def site_of_module(app: Flask) -> Iterator[Flask]:
    """The application with the probes; the same store as everybody's."""
    from app import create_app

    site = create_app({**app.config, "PROPAGATE_EXCEPTIONS": False})
    site.static_folder = app.static_folder
    add_principal_loader(site, knock)
    add_scope_loader(site, "activity_id", scopes)
    add_menu(
        site,
        MenuItem("probe.office", N_("探针"), Permission.ACTIVITY_VIEW, "main", 0),
        MenuItem("probe.deep", N_("深处"), Permission.ACTIVITY_VIEW, "main", -1),
        MenuItem("probe.mine", N_("探针的"), Permission.AUDIT_VIEW, "foot", -2),
    )
    add_tabs(
        site,
        "activity_id",
        TabItem("probe.edit", N_("修改"), Permission.ACTIVITY_EDIT, 2),
        TabItem("probe.edit", N_("查看"), Permission.ACTIVITY_VIEW, 1),
    )
    site.register_blueprint(probe)
    stores.engine_of(site)
    yield site
    stores.engine_of(site).dispose()


@pytest.fixture
def site(site_of_module: Flask) -> Iterator[Flask]:
    """The site; nobody is at the door."""
    Door.visitor, Door.asked = None, 0
    yield site_of_module
    stores.engine_of(site_of_module).dispose()


@pytest.fixture
def visit(site: Flask) -> PageClient:
    """A browser at the site."""
    return PageClient(site)
