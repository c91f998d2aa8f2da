"""Who is told: a walk in five days, citizens with a phone, what stands in their inbox."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.accounts.models import Account
from app.accounts.queries import phone_index
from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.notices.queries import inbox
from app.notices.rules import plain
from app.notices.services.queue import send_texts
from app.registrations.services.changes import cancel
from tests.factories import accounts
from tests.factories.texts import drained
from tests.factories.walks import Walk, enrol, make_walk, person

DAY = timedelta(days=1)


def walk(**facts: Any) -> Walk:
    return make_walk(starts_at=now() + 5 * DAY, **({"name": "徐庄站", "place": "文化广场"} | facts))


_phones = iter(range(10**8))


def citizen() -> Account:
    phone = f"+86150{next(_phones):08}"
    return accounts.account(phone=phone, phone_index=phone_index(phone))


def signed_up(where: Walk, account: Account | None, *names: str, **more: Any) -> list[Any]:
    people = [person(name=name) for name in names]
    return enrol(where, *people, account_id=account.id if account else None, **more)


def told(account: Account) -> list[str]:
    db.session.rollback()
    return [plain(one.message, one.params).removeprefix("【相约】") for one in inbox(account.id).letters]


def work() -> None:
    drained()
    send_texts()


def cancelled(where: Walk, outcome: Any, **more: Any) -> None:
    cancel(activity_id=where.id, registration_id=outcome.registration_id, actor=SYSTEM, checked_in=False, **more)
