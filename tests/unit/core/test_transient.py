"""Which faults of the stores may pass when the act is repeated, and which are a full disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import psycopg
import pytest
from psycopg import errors as pg
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError

from app.core.transactions import is_full, is_transient


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("made up")
    error.sqlite_errorcode = code
    return error


TRANSIENT: list[Callable[[], DBAPIError]] = [
    lambda: OperationalError("", {}, sqlite_error(5)),
    lambda: OperationalError("", {}, sqlite_error(6)),
    lambda: OperationalError("", {}, sqlite_error(5 | 2 << 8)),  # SQLITE_BUSY_SNAPSHOT
    lambda: OperationalError("", {}, pg.SerializationFailure()),
    lambda: OperationalError("", {}, pg.DeadlockDetected()),
    lambda: OperationalError("", {}, pg.AdminShutdown()),
    lambda: OperationalError("", {}, pg.CannotConnectNow()),
    lambda: OperationalError("", {}, pg.LockNotAvailable()),
    lambda: OperationalError("", {}, pg.ConnectionFailure()),
    lambda: OperationalError("", {}, psycopg.OperationalError("server closed the connection")),
    lambda: InterfaceError("", {}, psycopg.InterfaceError("the connection is closed")),
    lambda: DBAPIError("", {}, Exception("gone"), connection_invalidated=True),
]
LASTING: list[Callable[[], DBAPIError]] = [
    lambda: OperationalError("", {}, sqlite_error(1)),
    lambda: OperationalError("", {}, sqlite_error(13)),
    lambda: IntegrityError("", {}, pg.UniqueViolation()),
    lambda: IntegrityError("", {}, sqlite3.IntegrityError("UNIQUE constraint failed")),
    lambda: DBAPIError("", {}, pg.UndefinedColumn()),
    lambda: OperationalError("", {}, pg.DiskFull()),
]


@pytest.mark.parametrize("number", range(len(TRANSIENT)))
def test_what_may_succeed_when_repeated(number):
    assert is_transient(TRANSIENT[number]())


@pytest.mark.parametrize("number", range(len(LASTING)))
def test_what_repeating_does_not_help(number):
    assert not is_transient(LASTING[number]())


def test_a_full_disk_is_recognised_on_both_stores():
    assert is_full(OperationalError("", {}, sqlite_error(13)))
    assert is_full(OperationalError("", {}, pg.DiskFull()))
    assert not is_full(OperationalError("", {}, sqlite_error(5)))
    assert not is_full(IntegrityError("", {}, pg.UniqueViolation()))
