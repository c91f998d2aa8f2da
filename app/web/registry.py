"""What rooms hang into the frame: menu items, tabs and API blueprints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app, request, url_for
from flask_smorest import Api

from app.core.permissions import Permission
from app.web.access import caller, scopes_of
from app.web.texts import say

if TYPE_CHECKING:
    from flask_smorest import Blueprint as ApiBlueprint


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An entry of the office's side bar: shown to whoever holds `permission` somewhere.

    `in_office`: only to whoever holds it for the whole office, as its page asks. `icon` is a name in
    `templates/web/icons`; the group `foot` stands at the bar's foot.
    """

    endpoint: str
    label: str
    permission: Permission
    group: str
    order: int
    icon: str = ""
    in_office: bool = False


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A menu item as a page shows it."""

    label: str
    url: str
    active: bool
    group: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class TabItem:
    """A tab on the pages about one thing, which the views' URL argument names.

    It is shown to whoever holds `permission` in the scopes of that thing. `count` tells, by the URL
    argument, how much waits behind it; it is asked on every page of the thing and must be cheap.
    """

    endpoint: str
    label: str
    permission: Permission
    order: int
    count: Callable[[object], int | None] | None = None


@dataclass(frozen=True, slots=True)
class TabEntry:
    """A tab as a page shows it."""

    label: str
    url: str
    active: bool
    count: int | None = None


def prepare_registry(app: Flask) -> None:
    """Start with an empty menu, no tabs and an API without rooms."""
    app.extensions["xiangyue_menu"] = []
    app.extensions["xiangyue_tabs"] = {}
    app.extensions["xiangyue_api"] = Api(app)


def add_menu(app: Flask, *items: MenuItem) -> None:
    """Hang entries into the office's side bar."""
    app.extensions["xiangyue_menu"].extend(items)


def add_api(app: Flask, blueprint: ApiBlueprint) -> None:
    """Hang a room's API into the one that is documented at /api/v1/openapi.json."""
    app.extensions["xiangyue_api"].register_blueprint(blueprint)


def menu_items(app: Flask) -> list[MenuItem]:
    """Every entry, in order."""
    return sorted(app.extensions["xiangyue_menu"], key=lambda item: (item.order, item.label))


def menu() -> list[MenuEntry]:
    """The entries of this caller, the current page's marked."""
    found = caller()
    if found is None:
        return []
    here = request.path.rstrip("/")
    entries = [
        (item, url_for(item.endpoint))
        for item in menu_items(current_app)
        if (found.can(item.permission, ()) if item.in_office else found.can_somewhere(item.permission))
    ]
    best = max((url for _, url in entries if (here + "/").startswith(url.rstrip("/") + "/")), key=len, default="")
    return [
        MenuEntry(label=say(item.label), url=url, active=url == best, group=item.group, icon=item.icon)
        for item, url in entries
    ]


def add_tabs(app: Flask, argument: str, *items: TabItem) -> None:
    """Hang tabs onto the pages about what the URL argument `argument` names (a station, say)."""
    app.extensions["xiangyue_tabs"].setdefault(argument, []).extend(items)


def tabs_of(argument: str, value: object, active: str) -> list[TabEntry]:
    """The tabs of one thing for this caller, in order; `active` is the endpoint that is marked."""
    found = caller()
    items = sorted(current_app.extensions["xiangyue_tabs"].get(argument, ()), key=lambda item: item.order)
    if found is None or not items:
        return []
    scopes = scopes_of(argument, value)
    place: dict[str, Any] = {argument: value}
    return [
        TabEntry(
            label=say(item.label),
            url=url_for(item.endpoint, **place),
            active=item.endpoint == active,
            count=item.count(value) if item.count else None,
        )
        for item in items
        if found.can(item.permission, scopes)
    ]
