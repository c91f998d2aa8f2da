"""The worker: every step once, the texts beside the others."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select

from app.accounts.models import Account
from app.audit.models import AuditEntry
from app.core.clock import now
from app.core.db import db
from app.core.ids import NIL
from app.core.permissions import Role
from app.core.transactions import act
from app.notices.constants import NoticeKind
from app.notices.rules import Tidings
from app.notices.services.inbox import Recipient, tell
from tests.factories import accounts
from tests.factories.texts import Recording, gateway

pytestmark = pytest.mark.usefixtures("ctx")


def test_run_once_sends_what_waits(runner):
    @act
    def told() -> None:
        until = now().replace(year=now().year + 1, day=1)
        what = Tidings(NIL, "one", NoticeKind.OFFICE, "%(text)s", until, params={"text": "请带伞"})
        tell([(Recipient(None, "+8613812345678"), what)], at=now())

    told()
    sender = Recording()
    with gateway(sender):
        done = runner.invoke(args=["worker", "run", "--once"])
    assert done.exit_code == 0, done.output
    assert sender.words == ["请带伞"]


def test_an_account_that_nobody_used_for_half_a_year_is_closed_by_the_worker(runner, clock):
    unused, used = accounts.staff(Role.EVENT_MANAGER), accounts.staff(Role.AUDITOR)
    clock.shift(days=181)
    _signed_in(used.id)
    assert runner.invoke(args=["worker", "run", "--once"]).exit_code == 0
    db.session.expire_all()
    assert [db.session.get(Account, one.id).state for one in (unused, used)] == ["disabled", "active"]
    closed = db.session.execute(select(AuditEntry).where(AuditEntry.action == "accounts.close_dormant")).scalar_one()
    assert closed.details["accounts"] == [str(unused.id)]


@act
def _signed_in(account_id: uuid.UUID) -> None:
    db.session.get_one(Account, account_id).last_login_at = now()
