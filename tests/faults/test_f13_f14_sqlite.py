"""F13, F14: SQLite with a long reader; SQLite whose write lock somebody else holds for fifteen seconds.

PostgreSQL has neither: readers hold up nothing there, and a lock that is held is answered in the same words.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path

import psycopg
import pytest

from app.core import checkpoint
from app.core import db as core_db
from app.core.db import db
from app.operations.tasks import cut_the_log
from tests.factories.walks import read
from tests.faults.test_f05_f08_batches import at_once

HELD = 15.0


def write_for_long(made, phone, rounds: int) -> None:
    for turn in range(rounds):
        read(phone, *(made.scan(one, "SKF"[turn % 3], turn / 10) for one in range(len(made.outcomes))))


def log_of(store) -> Path:
    return Path(store.url.removeprefix("sqlite:///") + "-wal")


def test_f13_a_long_reader_lets_the_log_grow_and_when_it_ends_the_log_is_cut(ground, store):
    made = ground(400)
    _, phone = made.device()
    if store.name == "postgresql":
        with psycopg.connect(store.url) as reader:
            reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            before = reader.execute("SELECT count(*) FROM scan").fetchone()
            write_for_long(made, phone, 3)
            assert reader.execute("SELECT count(*) FROM scan").fetchone() == before
        assert (cut_the_log(), made.damages()) == (0, [])
        return
    reader = sqlite3.connect(store.url.removeprefix("sqlite:///"), isolation_level=None)
    reader.execute("BEGIN")
    before = reader.execute("SELECT count(*) FROM scan").fetchone()
    write_for_long(made, phone, 6)
    grown = log_of(store).stat().st_size
    assert grown > 2 * 1024 * 1024
    assert cut_the_log() > 0
    assert reader.execute("SELECT count(*) FROM scan").fetchone() == before
    reader.execute("COMMIT")
    reader.close()
    assert cut_the_log() == 0
    assert log_of(store).stat().st_size == 0
    assert made.damages() == []


def test_f13_without_the_worker_the_log_is_cut_to_its_limit_by_who_writes_next(ground, store, monkeypatch):
    made = ground(400)
    _, phone = made.device()
    if store.name == "postgresql":
        write_for_long(made, phone, 1)
        assert made.damages() == []
        return
    limit = 256 * 1024
    monkeypatch.setattr(core_db, "WAL_LIMIT", limit)
    monkeypatch.setattr(checkpoint, "EVERY", 1)
    db.session.remove()
    db.engine.dispose()
    reader = sqlite3.connect(store.url.removeprefix("sqlite:///"), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM scan").fetchone()
    write_for_long(made, phone, 4)
    assert log_of(store).stat().st_size > 1024 * 1024
    reader.execute("COMMIT")
    reader.close()
    read(phone, made.scan(0, "S", 50))
    for minute in range(51, 56):
        read(phone, made.scan(0, "S", minute))
    assert log_of(store).stat().st_size <= limit
    monkeypatch.undo()
    db.session.remove()
    db.engine.dispose()


def test_f13_control_without_limit_and_worker_the_log_stays_as_long_as_it_ever_was(ground, store, monkeypatch):
    made = ground(400)
    _, phone = made.device()
    if store.name == "postgresql":
        assert cut_the_log() == 0
        return
    monkeypatch.setattr(core_db, "WAL_LIMIT", -1)
    monkeypatch.setattr(checkpoint, "EVERY", 1)
    db.session.remove()
    db.engine.dispose()
    reader = sqlite3.connect(store.url.removeprefix("sqlite:///"), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM scan").fetchone()
    write_for_long(made, phone, 4)
    reader.execute("COMMIT")
    reader.close()
    read(phone, made.scan(0, "S", 50))
    for minute in range(51, 56):
        read(phone, made.scan(0, "S", minute))
    assert log_of(store).stat().st_size > 1024 * 1024
    monkeypatch.undo()
    db.session.remove()
    db.engine.dispose()


# --------------------------------------------------------------------------- the write lock is held


class Holder:
    """Somebody outside the queue who holds the write lock: a shell, a backup tool; on PostgreSQL the rows."""

    def __init__(self, store, activity_id) -> None:
        self.sqlite = store.name == "sqlite"
        if self.sqlite:
            path = store.url.removeprefix("sqlite:///")
            self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self.connection.execute("BEGIN IMMEDIATE")
        else:
            self.connection = psycopg.connect(store.url)
            self.connection.execute("LOCK TABLE scan IN ACCESS EXCLUSIVE MODE")

    def let_go(self) -> None:
        self.connection.rollback()
        self.connection.close()


def held_for(made, site, store, seconds: float, token: str) -> tuple[list, float]:
    """Twelve phones scan while the lock is held; their answers, and the longest that one waited."""
    holder = Holder(store, made.walk.id)
    release = threading.Timer(seconds, holder.let_go)
    release.start()
    waited: list[float] = []

    def one(place: int):
        began = time.monotonic()
        answer = made.phone(site.port, token).once([made.scan(place)], key=f"scan {place}", timeout=60)
        waited.append(time.monotonic() - began)
        return answer

    answers = at_once(one, range(12))
    release.join()
    return answers, max(waited)


@pytest.mark.slow
def test_f14_a_write_lock_held_for_15_seconds_is_503_with_retry_after_and_the_retry_succeeds(ground, store):
    made = ground(12)
    token = made.device()[0]
    with made.served() as site:
        answers, longest = held_for(made, site, store, HELD, token)
        if store.name == "sqlite":
            assert {answer.status for answer in answers} == {503}
            assert all(int(answer.headers["retry-after"]) >= 1 for answer in answers)
            assert {answer.body["code"] for answer in answers} == {"busy"}
            assert longest < HELD  # nobody waits for all who wait before
        assert all(answer.status in {200, 503} for answer in answers)
        again = [made.phone(site.port, token).send([made.scan(place)]) for place in range(12)]
    assert {answer.status for answer in again} == {200}
    assert made.damages() == []


@pytest.mark.slow
def test_f14_control_where_busy_is_no_answer_it_is_500(ground, store):
    made = ground(12)
    token = made.device()[0]
    with made.served("waits_for_ever") as site:
        answers, _ = held_for(made, site, store, HELD, token)
    assert (500 in {answer.status for answer in answers}) == (store.name == "sqlite")
