"""PostgreSQL's planner is told of growth each time as many rows have come as there were before."""

from __future__ import annotations

import logging
import uuid

import pytest
from sqlalchemy.exc import OperationalError

from app.accounts.models import Account
from app.audit.models import AuditEntry
from app.core import growth
from app.core.growth import Growth
from app.core.transactions import act

pytestmark = pytest.mark.usefixtures("ctx")


HERE, THERE = uuid.UUID(int=1), uuid.UUID(int=2)


@act
def add(grown: Growth, rows: int, *, to: uuid.UUID = HERE, fail: bool = False) -> None:
    grown.note(to, rows)
    if fail:
        raise ValueError("the act fails")


def counted(statements, grown: Growth, *rows: int, to: uuid.UUID = HERE) -> list[int]:
    """After which of the acts the tables were counted."""
    found = []
    for place, many in enumerate(rows):
        with statements() as seen:
            add(grown, many, to=to)
        if any(sql.startswith("ANALYZE") for sql in seen):
            found.append(place)
    return found


def test_they_are_counted_at_the_first_rows_and_whenever_these_have_doubled(statements, store):
    expected = [1, 3, 6] if store.name == "postgresql" else []
    assert counted(statements, Growth(Account, AuditEntry), 499, 1, 499, 1, 999, 0, 1) == expected


def test_each_activity_is_counted_by_itself(statements, store):
    grown, first = Growth(Account, AuditEntry), [0] if store.name == "postgresql" else []
    assert counted(statements, grown, 100_000, to=HERE) == first
    assert counted(statements, grown, 500, 499, to=THERE) == first


def test_of_activities_long_unused_it_forgets(statements, store, monkeypatch):
    monkeypatch.setattr(growth, "REMEMBERED", 1)
    grown, first = Growth(Account, AuditEntry), [0] if store.name == "postgresql" else []
    assert counted(statements, grown, 100_000, to=HERE) == first
    assert counted(statements, grown, 1, to=THERE) == []
    assert counted(statements, grown, 500, to=HERE) == first


def test_an_act_that_failed_counts_nothing(statements):
    with statements() as seen, pytest.raises(ValueError, match="fails"):
        add(Growth(Account), growth.FIRST, fail=True)
    assert not any(sql.startswith("ANALYZE") for sql in seen)


def test_what_goes_wrong_with_it_does_not_reach_whoever_wrote(monkeypatch, caplog):
    def broken(*_args: object) -> None:
        raise OperationalError("ANALYZE", {}, Exception("gone"))

    class Engine:
        connect = broken

    monkeypatch.setattr(growth, "db", type("db", (), {"engine": Engine()}))
    with caplog.at_level(logging.WARNING):
        Growth(Account)._count()
    assert "could not be told" in caplog.text
