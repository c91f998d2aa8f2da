"""What rooms hang into the frame: menu items and API blueprints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask, current_app, request, url_for
from flask_smorest import Api

from app.core.permissions import Permission
from app.web.access import caller

if TYPE_CHECKING:
    from flask_smorest import Blueprint as ApiBlueprint


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An entry of the office's side bar: shown to whoever holds `permission` somewhere."""

    endpoint: str
    label: str
    permission: Permission
    group: str
    order: int


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A menu item as a page shows it."""

    label: str
    url: str
    active: bool
    group: str


def prepare_registry(app: Flask) -> None:
    """Start with an empty menu and an API without rooms."""
    app.extensions["xiangyue_menu"] = []
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
        (item, url_for(item.endpoint)) for item in menu_items(current_app) if found.can_somewhere(item.permission)
    ]
    best = max((url for _, url in entries if (here + "/").startswith(url.rstrip("/") + "/")), key=len, default="")
    return [MenuEntry(label=item.label, url=url, active=url == best, group=item.group) for item, url in entries]
