"""The queue of texts: written with the act, sent at least once, tried again, given up, wiped."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.accounts.constants import CodePurpose
from app.accounts.services.codes import request_login_code
from app.core.clock import now
from app.core.crypto import unseal
from app.core.db import db
from app.core.errors import DomainError, TooMany
from app.core.ids import NIL, uuid7
from app.core.transactions import act
from app.notices import senders
from app.notices.constants import NoticeKind, TextState
from app.notices.models import Notice, NoticeText
from app.notices.queries import counts_of, inbox, unread
from app.notices.rules import Limits, Tidings, free_at, next_try, packed, plain, unpacked
from app.notices.services import inbox as inbox_services
from app.notices.services import queue
from app.notices.services.inbox import Recipient, forget_notices, mark_read, tell
from app.notices.services.queue import IN_A_ROW, LEASE, REST, limits, send_texts, use_limits
from tests.factories.texts import Hanging, Recording, gateway

pytestmark = pytest.mark.usefixtures("ctx", "clock")
PHONE, OTHER = "+8613812345678", "+8613912345678"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def sent():
    sender = Recording()
    with gateway(sender):
        yield sender


@pytest.fixture
def limited():
    """Change the limits for one test."""
    before = limits()
    yield lambda **numbers: use_limits(replace(before, **numbers))
    use_limits(before)


def tidings(key: str = "one", *, until: datetime | None = None, scope_id: UUID = NIL, **facts) -> Tidings:
    return Tidings(
        scope_id=scope_id,
        key=key,
        kind=facts.pop("kind", NoticeKind.OFFICE),
        message="%(text)s",
        params={"text": "明天 7 点到"},
        until=until or now() + 3 * DAY,
        **facts,
    )


@act
def told(*phones: str, account_id: UUID | None = None, what: Tidings | None = None) -> int:
    return tell([(Recipient(account_id, phone), what or tidings()) for phone in phones or (PHONE,)], at=now())


def rows() -> list[NoticeText]:
    fresh = {"populate_existing": True}
    return list(db.session.execute(select(NoticeText).order_by(NoticeText.id), execution_options=fresh).scalars())


def states() -> list[str]:
    return [row.state for row in rows()]


# --------------------------------------------------------------------------- sent, and forgotten


def test_a_text_goes_out_and_nothing_of_it_stays(sent):
    told()
    assert send_texts() == 1
    assert sent.texts == [(PHONE, "【相约】明天 7 点到")]
    (row,) = rows()
    assert (row.state, row.phone, row.body) == ("sent", None, None)
    assert row.done_at == now()
    assert send_texts() == 0


def test_an_act_that_fails_leaves_no_text(sent):
    @act
    def fails() -> None:
        told()
        raise DomainError("no", "no")

    with pytest.raises(DomainError):
        fails()
    assert send_texts() == 0
    assert rows() == []


def test_phone_and_words_are_sealed_while_they_wait():
    told()
    with db.engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT phone, body FROM notice_text").one()
    for value, place, plain_text in (
        (stored.phone, "notice_text.phone", PHONE),
        (stored.body, "notice_text.body", "【相约】明天 7 点到"),
    ):
        assert plain_text.encode() not in bytes(value)
        assert unseal(bytes(value), place) == plain_text


def test_told_twice_of_one_event_sends_once(sent):
    account_id = uuid7()
    assert [told(account_id=account_id), told(account_id=account_id)] == [1, 0]
    told(account_id=account_id, what=tidings("another"))
    assert db.session.execute(select(func.count()).select_from(Notice)).scalar_one() == 2
    assert len(rows()) == 2


def test_after_it_was_sent_the_same_event_sends_nothing_more(sent):
    told()
    send_texts()
    told()
    assert send_texts() == 0
    assert len(sent.texts) == 1


def test_who_has_no_phone_still_has_the_notice(sent):
    account_id = uuid7()

    @act
    def write() -> int:
        return tell([(Recipient(account_id, None), tidings())], at=now())

    assert write() == 1
    assert unread(account_id) == 1
    assert rows() == []


# --------------------------------------------------------------------------- tried again


def test_a_text_that_is_not_taken_waits_longer_each_time(sent, clock, caplog):
    told()
    sent.fails = 3
    waits = []
    for _ in range(3):
        with caplog.at_level(logging.WARNING):
            assert send_texts() == 0
        (row,) = rows()
        waits.append(row.next_at - now())
        clock.shift(seconds=waits[-1].total_seconds() + 1)
    assert MINUTE / 2 <= waits[0] <= 1.5 * MINUTE
    assert MINUTE <= waits[1] <= 3 * MINUTE
    assert 2 * MINUTE <= waits[2] <= 6 * MINUTE
    assert "138****5678" in caplog.text
    assert "13812345678" not in caplog.text
    assert "明天" not in caplog.text
    clock.shift(seconds=REST.total_seconds())
    assert send_texts() == 1


def test_jitter_parts_what_failed_together():
    at = now()
    assert next_try(3, at, 0.0) - at == 2 * MINUTE
    assert next_try(3, at, 1.0) - at == 6 * MINUTE


def test_after_its_last_try_a_text_is_dead_and_the_office_sees_it(sent, clock, limited):
    scope = uuid7()
    limited(tries=2)
    told(what=tidings(scope_id=scope, until=now() + 30 * DAY))
    sent.fails = 99
    for _ in range(2):
        send_texts()
        clock.shift(days=1)
    (row,) = rows()
    assert (row.state, row.phone, row.tries) == (TextState.DEAD, PHONE, 2), "it may be sent again"
    (counts,) = counts_of(scope)
    assert (counts.dead, counts.sent, counts.waiting) == (1, 0, 0)


def test_a_gateway_that_is_down_is_left_alone_and_uses_up_no_tries(sent, clock):
    told(*[f"+86139000000{n:02}" for n in range(20)])
    sent.fails = 99
    send_texts()
    assert sent.calls == IN_A_ROW
    assert send_texts() == 0
    assert sent.calls == IN_A_ROW
    assert sorted(row.tries for row in rows()) == [0] * (20 - IN_A_ROW) + [1] * IN_A_ROW
    sent.fails = 0
    clock.shift(seconds=REST.total_seconds())
    assert send_texts() == 20 - IN_A_ROW


def test_what_came_too_late_is_not_sent(sent, clock):
    told(what=tidings(until=now() + HOUR))
    clock.shift(hours=2)
    assert send_texts() == 0
    (row,) = rows()
    assert (row.state, row.phone, row.body) == ("late", None, None)
    assert sent.texts == []


def test_what_is_useless_already_is_not_even_queued():
    told(what=tidings(until=now()))
    assert rows() == []


def test_a_crash_between_sending_and_wiping_sends_again_after_the_lease(sent, clock, monkeypatch):
    told()
    monkeypatch.setattr(queue, "_finish", lambda **_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        send_texts()
    monkeypatch.undo()
    with gateway(sent):
        assert send_texts() == 0, "it is leased"
        clock.shift(seconds=LEASE.total_seconds())
        clock.shift(seconds=1)
        assert send_texts() == 1
    assert [phone for phone, _ in sent.texts] == [PHONE, PHONE]
    assert states() == ["sent"]


def test_two_workers_never_have_the_same_text():
    told(PHONE, OTHER)
    first = queue._claim(at=now(), budget=True)
    second = queue._claim(at=now(), budget=True)
    assert {first.phone, second.phone} == {PHONE, OTHER}
    assert queue._claim(at=now(), budget=True) is None


# --------------------------------------------------------------------------- limits (safety.md 7)


def test_one_phone_gets_one_text_a_minute(sent, clock):
    told(what=tidings("one"))
    told(what=tidings("two"))
    assert send_texts() == 1
    assert states() == ["sent", "waiting"]
    clock.shift(minutes=1)
    assert send_texts() == 1


def test_one_phone_gets_five_an_hour_and_ten_a_day(sent, clock):
    for n in range(12):
        told(what=tidings(str(n)))
    out = {}
    for hour in range(26):
        for _ in range(6):
            send_texts()
            clock.shift(minutes=10)
        out[hour] = len(sent.texts)
    assert out[0] == 5
    assert out[1] == out[20] == 10
    assert out[25] == 12


def test_one_time_codes_count_for_the_phone(sent, clock):
    request_login_code(phone=PHONE, address="203.0.113.7", purpose=CodePurpose.LOGIN, at=now())
    told()
    assert send_texts() == 0
    clock.shift(minutes=1)
    assert send_texts() == 1


def test_notices_leave_a_part_of_the_day_s_budget_to_codes(sent, clock, limited):
    limited(daily_budget=10)
    told(*[f"+86139000000{n:02}" for n in range(12)])
    assert send_texts() == 8
    assert send_texts() == 0
    clock.shift(hours=16)
    assert send_texts() == 4, "another day"


def test_texts_count_for_the_budget_of_codes(sent, monkeypatch):
    from app.accounts import limits as accounts_limits

    told(PHONE, OTHER)
    send_texts()
    monkeypatch.setattr(accounts_limits._Held, "limits", replace(accounts_limits.limits(), daily_budget=2))
    with pytest.raises(TooMany) as refused:
        request_login_code(phone="+8613700000000", address="203.0.113.7", purpose=CodePurpose.LOGIN, at=now())
    assert refused.value.code == "code_budget"


def test_the_windows_of_a_phone():
    at, windows = now(), Limits().per_phone
    assert free_at([], windows, at) == at
    assert free_at([at], windows, at) == at + MINUTE
    five = [at - n * 5 * MINUTE for n in range(1, 6)]
    assert free_at(five, windows, at) == at + HOUR - 25 * MINUTE


# --------------------------------------------------------------------------- a slow gateway


def test_a_gateway_that_hangs_is_waited_for_no_longer_than_the_limit(limited):
    limited(timeout=0.01)
    sender = Hanging()
    told()
    with gateway(sender):
        assert send_texts() == 0
    sender.go.set()
    (row,) = rows()
    assert (row.state, row.tries) == ("waiting", 1)


def test_so_many_hanging_calls_and_no_more(monkeypatch):
    sender = Hanging()
    monkeypatch.setattr(senders, "_slots", threading.BoundedSemaphore(2))
    for _ in range(2):
        with pytest.raises(TimeoutError):
            senders.hand_over(sender, PHONE, "x", seconds=0.01)
    with pytest.raises(senders.GatewayHangs):
        senders.hand_over(sender, PHONE, "x", seconds=0.01)
    sender.go.set()


# --------------------------------------------------------------------------- the inbox


def test_words_come_back_as_they_went_in():
    params = {"who": "王德福", "n": 1_200, "when": now()}
    assert unpacked(packed(params)) == params
    assert plain("%(who)s %(n)s %(when)s", params) == "【相约】王德福 1,200 6月1日 8:00"


def test_an_inbox_shows_newest_first_and_forgets_after_a_year(sent, clock):
    account_id = uuid7()
    told(account_id=account_id, what=tidings("old"))
    clock.shift(days=200)
    told(account_id=account_id, what=tidings("new", kind=NoticeKind.REMINDER))
    assert [one.kind for one in inbox(account_id).letters] == [NoticeKind.REMINDER, NoticeKind.OFFICE]
    clock.shift(days=166)
    assert forget_notices(before=now() - 365 * DAY) == 2
    assert [one.kind for one in inbox(account_id).letters] == [NoticeKind.REMINDER]
    assert forget_notices(before=now() - 365 * DAY) == 0


def test_only_one_s_own_are_marked_as_read():
    mine, theirs = uuid7(), uuid7()
    told(account_id=mine)
    told(account_id=theirs)
    ids = [one.id for one in (*inbox(mine).letters, *inbox(theirs).letters)]
    assert mark_read(account_id=mine, ids=ids, at=now()) == 1
    assert (unread(mine), unread(theirs)) == (0, 1)
    assert mark_read(account_id=mine, ids=ids, at=now()) == 0
    assert mark_read(account_id=mine, ids=[], at=now()) == 0


def test_a_page_out_of_range_gives_the_nearest():
    account_id = uuid7()
    for n in range(21):
        told(account_id=account_id, what=tidings(str(n)))
    assert (inbox(account_id, 0).number, inbox(account_id, 99).number) == (1, 2)
    assert len(inbox(account_id, 2).letters) == 1
    assert inbox_services.phone_index(PHONE) != inbox_services.phone_index(OTHER)
