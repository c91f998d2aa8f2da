"""Tokens: shown once, kept as a hash, ended at once."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.accounts import services
from app.accounts.constants import AccountState, TokenScope
from app.accounts.queries import api_keys, live_token
from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.errors import DomainError, NotFound
from app.core.ids import uuid7
from tests.factories.accounts import account

pytestmark = pytest.mark.usefixtures("ctx", "clock")


def issue(scope=TokenScope.READ, label="市体育局", **more):
    return services.issue_key(actor=SYSTEM, at=now(), scope=scope, label=label, **more)


def test_a_key_is_stored_as_its_hash_alone(trail):
    issued = issue()
    row = db.session.execute(text("SELECT * FROM api_token")).mappings().one()
    assert issued.token.startswith("xk_")
    assert len(issued.token) == 35
    assert bytes(row["token_hash"]) == hashlib.sha256(issued.token.encode()).digest()
    assert issued.token not in repr(dict(row))
    assert trail(issued.key_id) == [("accounts.issue_token", "done")]


def test_a_key_is_found_by_its_token_until_it_is_revoked(trail):
    issued = issue(TokenScope.RESULTS)
    found = live_token(issued.token, at=now())
    assert found is not None
    assert (found.id, found.scope, found.account_id) == (issued.key_id, "results", None)
    services.revoke_key(actor=SYSTEM, at=now(), key_id=issued.key_id)
    services.revoke_key(actor=SYSTEM, at=now(), key_id=issued.key_id)
    assert live_token(issued.token, at=now()) is None
    assert live_token("xk_nonsense", at=now()) is None
    assert trail(issued.key_id) == [("accounts.issue_token", "done"), ("accounts.revoke_key", "done")]


def test_a_key_ends_when_its_time_is_over(clock):
    token = issue(expires_at=now() + timedelta(hours=1)).token
    clock.shift(minutes=59)
    assert live_token(token, at=now()) is not None
    clock.shift(minutes=1)
    assert live_token(token, at=now()) is None


def test_the_token_of_an_account_lives_ninety_days_and_stands_in_no_list(clock):
    holder = account()
    issued = services.issue_account_token(actor=SYSTEM, at=now(), account_id=holder.id, label="我的脚本")
    assert issued.token.startswith("xa_")
    assert api_keys() == []
    clock.shift(days=89, hours=23)
    found = live_token(issued.token, at=now())
    assert found is not None
    assert (found.account_id, found.scope) == (holder.id, None)
    clock.shift(hours=1)
    assert live_token(issued.token, at=now()) is None


def test_nobody_s_account_and_a_disabled_one_get_no_token():
    shut = account(state=AccountState.DISABLED)
    for account_id in (uuid7(), shut.id):
        with pytest.raises(NotFound):
            services.issue_account_token(actor=SYSTEM, at=now(), account_id=account_id, label="脚本")


@pytest.mark.parametrize("label", ["", "  ", "a" * 81, "计时\u0000系统"])
def test_a_label_says_what_the_key_is_for(label):
    with pytest.raises(DomainError) as caught:
        issue(label=label)
    assert caught.value.field == "label"
    assert api_keys() == []


def test_keys_are_listed_newest_first_without_their_secret():
    first, second = issue(label="旧"), issue(TokenScope.REGISTRATIONS, label="新")
    rows = api_keys()
    assert [(row.id, row.label, row.scope) for row in rows] == [
        (second.key_id, "新", "registrations"),
        (first.key_id, "旧", "read"),
    ]
    assert not hasattr(rows[0], "token_hash")


def test_an_unknown_key_is_not_found():
    with pytest.raises(NotFound):
        services.revoke_key(actor=SYSTEM, at=now(), key_id=uuid7())
