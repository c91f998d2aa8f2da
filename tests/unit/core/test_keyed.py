"""Lookups by one key or many: the same rows, an equality where one is asked for."""

from __future__ import annotations

import re
import sys

import pytest
from sqlalchemy import create_engine, delete, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError, StatementError

from app.accounts.models import Account
from app.core.clock import now
from app.core.db import db, table
from app.core.ids import uuid7
from app.core.keyed import InsertRows, Keyed, UpdateRows, execute
from app.core.transactions import act, end_read
from tests.factories.accounts import account

pytestmark = pytest.mark.usefixtures("ctx")
FOR_POSTGRESQL = {"app.checkins.services.load._LOCK"}
BY_ID = Keyed(lambda match: select(Account.id).where(match(Account.id)).order_by(Account.id))


def test_one_is_asked_for_by_equality_and_many_by_one_parameter(statements, store):
    ids = sorted(account().id for _ in range(3))
    with statements() as seen:
        assert [row.id for row in BY_ID.run(ids[:1])] == ids[:1]
        assert [row.id for row in BY_ID.run(set(ids))] == ids
        assert [row.id for row in BY_ID.run(ids[1:])] == ids[1:]
    many = "json_each" if store.name == "sqlite" else "ANY ("
    assert [many in sql for sql in seen] == [False, True, True]


def test_bytes_and_texts_are_keys_too(ctx, store):
    held = [account(phone_index=bytes([n]) * 16) for n in range(3)]
    by_index = Keyed(lambda match: select(Account.id).where(match(Account.phone_index)))
    wanted = {one.phone_index for one in held}
    assert {row.id for row in by_index.run(wanted)} == {one.id for one in held}
    by_kind = Keyed(lambda match: select(Account.id).where(match(Account.kind)))
    assert {row.id for row in by_kind.run(["citizen", "nothing"])} == {one.id for one in held}


def test_a_plain_statement_runs_on_the_same_connection():
    found = account()
    assert execute(select(Account.id)).scalar_one() == found.id


def _lookups() -> dict[str, Keyed]:
    """Every lookup that the application declares."""
    return {
        f"{module.__name__}.{name}": one
        for module in list(sys.modules.values())
        if getattr(module, "__name__", "").startswith("app.")
        for name, one in vars(module).items()
        if isinstance(one, Keyed)
    }


def test_no_lookup_walks_a_whole_activity_or_table():
    """Asked for an order, SQLite goes along the key through the whole activity instead of looking the rows up.

    The plan is SQLite's on whatever store the suite runs: the tables are made anew in its memory.
    """
    lookups = _lookups()
    assert len(lookups) > 15
    memory = create_engine("sqlite://")
    db.metadata.create_all(memory)
    walks = []
    for name, lookup in lookups.items():
        for statement in (lookup._one, lookup._many["sqlite"]):
            sql = str(statement.compile(dialect=sqlite.dialect()))
            sql = re.sub(r"\(__\[POSTCOMPILE_\w+\]\)", "(?, ?)", sql)
            with memory.connect() as here:
                plan = here.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", (None,) * sql.count("?")).all()
            walks += [
                (name, step.detail) for step in plan if re.search(r"\(activity_id=\?\)|^SCAN (?!anon_|\d)", step.detail)
            ]
    assert [walk for walk in walks if walk[0] not in FOR_POSTGRESQL] == []


def test_rows_are_updated_each_with_its_own_values(statements, store):
    held = [account(display_name=f"甲{n}") for n in range(10)]
    rename = UpdateRows(Account, keys=("id",), values=("display_name", "phone_index"))
    rows = [{"id": one.id, "display_name": f"乙{n}", "phone_index": None} for n, one in enumerate(held)]

    @act
    def update(some) -> None:
        rename.run(some)

    with statements() as seen:
        update(rows)
    assert len([sql for sql in seen if sql.startswith("UPDATE")]) == 1
    assert ("unnest" in "".join(seen)) == (store.name == "postgresql")
    names = {row.id: row.display_name for row in db.session.execute(select(Account.id, Account.display_name))}
    assert [names[one.id] for one in held] == [f"乙{n}" for n in range(10)]
    update([rows[0] | {"display_name": "丙"}])
    update([])
    assert db.session.execute(select(Account.display_name).where(Account.id == held[0].id)).scalar_one() == "丙"


def _told(model) -> list[dict]:
    return [dict(row) for row in db.session.execute(select(table(model))).mappings()]


def test_rows_go_in_as_the_usual_insert_puts_them(ctx):
    """Every kind of value: identifiers, bytes, instants, truths, sealed texts, nothing at all."""
    account(phone_index=b"i" * 16, display_name="王秀英", locked_until=now(), session_epoch=3)
    given = _told(Account)
    (first,) = given

    @act
    def again() -> None:
        execute(delete(table(Account)))
        InsertRows(Account).run(given)
        InsertRows(Account).run([{**first, "id": uuid7(), "phone_index": bytes([n]) * 16} for n in range(3)])

    again()
    stored = sorted(_told(Account), key=lambda row: row["id"] != first["id"])
    assert stored[0] == first
    assert {row["phone_index"] for row in stored[1:]} == {bytes([n]) * 16 for n in range(3)}


def test_outside_an_act_they_are_dropped_like_every_write(ctx, watch):
    account()
    (row,) = _told(Account)
    InsertRows(Account).run([{**row, "id": uuid7()}])
    assert "a write outside an act" in watch.take()[0]
    end_read()
    assert [one["id"] for one in _told(Account)] == [row["id"]]


def test_no_rows_are_no_statement(statements):
    @act
    def nothing() -> None:
        InsertRows(Account).run([])

    with statements() as seen:
        nothing()
    assert not any("INSERT" in sql for sql in seen)


def test_a_row_that_leaves_a_column_out_is_not_guessed(ctx):
    account()
    (row,) = _told(Account)
    del row["kind"]

    @act
    def short() -> None:
        InsertRows(Account).run([{**row, "id": uuid7()}, {"id": uuid7()}])

    with pytest.raises((KeyError, StatementError, IntegrityError)):
        short()
    assert len(_told(Account)) == 1


def test_a_taken_key_is_said(ctx):
    account()
    given = _told(Account)

    @act
    def twice() -> None:
        InsertRows(Account).run(given)

    with pytest.raises(IntegrityError):
        twice()
