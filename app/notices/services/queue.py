"""The queue of texts: written in acts, sent by the worker, tried again, given up in the end.

A text is *claimed* in one short transaction (its next try is moved ahead, the try is counted), sent
outside any, and *settled* in another, which wipes phone and words, except of what was given up: the
office may send that again while it is of use. Nobody waits for a gateway while holding the store. A
crash between sending and settling leaves the text claimed: after LEASE it is sent again. So each text
goes out **at least once**; the inbox holds each notice exactly once.
"""

from __future__ import annotations

import logging
import random
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from app.core.clock import local, now
from app.core.db import ACROSS, db
from app.core.text import mask_phone
from app.core.transactions import act
from app.notices.constants import TextState
from app.notices.models import NoticeText
from app.notices.rules import Limits, awake_at, free_at, next_try
from app.notices.senders import hand_over
from app.notices.services import sender
from app.settings.constants import Key
from app.settings.queries import setting

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
"""How long a claimed text is nobody else's: longer than any gateway is waited for."""
IN_A_ROW = 3
"""Failures in a row after which the gateway, not the text, is at fault."""
REST = timedelta(seconds=30)
"""[P] How long a gateway at fault is left alone."""
WHOLE_QUEUE = {ACROSS: "the worker sends for every activity"}


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Texts that went out past this queue: how many since an instant; when, newest first, to one phone."""

    total: Callable[[datetime], int]
    to_phone: Callable[[bytes, datetime], Sequence[datetime]]


class _Held:
    limits = Limits()
    rest_until: datetime | None = None
    failures = 0
    elsewhere: Elsewhere | None = None


def use_limits(limits: Limits) -> None:
    """Make `limits` those of this process (once, at start-up)."""
    _Held.limits, _Held.rest_until, _Held.failures = limits, None, 0


def limits() -> Limits:
    """The limits of this installation: the day's budget may be set by page."""
    budget = setting(Key.SMS_DAILY_BUDGET)
    return replace(_Held.limits, daily_budget=int(budget)) if budget else _Held.limits


def count_also(elsewhere: Elsewhere) -> None:
    """Let a room say which other texts went out: the budget and the limits of a phone are one.

    One-time codes are sent past this queue.
    """
    _Held.elsewhere = elsewhere


def forget_failures() -> None:
    """What this process remembers of the gateway; for tests."""
    _Held.rest_until, _Held.failures = None, 0


# --------------------------------------------------------------------------- what is out already


def midnight(at: datetime) -> datetime:
    """When the day of `at` began in the office."""
    return local(at).replace(hour=0, minute=0, second=0, microsecond=0)


def sent_today(at: datetime) -> int:
    """Texts of this queue that have gone out since midnight."""
    statement = select(func.count()).where(NoticeText.state == TextState.SENT.value, NoticeText.done_at >= midnight(at))
    return db.session.execute(statement, execution_options=WHOLE_QUEUE).scalar_one()


def _budget_left(at: datetime) -> int:
    codes = _Held.elsewhere.total(midnight(at)) if _Held.elsewhere else 0
    return limits().for_notices - sent_today(at) - codes


def _sent_to(phone: bytes, at: datetime) -> list[datetime]:
    since = at - max((span for span, _ in _Held.limits.per_phone), default=timedelta())
    statement = select(NoticeText.done_at).where(
        NoticeText.phone_index == phone,
        NoticeText.state == TextState.SENT.value,
        NoticeText.done_at > since,
    )
    rows = db.session.execute(statement, execution_options=WHOLE_QUEUE).scalars()
    own = [instant for instant in rows if instant is not None]
    codes = list(_Held.elsewhere.to_phone(phone, since)) if _Held.elsewhere else []
    return sorted([*own, *codes], reverse=True)


# --------------------------------------------------------------------------- sending


@dataclass(frozen=True, slots=True)
class _Claimed:
    scope_id: uuid.UUID
    id: uuid.UUID
    tries: int
    until: datetime
    phone: str
    body: str


