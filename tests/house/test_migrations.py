"""The migrations build what the models say, in one line, and can be walked both ways."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import CheckConstraint, inspect

from app.core.db import db
from app.core.wiring import MIGRATIONS
from tests.support.schema import VERSIONS, snapshot
from tests.support.stores import engine_of


def script() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS))


def test_there_is_one_head():
    assert len(script().get_heads()) == 1


def test_revisions_stand_in_one_line_and_are_numbered():
    line = [revision.revision for revision in reversed(list(script().walk_revisions()))]
    assert line == [f"{n:04}" for n in range(1, len(line) + 1)]
    for revision in script().walk_revisions():
        assert revision.path.split("/")[-1].startswith(f"{revision.revision}_")


def test_the_models_equal_the_migrations(app: Flask):
    with engine_of(app).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_the_checks_equal_the_migrations(app: Flask):
    """Alembic does not compare CHECK constraints."""
    with engine_of(app).connect() as connection:
        look = inspect(connection)
        for table in db.metadata.tables.values():
            said = {str(one.name) for one in table.constraints if isinstance(one, CheckConstraint)}
            assert {one["name"] for one in look.get_check_constraints(table.name)} == said, table.name


def test_nothing_is_in_the_database_beside_the_models(app: Flask):
    with engine_of(app).connect() as connection:
        names = set(inspect(connection).get_table_names())
    assert names == set(db.metadata.tables) | {VERSIONS}


def test_each_step_goes_down_and_up_again(spare: Flask):
    line = [revision.revision for revision in reversed(list(script().walk_revisions()))]
    states: dict[str, dict[str, Any]] = {"base": shape(spare)}
    assert states["base"]["tables"] == {}
    for revision in line:
        step(spare, upgrade, revision)
        states[revision] = shape(spare)
    assert states[line[-1]]["triggers"], "the audit trail is guarded by triggers"
    for revision, before in zip(reversed(line), reversed(["base", *line[:-1]]), strict=True):
        step(spare, downgrade, before)
        assert shape(spare) == states[before], f"{revision} does not go down to {before}"
    step(spare, upgrade, "head")
    assert shape(spare) == states[line[-1]]


def step(app: Flask, move: Any, revision: str) -> None:
    with app.app_context():
        move(revision=revision)


def shape(app: Flask) -> dict[str, Any]:
    with engine_of(app).connect() as connection:
        return snapshot(connection)
