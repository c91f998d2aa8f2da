"""The write-ahead log goes back into the file after acts, outside the writers' queue."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update

from app.accounts.models import Account
from app.core import checkpoint, transactions
from app.core.checkpoint import Checkpoints, fold
from app.core.db import db
from app.core.locks import fair_turn
from app.core.transactions import act
from tests.factories import accounts
from tests.support.stores import engine_of


@pytest.fixture
def write(ctx):
    account_id = accounts.account().id

    @act
    def change(n: int) -> None:
        db.session.execute(update(Account).where(Account.id == account_id).values(failures=n))

    return change


def log_of(app) -> Path:
    return Path(f"{engine_of(app).url.database}-wal")


def test_fifty_acts_fold_the_log_once(app, store, write, monkeypatch):
    folded = []
    monkeypatch.setattr(transactions, "_checkpoints", Checkpoints())
    monkeypatch.setattr(checkpoint, "fold", lambda engine: folded.append(engine) or 0)
    for n in range(checkpoint.EVERY * 2 + 1):
        write(n)
    assert len(folded) == (2 if store.name == "sqlite" else 0)


def test_it_happens_when_the_turn_is_given_up(app, store, write, monkeypatch):
    free = []

    def look(engine):
        with fair_turn(transactions._lock_path()):  # would wait for ever inside the act's own turn
            free.append(True)
        return 0

    monkeypatch.setattr(transactions, "_checkpoints", Checkpoints())
    monkeypatch.setattr(checkpoint, "fold", look)
    for n in range(checkpoint.EVERY):
        write(n)
    assert free == ([True] if store.name == "sqlite" else [])


def test_a_huge_log_is_folded_by_the_next_act_within_its_turn(app, store, write, monkeypatch):
    seen = []
    held = Checkpoints()
    monkeypatch.setattr(transactions, "_checkpoints", held)
    monkeypatch.setattr(checkpoint, "fold", lambda engine: seen.append(held._in_turn) or checkpoint.HUGE + 1)
    for n in range(checkpoint.EVERY + 1):
        write(n)
    assert seen == ([False, False] if store.name == "sqlite" else [])
    assert held._in_turn is False


def test_a_log_that_is_folded_begins_anew(app, store, write):
    if store.name != "sqlite":
        assert transactions._lock_path() is None
        return
    for n in range(30):
        write(n)
    assert fold(engine_of(app)) > 0
    before = log_of(app).stat().st_size
    for n in range(30):
        write(n)
        fold(engine_of(app))
    assert log_of(app).stat().st_size <= before