def send_texts(*, limit: int = 100) -> int:
    """Send what is due, oldest first, within the day's budget. Returns how many went out.

    The step of the worker that waits for a gateway: it runs in a thread of its own, so that nothing
    else does. After some failures in a row the gateway is left alone for a while.
    """
    at = now()
    if _Held.rest_until is not None and at < _Held.rest_until:
        return 0
    left, sent, seen = _budget_left(at), 0, 0
    while seen < limit:
        claimed = _claim(at=now(), budget=left - sent > 0)
        if claimed is None:
            break
        seen += 1
        if isinstance(claimed, _Claimed):
            sent += _send(claimed)
        if _Held.failures >= IN_A_ROW:
            _Held.rest_until, _Held.failures = now() + REST, 0
            log.error("the gateway took none of %d texts in a row: resting", IN_A_ROW)
            break
    return sent


def _send(one: _Claimed) -> bool:
    try:
        hand_over(sender(), one.phone, one.body, seconds=_Held.limits.timeout)
    except Exception as error:  # noqa: BLE001 - whatever a gateway raises, the text is tried again
        # The error's own words may hold the number or the text, so only its name is kept.
        log.warning("a text to %s was not taken: %s", mask_phone(one.phone), type(error).__name__)
        _Held.failures += 1
        _failed(one=one, at=now())
        return False
    _Held.failures = 0
    _finish(scope_id=one.scope_id, text_id=one.id, state=TextState.SENT, at=now())
    return True


@act
def _claim(*, at: datetime, budget: bool) -> _Claimed | bool | None:
    """The next text that is due, taken; True when it was put off or given up instead; None when none is."""
    row = db.session.execute(
        select(NoticeText)
        .where(NoticeText.state == TextState.WAITING.value, NoticeText.next_at <= at)
        .order_by(NoticeText.next_at, NoticeText.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True, **WHOLE_QUEUE)
    ).scalar_one_or_none()
    if row is None:
        return None
    if row.until <= at:
        _finish(scope_id=row.scope_id, text_id=row.id, state=TextState.LATE, at=at)
        return True
    free = free_at(_sent_to(row.phone_index, at), _Held.limits.per_phone, at)
    if not budget:
        free = midnight(at) + timedelta(days=1)
    free = _after_the_night(row, free)
    if free > at:
        _change(row.scope_id, row.id, next_at=free)
        return True
    _change(row.scope_id, row.id, next_at=at + LEASE, tries=row.tries + 1)
    return _Claimed(row.scope_id, row.id, row.tries + 1, row.until, row.phone or "", row.body or "")


def _after_the_night(row: NoticeText, at: datetime) -> datetime:
    """When a text that may go at `at` goes without waking anybody; what would be useless by then goes at `at`."""
    morning = at if row.urgent else awake_at(at, _Held.limits.quiet)
    return morning if morning < row.until else at


@act
def _failed(*, one: _Claimed, at: datetime) -> None:
    again = next_try(one.tries, at, random.random())  # noqa: S311 - jitter, no secret
    if one.tries >= _Held.limits.tries:
        _finish(scope_id=one.scope_id, text_id=one.id, state=TextState.DEAD, at=at)
    else:
        _change(one.scope_id, one.id, next_at=again)


@act
def _finish(*, scope_id: uuid.UUID, text_id: uuid.UUID, state: TextState, at: datetime) -> None:
    """The end of a text. What was given up keeps phone and words until it is of no use (`wipe_given_up`)."""
    wiped = {} if state is TextState.DEAD else {"phone": None, "body": None}
    _change(scope_id, text_id, state=state.value, done_at=at, **wiped)


def _change(scope_id: uuid.UUID, text_id: uuid.UUID, **values: Any) -> None:
    db.session.execute(
        update(NoticeText)
        .where(
            NoticeText.scope_id == scope_id,
            NoticeText.id == text_id,
            NoticeText.state == TextState.WAITING.value,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
