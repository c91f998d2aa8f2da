"""The schema as the database itself describes it, for comparing two states of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, inspect, text

VERSIONS = "alembic_version"


def snapshot(connection: Connection) -> dict[str, Any]:
    """Tables with columns, keys, indexes and checks, and the triggers; spelled so that == compares them."""
    look = inspect(connection)
    tables = {
        name: {
            "columns": sorted(_column(column) for column in look.get_columns(name)),
            "pk": _named(look.get_pk_constraint(name), "constrained_columns"),
            "fks": sorted(
                (
                    *_named(fk, "constrained_columns"),
                    fk["referred_table"],
                    *fk["referred_columns"],
                    _ondelete(fk),
                )
                for fk in look.get_foreign_keys(name)
            ),
            "uniques": sorted(_named(one, "column_names") for one in look.get_unique_constraints(name)),
            "checks": sorted(str(one["name"]) for one in look.get_check_constraints(name)),
            "indexes": sorted(
                (*_named(one, "column_names"), str(bool(one["unique"])))
                for one in look.get_indexes(name)
                if not one.get("duplicates_constraint")
            ),
        }
        for name in look.get_table_names()
        if name != VERSIONS
    }
    return {"tables": tables, "triggers": triggers(connection)}


def triggers(connection: Connection) -> list[tuple[str, str]]:
    """Every trigger with its table."""
    if connection.dialect.name == "sqlite":
        sql = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    else:
        sql = (
            "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal"
        )
    return sorted((row[0], row[1]) for row in connection.execute(text(sql)))


def _column(column: Any) -> tuple[str, ...]:
    return (column["name"], str(column["type"]), str(column["nullable"]), str(column.get("default")))


def _named(one: Any, columns: str) -> tuple[str, ...]:
    return (str(one.get("name")), *[str(column) for column in one[columns]])


def _ondelete(fk: Any) -> str:
    return str(fk.get("options", {}).get("ondelete"))
