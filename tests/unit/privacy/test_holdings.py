"""Everything that is kept of a person stands in one table: what an export shows, what deletion leaves."""

from __future__ import annotations

import pytest

from app.core.db import db
from app.privacy.queries.holdings import GONE, HOLDINGS, NOT_OF_ONE


@pytest.fixture
def personal(app):
    """Every column that tells something about a person, as table.column."""
    return {
        f"{table.name}.{column.name}"
        for table in db.metadata.tables.values()
        for column in table.columns
        if column.info.get("personal")
    }


def named(holding, names):
    return {f"{holding.model.__tablename__}.{name}" for name in names}


def test_every_personal_column_is_shown_to_whom_it_speaks_of_or_speaks_of_nobody(personal):
    shown = {one for holding in HOLDINGS for one in named(holding, holding.shown)}
    assert personal - set(NOT_OF_ONE) <= shown


def test_deletion_leaves_none_of_them_without_a_reason(personal):
    for holding in HOLDINGS:
        if holding.leaves is GONE:
            continue
        mine = {one for one in personal if one.startswith(f"{holding.model.__tablename__}.")}
        assert mine <= named(holding, holding.leaves) | named(holding, holding.stays), holding.model.__tablename__


def test_what_speaks_of_nobody_is_a_personal_column_with_a_reason(personal):
    assert set(NOT_OF_ONE) <= personal
    assert all(NOT_OF_ONE.values())


def test_no_table_stands_twice():
    tables = [holding.model.__tablename__ for holding in HOLDINGS]
    assert len(set(tables)) == len(tables)
