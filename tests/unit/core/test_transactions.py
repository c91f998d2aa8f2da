"""One act is one transaction: whole, joined, repeated as a whole, and nothing half done."""

from __future__ import annotations

import sqlite3
import threading
import uuid
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from app.accounts.models import Account
from app.core import transactions
from app.core.db import db
from app.core.errors import Busy, Conflict
from app.core.transactions import ATTEMPTS, Again, act, after_commit, connection, end_read, in_act, is_transient
from tests.factories.accounts import account
from tests.support.stores import Store, engine_of

pytestmark = pytest.mark.usefixtures("ctx")


@pytest.fixture
def counter(app: Flask, ctx: Any) -> uuid.UUID:
    """The id of a row whose `failures` is the number that the tests count."""
    return account().id


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the runner would have waited between attempts; it does not wait."""
    seen: list[float] = []
    monkeypatch.setattr(transactions.time, "sleep", seen.append)
    return seen


def stored(app: Flask, row: uuid.UUID) -> int | None:
    """The number as another connection sees it."""
    with engine_of(app).connect() as connection:
        return connection.execute(select(Account.failures).where(Account.id == row)).scalar_one_or_none()


def put(row: uuid.UUID, value: int) -> None:
    db.session.execute(update(Account).where(Account.id == row).values(failures=value))


@act
def put_by_act(row: uuid.UUID, value: int) -> None:
    put(row, value)


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("made up")
    error.sqlite_errorcode = code
    return error


def busy() -> OperationalError:
    return OperationalError("", {}, sqlite_error(5))


# --------------------------------------------------------------------------- one act


def test_what_an_act_wrote_is_there_when_it_returns(app, counter):
    @act
    def add() -> str:
        put(counter, 7)
        assert stored(app, counter) == 0, "nobody sees it before the commit"
        return "done"

    assert add() == "done"
    assert stored(app, counter) == 7


def test_an_act_is_open_only_inside_itself():
    @act
    def look() -> bool:
        return in_act()

    assert not in_act()
    assert look()
    assert not in_act()


def test_a_refusal_takes_everything_back(app, counter):
    @act
    def refuse() -> None:
        put(counter, 7)
        raise Conflict("full", "已满。")

    with pytest.raises(Conflict) as refused:
        refuse()
    assert stored(app, counter) == 0
    assert refused.value.act.endswith("refuse"), "the edge records which act refused"
    assert not in_act()


def test_any_failure_takes_everything_back(app, counter):
    @act
    def crash() -> None:
        put(counter, 7)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        crash()
    assert stored(app, counter) == 0
    assert not in_act()


def test_an_act_inside_an_act_joins_it(app, counter):
    @act
    def inner() -> None:
        put(counter, 7)

    @act
    def outer(*, fail: bool) -> None:
        inner()
        assert stored(app, counter) == 0, "the inner act does not commit"
        if fail:
            raise Conflict("no", "不行。")

    with pytest.raises(Conflict) as refused:
        outer(fail=True)
    assert stored(app, counter) == 0
    assert refused.value.act.endswith("outer")
    outer(fail=False)
    assert stored(app, counter) == 7


def test_core_statements_stand_in_the_same_transaction(app, counter):
    @act
    def add() -> None:
        connection().execute(update(Account).where(Account.id == counter).values(failures=4))
        seen = db.session.execute(select(Account.failures).where(Account.id == counter)).scalar_one()
        assert (seen, stored(app, counter)) == (4, 0)
        assert connection() is db.session.connection()

    add()
    assert stored(app, counter) == 4
    assert connection().execute(select(Account.failures)).scalar_one() == 4, "and a page reads through it"


# --------------------------------------------------------------------------- after the commit


def test_steps_after_the_commit_see_it_committed_and_run_in_order(app, counter):
    seen: list[tuple[str, int | None, bool]] = []

    @act
    def inner() -> None:
        after_commit(lambda: seen.append(("second", stored(app, counter), in_act())))

    @act
    def outer() -> None:
        after_commit(lambda: seen.append(("first", stored(app, counter), in_act())))
        inner()
        put(counter, 3)
        assert seen == []

    outer()
    assert seen == [("first", 3, False), ("second", 3, False)]


def test_steps_of_a_failed_act_never_run(counter):
    seen: list[str] = []

    @act
    def refuse() -> None:
        after_commit(lambda: seen.append("sent"))
        raise Conflict("no", "不行。")

    with pytest.raises(Conflict):
        refuse()
    assert seen == []


def test_steps_of_a_failed_attempt_are_forgotten(pauses):
    seen: list[int] = []
    tries = iter(range(10))

    @act
    def once_more() -> None:
        attempt = next(tries)
        after_commit(lambda: seen.append(attempt))
        if attempt == 0:
            raise busy()

    once_more()
    assert seen == [1]


def test_a_step_needs_an_act():
    with pytest.raises(RuntimeError, match="inside an act"):
        after_commit(lambda: None)


# --------------------------------------------------------------------------- repeated as a whole


@pytest.mark.parametrize("fault", [busy, Again], ids=["busy", "again"])
def test_a_transient_fault_repeats_the_whole_act(app, counter, pauses, fault):
    calls: list[int] = []

    @act
    def add() -> None:
        found = db.session.execute(select(Account.failures).where(Account.id == counter)).scalar_one()
        calls.append(found)
        put(counter, found + 1)
        if len(calls) < 3:
            raise fault()

    add()
    assert calls == [0, 0, 0], "each attempt reads again what the one before did not leave behind"
    assert stored(app, counter) == 1
    assert len(pauses) == 2
    assert all(pause > 0 for pause in pauses)


def test_an_inner_act_is_repeated_with_its_outer_one(pauses):
    calls: list[str] = []

    @act
    def inner() -> None:
        calls.append("inner")
        if calls.count("inner") == 1:
            raise busy()

    @act
    def outer() -> None:
        calls.append("outer")
        inner()

    outer()
    assert calls == ["outer", "inner", "outer", "inner"]


def test_after_five_attempts_the_caller_is_asked_to_come_back(app, counter, pauses):
    calls: list[int] = []

    @act
    def never() -> None:
        calls.append(1)
        put(counter, 9)
        raise busy()

    with pytest.raises(Busy) as refused:
        never()
    assert (refused.value.code, refused.value.status) == ("busy", 503)
    assert refused.value.retry_after > 0
    assert len(calls) == ATTEMPTS == 5
    assert len(pauses) == ATTEMPTS - 1
    assert stored(app, counter) == 0


def test_a_lasting_fault_is_not_repeated(counter, pauses):
    calls: list[int] = []

    @act
    def twice_the_same_id() -> None:
        calls.append(1)
        db.session.add(Account(id=counter, kind="citizen", created_at=_at()))
        db.session.flush()

    with pytest.raises(IntegrityError):
        twice_the_same_id()
    assert (calls, pauses) == ([1], [])


def test_a_full_disk_is_said_and_not_repeated(pauses):
    @act
    def fill() -> None:
        raise OperationalError("", {}, sqlite_error(13))

    with pytest.raises(Busy) as refused:
        fill()
    assert (refused.value.code, refused.value.status, pauses) == ("storage_full", 503, [])


def _at() -> Any:
    from app.core.clock import now

    return now()


# --------------------------------------------------------------------------- readers and writers


def test_an_act_that_follows_a_read_sees_what_others_wrote_meanwhile(app, counter):
    """A request has read (who is logged in), another one writes, then the act begins."""
    assert db.session.execute(select(Account.failures).where(Account.id == counter)).scalar_one() == 0
    in_thread(app, lambda: put_by_act(counter, 5))

    @act
    def add() -> None:
        found = db.session.execute(select(Account.failures).where(Account.id == counter)).scalar_one()
        put(counter, found + 1)

    add()
    assert stored(app, counter) == 6


def test_control_a_write_in_the_snapshot_of_a_read_fails(app, store, counter):
    """Why the act ends the read first: on SQLite such a write fails at once."""
    db.session.execute(select(Account.failures).where(Account.id == counter)).scalar_one()
    in_thread(app, lambda: put_by_act(counter, 5))
    if store.name == "sqlite":
        with pytest.raises(OperationalError) as refused:
            put(counter, 6)
        assert is_transient(refused.value)
    else:
        put(counter, 6)  # PostgreSQL reads each statement afresh: here the update before is lost
        assert stored(app, counter) == 5
    end_read()
    assert stored(app, counter) == 5


THREADS, TIMES = 4, 25


def test_no_increment_is_lost_between_concurrent_acts(app, counter):
    @act
    def add() -> None:
        found = db.session.execute(select(Account.failures).where(Account.id == counter).with_for_update()).scalar_one()
        put(counter, found + 1)

    def many() -> None:
        for _ in range(TIMES):
            add()

    in_threads(app, many, THREADS)
    assert stored(app, counter) == THREADS * TIMES


def test_control_without_a_write_transaction_from_the_start_updates_are_lost(app, store: Store, counter):
    """Read, then write: the driver's own transactions begin at the write. Both say that they succeeded."""
    first, second = plain_connection(store), plain_connection(store)
    read = f"SELECT failures FROM account WHERE id = '{key(store, counter)}'"
    seen = [one.execute(read).fetchone()[0] for one in (first, second)]
    if store.name == "postgresql":
        first.commit()
        second.commit()
    for one, value in zip((first, second), seen, strict=True):
        one.execute(f"UPDATE account SET failures = {value + 1} WHERE id = '{key(store, counter)}'")
        one.commit()
        one.close()
    assert stored(app, counter) == 1, "two increments, one of them lost"
    act(lambda: db.session.execute(text("UPDATE account SET failures = 0")))()


def plain_connection(store: Store) -> Any:
    if store.name == "sqlite":
        return sqlite3.connect(store.url.removeprefix("sqlite:///"))
    return psycopg.connect(store.url)


def key(store: Store, row: uuid.UUID) -> str:
    return row.hex if store.name == "sqlite" else str(row)


def in_thread(app: Flask, work: Callable[[], object]) -> None:
    in_threads(app, work, 1)


def in_threads(app: Flask, work: Callable[[], object], number: int) -> None:
    """Run `work` in threads that start together, each in its own context; their failures are ours."""
    start = threading.Barrier(number)
    failures: list[BaseException] = []

    def run() -> None:
        try:
            with app.app_context():
                start.wait()
                work()
        except BaseException as failure:  # noqa: BLE001 - whatever it is, the test has to see it
            failures.append(failure)

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
