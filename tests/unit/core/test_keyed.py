"""Lookups by one key or many: the same rows, an equality where one is asked for."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.accounts.models import Account
from app.core.keyed import Keyed, execute
from tests.factories.accounts import account

pytestmark = pytest.mark.usefixtures("ctx")
BY_ID = Keyed(lambda match: select(Account.id).where(match(Account.id)).order_by(Account.id))


def test_one_is_asked_for_by_equality_and_many_by_a_list(statements):
    ids = sorted(account().id for _ in range(3))
    with statements() as seen:
        assert [row.id for row in BY_ID.run(ids[:1])] == ids[:1]
        assert [row.id for row in BY_ID.run(set(ids))] == ids
        assert [row.id for row in BY_ID.run(ids[1:])] == ids[1:]
    assert [" IN (" in sql for sql in seen] == [False, True, True]


def test_a_plain_statement_runs_on_the_same_connection():
    found = account()
    assert execute(select(Account.id)).scalar_one() == found.id
