"""The epoch: raised by a restore, seen by every process within seconds."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from app.core import installation
from app.core.db import db
from app.core.installation import EPOCH, KEPT_SECONDS, Installation, epoch, raise_epoch
from app.core.transactions import act

pytestmark = pytest.mark.usefixtures("ctx")


def test_it_begins_at_one_and_goes_up():
    assert epoch() == 1
    assert raise_epoch() == 2
    assert epoch() == 2
    assert raise_epoch() == 3
    assert epoch() == 3


def test_it_is_asked_for_once_in_a_while(monkeypatch, statements):
    seconds = [0.0]
    monkeypatch.setattr(installation.time, "monotonic", lambda: 1_000_000 + seconds[0])
    installation.forget()
    with statements() as seen:
        for _ in range(10):
            epoch()
    assert len(seen) == 1

    @act
    def by_another_process() -> None:
        db.session.add(Installation(name=EPOCH, value=7))

    by_another_process()
    assert epoch() == 1
    seconds[0] += KEPT_SECONDS
    assert epoch() == 7
    installation.forget()


def test_a_refused_restore_leaves_it():
    raise_epoch()

    @act
    def fail() -> None:
        raise_epoch()
        raise ValueError("the backup is broken")

    with pytest.raises(ValueError, match="broken"):
        fail()
    installation.forget()
    assert epoch() == 2


def test_there_is_one_row():
    raise_epoch()
    raise_epoch()

    @act
    def touched() -> int:
        return db.session.execute(update(Installation).values(value=9)).rowcount

    assert touched() == 1
