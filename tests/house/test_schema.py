"""Rules of the tables: tags of personal data, names of constraints, and what large tables need."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Constraint,
    Date,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from app.core.db import db
from app.core.types import Instant, Sealed, SealedBytes
from tests.support.hot_tables import HOT

PORTABLE = {Uuid, BigInteger, Boolean, String, Text, LargeBinary, JSON, Date, Instant, Sealed, SealedBytes}
SEALED = (Sealed, SealedBytes)
SAYS_SOMETHING = (String, Text, JSON, *SEALED)
BEGIN_WITH_ACTIVITY = {
    "category": "a few rows an activity; read with it",
    "checkpoint": "a few rows an activity; read with it",
    "category_checkpoint": "a few rows an activity; read with it",
    "bib_block": "a few rows an activity; changed with its counters",
    "terms": "a few texts an activity",
    "registration_draw": "one row a category",
    "bundle": "one row an activity; made anew from the facts",
}
"""Tables that begin with activity_id without being hot, and why."""
ACROSS_SCOPES = {
    "ix_outbox_due": "the worker drains every scope",
    "ix_notice_text_due": "the worker sends for every scope",
    "ix_notice_text_done": "the day's budget is one for the office",
    "ix_notice_text_phone": "a phone's limits are the same whatever it is told of",
    "ix_notice_event_created_at": "what is past its time goes in every scope",
}
"""Indexes of hot tables that do not begin with the scope, and why."""
PLAIN_PERSONAL = {
    "account.login_name": "searched at sign-in; a work name, of staff only",
    "device.name": "what the volunteer called the phone; shown to the office; gone with the device",
    "person.sex": "one of three words; cut into tallies",
    "person.birth_date": "ages are computed by the store",
    "person.guardian_relation": "one of a few words",
    "games_entry.weight": "in grams; read at the weigh-in beside the class",
    "registration.initials": "searched at the gate by prefix; wiped by retention",
    "registration.sex": "one of three words; tallies join no people",
    "registration_draw.witnesses": "published with the result of the draw",
}
"""Personal columns that are not sealed, and why."""


@pytest.fixture(autouse=True)
def _models(app: Flask) -> None:
    """The application has imported every room's models."""


def tables() -> list[Table]:
    found = list(db.metadata.tables.values())
    assert len(found) >= 25
    return found


def columns() -> Iterator[tuple[str, Column]]:
    for table in tables():
        for column in table.columns:
            yield f"{table.name}.{column.name}", column


def hot() -> list[Table]:
    missing = set(HOT) - set(db.metadata.tables)
    assert not missing, f"hot tables that do not exist: {missing}"
    return [db.metadata.tables[name] for name in HOT]


# --------------------------------------------------------------------------- personal data


def test_every_text_column_says_whether_it_is_personal():
    untagged = [
        name
        for name, column in columns()
        if isinstance(column.type, SAYS_SOMETHING) and not isinstance(column.info.get("personal"), bool)
    ]
    assert untagged == []


def test_sealed_columns_are_personal_and_bound_to_their_place():
    for name, column in columns():
        if isinstance(column.type, SEALED):
            assert column.info == {"personal": True}, name
            assert column.type.place == name


def test_personal_columns_are_sealed_or_on_the_list():
    plain = {name for name, column in columns() if column.info.get("personal") and not isinstance(column.type, SEALED)}
    assert plain == set(PLAIN_PERSONAL)


# --------------------------------------------------------------------------- form


def test_types_are_portable():
    strange = {
        name: repr(column.type)
        for name, column in columns()
        if type(column.type) not in PORTABLE and not isinstance(column.type, Uuid)
    }
    assert strange == {}


def test_every_constraint_is_named_after_its_table():
    kinds: dict[type[Constraint], str] = {
        PrimaryKeyConstraint: "pk",
        UniqueConstraint: "uq",
        ForeignKeyConstraint: "fk",
        CheckConstraint: "ck",
    }
    for table in tables():
        for constraint in table.constraints:
            prefix = kinds[type(constraint)]
            named(str(constraint.name), prefix, table)
        for index in table.indexes:
            named(str(index.name), "ix", table)


def named(name: str, prefix: str, table: Table) -> None:
    assert name.startswith(f"{prefix}_{table.name}"), f"{table.name}: {name}"
    assert len(name) <= 63, f"PostgreSQL would cut {name}"


def test_every_foreign_key_says_what_a_deletion_does():
    silent = [
        str(fk.name)
        for table in tables()
        for fk in table.foreign_key_constraints
        if fk.ondelete not in {"RESTRICT", "CASCADE"}
    ]
    assert silent == []


def test_keys_are_made_by_the_application():
    for table in tables():
        assert table.autoincrement_column is None, f"{table.name} has a sequence"
        for column in table.primary_key.columns:
            assert column.identity is None
            assert column.server_default is None


def test_text_has_a_length_unless_it_is_long():
    endless = [name for name, column in columns() if type(column.type) is String and not column.type.length]
    assert endless == []


# --------------------------------------------------------------------------- hot tables


def test_tables_that_begin_with_an_activity_are_hot_or_on_the_list():
    begins = {t.name for t in tables() if next(iter(t.primary_key.columns)).name in {"activity_id", "scope_id"}}
    assert begins == set(HOT) | set(BEGIN_WITH_ACTIVITY)


def test_keys_of_hot_tables_begin_with_the_activity():
    for table in hot():
        first = HOT[table.name]
        assert next(iter(table.primary_key.columns)).name == first, table.name
        for constraint in table.constraints:
            if isinstance(constraint, UniqueConstraint):
                assert next(iter(constraint.columns)).name == first, constraint.name


def test_indexes_of_hot_tables_begin_with_the_activity():
    """Unique ones must; the rest too, but those that are read across scopes."""
    for table in hot():
        for index in table.indexes:
            if index.name not in ACROSS_SCOPES:
                assert first_column(index) == HOT[table.name], index.name
            else:
                assert not index.unique


def first_column(index: Index) -> str:
    return str(next(iter(index.columns)).name)


def test_hot_tables_point_nowhere_outside_their_activity():
    for table in hot():
        for fk in table.foreign_key_constraints:
            own, other = fk.elements[0].parent.name, fk.elements[0].column
            assert (own, other.name) == (HOT[table.name], "activity_id"), fk.name


def test_ids_of_hot_tables_are_uuids():
    for table in hot():
        for column in table.columns:
            if column.name == "id" or column.name.endswith("_id"):
                assert isinstance(column.type, Uuid), f"{table.name}.{column.name}"
