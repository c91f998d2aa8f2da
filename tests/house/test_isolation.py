"""The tests themselves: they leave nothing behind and leave this machine alone."""

from __future__ import annotations

import socket
import urllib.request

import pytest
from sqlalchemy import func, select, text

from app.accounts.models import Account
from app.core.db import db
from app.core.transactions import act
from tests.factories.accounts import account
from tests.support.sockets import OtherMachine
from tests.support.stores import engine_of


def accounts_stored(app) -> int:
    with engine_of(app).connect() as connection:
        return connection.execute(select(func.count()).select_from(Account)).scalar_one()


@pytest.mark.parametrize("round_", [1, 2, 3])
def test_what_a_test_has_written_is_gone_in_the_next(app, ctx, round_):
    assert accounts_stored(app) == 0
    account()
    assert accounts_stored(app) == 1


HELD: list[object] = []


@pytest.mark.parametrize("round_", [1, 2, 3])
def test_what_a_failed_test_still_holds_does_not_reach_the_next(app, ctx, round_):
    """A traceback keeps the cursor of the statement that failed, and so its connection."""
    for _ in range(3):
        account()
    result = db.session.execute(select(Account.id))
    result.fetchone()
    HELD.append(result)
    assert accounts_stored(app) == 3


def test_a_request_has_a_session_of_its_own_and_the_test_sees_what_it_wrote(app, ctx, client):
    row = account(display_name="王德福")
    client.get("/healthz")

    @act
    def rename() -> None:
        db.session.execute(text("UPDATE account SET failures = 3"))

    rename()
    client.get("/healthz")
    assert row.failures == 3, "after a request the test reads afresh"


def test_no_test_reaches_another_machine():
    with pytest.raises(OtherMachine):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(OtherMachine):
        urllib.request.urlopen("http://registry.example/")
    with socket.socket(socket.AF_INET6) as other, pytest.raises(OtherMachine):
        other.connect_ex(("2001:db8::1", 80))


def test_this_machine_is_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("localhost", port), timeout=5) as connection:
            assert connection.getpeername()[1] == port


def test_statements_are_counted(app, ctx, statements):
    with statements() as seen:
        db.session.execute(select(Account.id)).all()
        db.session.execute(select(Account.id)).all()
    assert len(seen) == 2
    with statements() as seen:
        account()
    assert [sql.split()[0] for sql in seen] == ["INSERT"]


def test_the_clock_stands_still_until_it_is_moved(clock):
    before = clock.now
    assert clock.now == before
    clock.shift(hours=1)
    assert (clock.now - before).total_seconds() == 3600
    clock.at(2021, 9, 18, 8, 30)
    assert (clock.today.isoformat(), clock.now.hour) == ("2021-09-18", 0)
