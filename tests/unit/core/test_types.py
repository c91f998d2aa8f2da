"""Columns of our own, as they are stored."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Account
from app.activities.models import Activity, Category
from app.core.clock import to_micros
from app.core.db import db
from app.core.ids import uuid7
from app.core.transactions import act
from app.core.types import Instant, Sealed
from tests.factories import activities
from tests.factories.accounts import account

pytestmark = pytest.mark.usefixtures("ctx")
DIALECT = sqlite.dialect()


def raw(column: str) -> object:
    return db.session.execute(text(f"SELECT {column} FROM account")).scalar_one()


def test_an_instant_is_stored_as_microseconds():
    at = datetime(2021, 9, 18, 0, 30, 0, 123456, tzinfo=UTC)
    row = account(created_at=at)
    assert raw("created_at") == to_micros(at)
    db.session.expire_all()
    assert row.created_at == at
    assert row.created_at.tzinfo is UTC


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="needs a zone"):
        Instant().process_bind_param(datetime(2021, 9, 18), DIALECT)  # noqa: DTZ001 - the point


def test_an_instant_may_be_given_as_microseconds():
    assert Instant().process_bind_param(17, DIALECT) == 17


def test_no_instant_is_null():
    assert Instant().process_bind_param(None, DIALECT) is None
    assert Instant().process_result_value(None, DIALECT) is None


def test_a_sealed_column_holds_no_plain_text():
    row = account(display_name="王德福")
    stored = bytes(raw("display_name"))
    assert "王德福".encode() not in stored
    db.session.expire_all()
    assert row.display_name == "王德福"


def test_a_sealed_value_of_another_column_does_not_open():
    account(display_name="王德福")

    @act
    def move() -> None:
        db.session.execute(text("UPDATE account SET phone = display_name"))

    move()
    db.session.rollback()
    with pytest.raises(ValueError, match=r"account\.phone does not open"):
        db.session.execute(select(Account.phone)).all()


def test_an_id_comes_back_as_it_went(store):
    row = account(session_epoch=1)
    db.session.expire_all()
    found = db.session.execute(select(Account.id, Account.phone_index)).one()
    assert found.id == row.id
    assert (found.id.version, str(found.id), hash(found.id)) == (7, str(row.id), hash(row.id))
    assert found.phone_index is None
    assert raw("id") == (row.id.hex if store.name == "sqlite" else row.id)


def test_no_id_is_null():
    station = activities.station(published=False)
    found = db.session.execute(select(Activity.season_id).where(Activity.id == station.id)).scalar_one()
    assert found is None


def test_nothing_sealed_is_null():
    sealed = Sealed("account.phone")
    assert sealed.process_bind_param(None, DIALECT) is None
    assert sealed.process_result_value(None, DIALECT) is None


def test_foreign_keys_bind_on_both_stores():
    @act
    def orphan() -> None:
        db.session.add(Category(activity_id=uuid7(), id=uuid7(), code="A", name="体验组", capacity=1))
        db.session.flush()

    with pytest.raises(IntegrityError):
        orphan()
