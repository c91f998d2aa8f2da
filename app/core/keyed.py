"""Lookups by one key or by many, each as a statement that is compiled once.

An expanding IN is rendered anew on every call; the single scan, which is the
hottest path of all, asks for one key, and an equality costs a fraction.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import ColumnElement, Executable, bindparam
from sqlalchemy.engine import CursorResult

from app.core.transactions import connection


class Keyed:
    """`build(match)` makes a statement in which `match(column)` stands for “column is among the keys”."""

    def __init__(self, build: Callable[[Callable[[ColumnElement[Any]], ColumnElement[bool]]], Executable]) -> None:
        self._one = build(lambda column: column == bindparam("key"))
        self._many = build(lambda column: column.in_(bindparam("keys", expanding=True)))

    def run(self, keys: Collection[Any], **parameters: Any) -> CursorResult[Any]:
        """The rows for `keys`, which are not empty, on the open transaction's own connection."""
        here = connection()
        if len(keys) == 1:
            (key,) = keys
            return here.execute(self._one, {"key": key, **parameters})
        return here.execute(self._many, {"keys": list(keys), **parameters})


def execute(statement: Executable, parameters: Any = None) -> CursorResult[Any]:
    """Run a Core statement on the open transaction's connection, past the ORM."""
    return connection().execute(statement, parameters)
