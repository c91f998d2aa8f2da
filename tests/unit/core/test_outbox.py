"""Messages of acts: sent with the act, run once it is committed, repeated after a crash, never lost."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select, update

from app.accounts.models import Account
from app.core import outbox
from app.core.db import db
from app.core.errors import Conflict
from app.core.ids import NIL, uuid7
from app.core.outbox import LIMIT, Outbox, drain, on, send, waiting
from app.core.transactions import act
from tests.factories.accounts import account

pytestmark = pytest.mark.usefixtures("ctx", "clock")

ONE, OTHER = uuid7(), uuid7()
Seen = list[tuple[uuid.UUID, dict[str, Any]]]


@pytest.fixture(autouse=True)
def _own_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """No job of any room listens here."""
    monkeypatch.setattr(outbox, "_jobs", {})


@pytest.fixture
def seen() -> Seen:
    """What the job `ring` has been given."""
    found: Seen = []

    def ring(scope_id: uuid.UUID, payload: Mapping[str, Any]) -> None:
        found.append((scope_id, dict(payload)))

    on("ring", ring)
    return found


@act
def tell(*jobs: str, scope_id: uuid.UUID = ONE, **payload: object) -> None:
    for job in jobs:
        send(scope_id, job, **payload)


def rows() -> list[Outbox]:
    db.session.rollback()
    return list(db.session.execute(select(Outbox).order_by(Outbox.id)).scalars())


# --------------------------------------------------------------------------- with the act


def test_a_message_is_given_to_its_job_and_gone(seen):
    tell("ring", person="p1", n=3)
    assert waiting() == (1, 0)
    assert drain() == 1
    assert seen == [(ONE, {"person": "p1", "n": 3})]
    assert (rows(), waiting()) == ([], (0, 0))


def test_a_message_of_a_refused_act_was_never_sent(seen):
    @act
    def refuse() -> None:
        send(ONE, "ring")
        raise Conflict("no", "不行。")

    with pytest.raises(Conflict):
        refuse()
    assert (drain(), seen) == (0, [])


def test_the_oldest_goes_first(seen):
    for n in range(5):
        tell("ring", n=n)
    drain()
    assert [payload["n"] for _, payload in seen] == [0, 1, 2, 3, 4]


def test_no_more_than_asked_for(seen):
    for n in range(5):
        tell("ring", n=n)
    assert drain(limit=2) == 2
    assert [payload["n"] for _, payload in seen] == [0, 1]
    assert waiting() == (3, 0)


def test_one_name_or_one_scope_can_be_drained_alone(seen):
    tell("ring", n=1)
    tell("ring", scope_id=OTHER, n=2)
    tell("knock")
    assert drain(job="ring", scope_id=OTHER) == 1
    assert seen == [(OTHER, {"n": 2})]
    assert waiting(OTHER) == (0, 0)
    assert waiting(ONE) == (2, 0)


def test_every_job_of_a_name_hears_it_once():
    heard: list[str] = []

    def first(_scope: uuid.UUID, _payload: Mapping[str, Any]) -> None:
        heard.append("first")

    def second(_scope: uuid.UUID, _payload: Mapping[str, Any]) -> None:
        heard.append("second")

    for job in (first, second, first):
        on("ring", job)
    tell("ring")
    drain()
    assert heard == ["first", "second"]


def test_a_message_that_nobody_hears_goes_away():
    tell("silence")
    assert drain() == 1
    assert rows() == []


def test_a_second_worker_finds_nothing_to_do(seen):
    tell("ring")
    message = rows()[0].id
    outbox._deliver(ONE, message)
    outbox._deliver(ONE, message)
    assert len(seen) == 1


# --------------------------------------------------------------------------- when it fails


@pytest.fixture
def counter() -> uuid.UUID:
    return account().id


def count(counter: uuid.UUID) -> None:
    db.session.execute(update(Account).where(Account.id == counter).values(failures=Account.failures + 1))


def counted(counter: uuid.UUID) -> int:
    db.session.rollback()
    return db.session.execute(select(Account.failures).where(Account.id == counter)).scalar_one()


def test_a_crash_in_the_job_leaves_the_message_and_nothing_of_the_job(counter):
    """The worker is killed half-way: what the job wrote and the deletion are one transaction."""
    crashes = [True, False]

    def job(_scope: uuid.UUID, _payload: Mapping[str, Any]) -> None:
        count(counter)
        if crashes.pop(0):
            raise KeyboardInterrupt

    on("ring", job)
    tell("ring")
    with pytest.raises(KeyboardInterrupt):
        drain()
    assert (counted(counter), waiting()) == (0, (1, 0))
    assert drain() == 1
    assert (counted(counter), waiting()) == (1, (0, 0))


def test_a_failing_job_is_put_off_longer_each_time(clock, counter, caplog):
    def job(_scope: uuid.UUID, _payload: Mapping[str, Any]) -> None:
        count(counter)
        raise ValueError("made up")

    on("ring", job)
    tell("ring")
    with caplog.at_level(logging.CRITICAL, logger="app.core.outbox"):
        assert drain() == 1
        assert drain() == 0, "not due yet"
        clock.shift(seconds=2)
        assert drain() == 1
        clock.shift(seconds=2)
        assert drain() == 0
        clock.shift(seconds=2)
        assert drain() == 1
    (row,) = rows()
    assert (row.attempts, row.dead, counted(counter)) == (3, False, 0)


def test_a_message_that_always_fails_is_kept_as_dead(clock, caplog):
    calls: list[int] = []

    def job(_scope: uuid.UUID, _payload: Mapping[str, Any]) -> None:
        calls.append(1)
        raise ValueError("made up")

    on("ring", job)
    tell("ring", n=1)
    with caplog.at_level(logging.CRITICAL, logger="app.core.outbox"):
        for _ in range(LIMIT + 3):
            drain()
            clock.shift(hours=1)
    assert len(calls) == LIMIT
    assert waiting() == waiting(ONE) == (0, 1)
    assert rows()[0].payload == {"n": 1}


def test_a_failing_message_holds_up_no_other(seen, caplog):
    def fail(_scope: uuid.UUID, _payload: Mapping[str, Any]) -> None:
        raise ValueError("made up")

    on("knock", fail)
    tell("knock", "ring")
    with caplog.at_level(logging.CRITICAL, logger="app.core.outbox"):
        assert drain() == 2
    assert len(seen) == 1
    assert waiting() == (1, 0)


def test_a_failure_is_logged_with_the_message_s_id(caplog):
    def fail(_scope: uuid.UUID, _payload: Mapping[str, Any]) -> None:
        raise ValueError("made up")

    on("ring", fail)
    tell("ring")
    message = rows()[0].id
    drain()
    (entry,) = caplog.records
    assert (entry.message_id, entry.levelname) == (str(message), "ERROR")


def test_a_dead_message_is_not_delivered_by_hand(seen):
    tell("ring")
    message = rows()[0].id

    @act
    def bury() -> None:
        db.session.execute(update(Outbox).where(Outbox.scope_id == ONE).values(dead=True))

    bury()
    outbox._deliver(ONE, message)
    assert (seen, waiting()) == ([], (0, 1))


def test_putting_off_what_is_gone_does_nothing():
    outbox._postpone(NIL, uuid7())
    assert rows() == []
