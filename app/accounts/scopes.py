"""The places in which a role can be granted, by name.

Seasons, activities and organisations belong to higher rooms, which hang a directory here.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Flask, current_app

from app.accounts.rules.roles import parse_scope, scope_text
from app.core.permissions import OFFICE, Scope, ScopeKind


@dataclass(frozen=True, slots=True)
class Place:
    """One season, activity or organisation that a role can be limited to."""

    id: uuid.UUID
    code: str
    label: str


Directory = Callable[[], Sequence[Place]]


def add_scope_directory(app: Flask, kind: ScopeKind, directory: Directory) -> None:
    """Let a room name the scopes of `kind`; `directory()` gives them in the order to show."""
    app.extensions.setdefault("xiangyue_scope_directories", {})[kind] = directory


def places() -> dict[ScopeKind, Sequence[Place]]:
    """Every scope below the office, by kind, as the rooms name them now."""
    found: dict[ScopeKind, Directory] = current_app.extensions.get("xiangyue_scope_directories", {})
    return {kind: found[kind]() for kind in ScopeKind if kind in found}


def find_scope(text: str) -> Scope | None:
    """The scope of `office`, `kind:uuid` or `kind:code`; None when there is none such.

    An id is taken as it is for a kind that has no directory.
    """
    known = places()
    scope = parse_scope(text)
    if scope is not None:
        listed = known.get(scope.kind)
        return scope if scope == OFFICE or listed is None or any(one.id == scope.id for one in listed) else None
    kind, _, code = text.partition(":")
    for place in known.get(ScopeKind(kind), ()) if kind in {member.value for member in ScopeKind} else ():
        if place.code == code:
            return Scope(ScopeKind(kind), place.id)
    return None


def labels() -> dict[str, str]:
    """`scope_text` → label, for every place that the rooms name."""
    return {scope_text(Scope(kind, one.id)): one.label for kind, rows in places().items() for one in rows}
