"""Lookups by one key or by many, and inserts of what is new, each as a statement that is compiled once.

An expanding IN is rendered anew on every call and binds each key by itself; the single scan, which is
the hottest path of all, asks for one key, and an equality costs a fraction. Many keys go as one
parameter: an array where the store has them, else as JSON that the store takes apart.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    LargeBinary,
    String,
    any_,
    bindparam,
    column,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult, Dialect

from app.core.db import WROTE, Base, table
from app.core.transactions import connection

Match = Callable[[ColumnElement[Any]], ColumnElement[bool]]


def _in_array(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return column == any_(bindparam("keys", type_=postgresql.ARRAY(column.type)))


def _in_json(column: ColumnElement[Any]) -> ColumnElement[bool]:
    if isinstance(column.type, LargeBinary):  # JSON holds no bytes
        return column.in_(bindparam("keys", expanding=True))
    keys = func.json_each(bindparam("keys", type_=String)).table_valued("value")
    return column.in_(select(keys.c.value))


def _as_json(keys: Collection[Any]) -> Any:
    if any(isinstance(key, bytes) for key in keys):
        return list(keys)
    return json.dumps([key.hex if isinstance(key, uuid.UUID) else key for key in keys])


class Keyed:
    """`build(match)` makes a statement in which `match(column)` stands for “column is among the keys”.

    Keys are UUIDs, texts or bytes, all of one kind.
    """

    def __init__(self, build: Callable[[Match], Executable]) -> None:
        self._one = build(lambda column: column == bindparam("key"))
        self._many = {"postgresql": build(_in_array), "sqlite": build(_in_json)}

    def run(self, keys: Collection[Any], **parameters: Any) -> CursorResult[Any]:
        """The rows for `keys`, which are not empty, on the open transaction's own connection."""
        here = connection()
        if len(keys) == 1:
            (key,) = keys
            return here.execute(self._one, {"key": key, **parameters})
        store = here.dialect.name
        given = list(keys) if store == "postgresql" else _as_json(keys)
        return here.execute(self._many[store], {"keys": given, **parameters})


class InsertNew:
    """Insert the rows that are not there yet, and say which those were.

    `returning` names the columns that come back of each row that was new: what the store does not
    return was there, whatever its row count says. `on` names the columns of the one unique key that
    may be met; empty: any.
    """

    def __init__(self, model: type[Base], *returning: str, on: Sequence[str] = ()) -> None:
        self._statements = {
            dialect.dialect.name: self._build(dialect, model, returning, on) for dialect in (sqlite, postgresql)
        }

    @staticmethod
    def _build(dialect: Any, model: type[Base], returning: Sequence[str], on: Sequence[str]) -> Executable:
        target = table(model)
        statement = dialect.insert(target).on_conflict_do_nothing(index_elements=list(on) or None)
        built: Executable = statement.returning(*(target.c[name] for name in returning)) if returning else statement
        return built

    def run(self, rows: Sequence[dict[str, Any]]) -> CursorResult[Any]:
        """The returned columns of what was new among `rows`, which are not empty."""
        here = connection()
        # one row alone goes past the machinery that puts many rows into one statement
        return here.execute(self._statements[here.dialect.name], rows[0] if len(rows) == 1 else list(rows))


class InsertRows:
    """Insert rows of a model, each with a value for every column.

    SQLAlchemy looks each value of each row up by its name again; where the store takes plain tuples
    (SQLite, in the same process) the columns are made ready one after the other instead. PostgreSQL, which
    wants its parameters typed, keeps the usual way.
    """

    def __init__(self, model: type[Base]) -> None:
        self._target = table(model)
        self._statement = insert(self._target)
        self._ready: tuple[str, list[tuple[str, Callable[[Any], Any] | None]]] | None = None

    def run(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """`rows`, none or many, name every column; a key that is taken raises IntegrityError."""
        if not rows:
            return
        here = connection()
        if here.dialect.name != "sqlite":
            here.execute(self._statement, rows)
            return
        if self._ready is None:
            self._ready = self._compile(here.dialect)
        sql, places = self._ready
        columns = [
            [row[name] for row in rows] if made is None else [made(row[name]) for row in rows] for name, made in places
        ]
        here.exec_driver_sql(sql, list(zip(*columns, strict=True)))
        here.info[WROTE] = True  # of plain SQL nobody else can tell

    def _compile(self, dialect: Dialect) -> tuple[str, list[tuple[str, Callable[[Any], Any] | None]]]:
        """The statement with a place for each column, and per place what makes a value ready for the driver."""
        kinds = {column.name: column.type for column in self._target.columns}
        compiled: Any = self._statement.values({name: bindparam(name) for name in kinds}).compile(dialect=dialect)
        return str(compiled), [
            (name, kinds[name].dialect_impl(dialect).bind_processor(dialect)) for name in compiled.positiontup
        ]


class UpdateRows:
    """Update rows by their key, each with values of its own.

    Many go to PostgreSQL as one statement over arrays, since there each statement costs a message and a plan's
    start; SQLite, in the same process, takes them one by one for less.
    """

    WORTH_IT = 8

    def __init__(self, model: type[Base], *, keys: Sequence[str], values: Sequence[str]) -> None:
        target = table(model)
        own: dict[str, Any] = {name: bindparam(f"_{name}") for name in keys}
        self._names = {f"_{name}": name for name in keys} | {name: name for name in values}
        self._one = (
            update(target)
            .where(*(target.c[name] == place for name, place in own.items()))
            .values({name: bindparam(name) for name in values})
        )
        types = {place: target.c[name].type for place, name in self._names.items()}
        given = (
            func.unnest(*(bindparam(place, type_=postgresql.ARRAY(kind)) for place, kind in types.items()))
            .table_valued(*(column(place, kind) for place, kind in types.items()), name="given")
            .render_derived()
        )
        self._many = (
            update(target)
            .where(*(target.c[name] == given.c[f"_{name}"] for name in keys))
            .values({name: given.c[name] for name in values})
        )

    def run(self, rows: Sequence[dict[str, Any]]) -> None:
        """`rows` name every key and value; a row that is not there is left out, as an UPDATE does."""
        here = connection()
        if len(rows) >= self.WORTH_IT and here.dialect.name == "postgresql":
            here.execute(self._many, {place: [row[name] for row in rows] for place, name in self._names.items()})
        elif rows:
            here.execute(self._one, [{place: row[name] for place, name in self._names.items()} for row in rows])


def execute(statement: Executable, parameters: Any = None) -> CursorResult[Any]:
    """Run a Core statement on the open transaction's connection, past the ORM."""
    return connection().execute(statement, parameters)
