"""How each store begins: durable, checked, writers in turn."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text

from app.core.db import WRITE
from app.core.locks import fair_turn
from tests.support.stores import engine_of

PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "busy_timeout": 10_000,
    "secure_delete": 1,
}


def test_the_settings_of_each_connection(app, store):
    with engine_of(app).connect() as connection:
        if store.name == "sqlite":
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in PRAGMAS}
            assert found == PRAGMAS
        else:
            assert connection.execute(text("SHOW transaction_isolation")).scalar_one() == "read committed"


@pytest.mark.parametrize("write", [True, False])
def test_writers_say_so_at_the_beginning_and_readers_do_not(app, store, statements, write):
    options = {WRITE: True} if write else {}
    with (
        statements(control=True) as seen,
        engine_of(app).connect().execution_options(**options) as connection,
    ):
        connection.execute(text("SELECT 1"))
    expected = {("sqlite", True): ["BEGIN IMMEDIATE"], ("sqlite", False): ["BEGIN"]}.get((store.name, write), [])
    assert [sql for sql in seen if sql.startswith("BEGIN")] == expected


def test_a_reader_does_not_wait_for_a_writer(app):
    engine = engine_of(app)
    with engine.connect().execution_options(**{WRITE: True}) as writer:
        writer.execute(text("UPDATE account SET failures = failures"))
        with engine.connect() as reader:
            assert reader.execute(text("SELECT count(*) FROM account")).scalar_one() == 0
        writer.rollback()


def test_one_turn_at_a_time(tmp_path):
    path = str(tmp_path / "queue")
    inside: list[int] = []
    most: list[int] = []

    def work() -> None:
        for _ in range(50):
            with fair_turn(path):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 200
    assert max(most) == 1


def test_a_turn_ends_with_a_failure(tmp_path):
    path = str(tmp_path / "queue")
    with pytest.raises(KeyboardInterrupt), fair_turn(path):
        raise KeyboardInterrupt
    with fair_turn(path):
        assert (tmp_path / "queue").exists()


def test_no_path_means_no_queue(tmp_path):
    with fair_turn(None), fair_turn(None):
        assert list(tmp_path.iterdir()) == []
