"""What users of other systems complained about, of waiting lists and of slow gateways; here it does not happen."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import current_app
from sqlalchemy import func, select

from app.accounts.queries import phone_index
from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.notices.models import NoticeText
from app.notices.queries import inbox
from app.notices.rules import plain
from app.notices.services.queue import limits, send_texts, use_limits
from app.operations.tasks import BESIDE, STEPS
from app.registrations.models import Registration
from app.registrations.queries.mine import my_registrations
from app.registrations.services.changes import cancel, change_capacity
from tests.factories import accounts
from tests.factories.texts import Hanging, Recording, drained, gateway
from tests.factories.walks import device, enrol, make_walk, person, read, scan

pytestmark = pytest.mark.usefixtures("ctx", "clock")
DAY = timedelta(days=1)
_phones = iter(range(10**8))


def citizen():
    phone = f"+86151{next(_phones):08}"
    return accounts.account(phone=phone, phone_index=phone_index(phone))


def queue_of(size: int, *, capacity: int = 0):
    walk = make_walk(starts_at=now() + 5 * DAY, capacity=capacity)
    waiting = []
    for _ in range(size):
        one = citizen()
        (outcome,) = enrol(walk, person(), account_id=one.id)
        waiting.append((one, outcome))
    return walk, waiting


def told(account) -> list[str]:
    db.session.rollback()
    return [plain(one.message, one.params) for one in inbox(account.id).letters]


def test_pretix_1802_one_slow_webhook_blocked_the_shared_task_queue_and_nobody_could_reserve():
    """The gateway hangs: signing up, check-in and the worker's other steps go on meanwhile."""
    walk, _ = queue_of(1, capacity=5)
    before, sender = limits(), Hanging()
    use_limits(replace(before, timeout=30))
    full, _ = queue_of(1)
    change_capacity(activity_id=full.id, category_id=full.categories["TY"], capacity=1, actor=SYSTEM)
    drained()
    with gateway(sender):
        app = current_app._get_current_object()

        def beside() -> None:
            with app.app_context():
                send_texts()

        sending = threading.Thread(target=beside, daemon=True)
        sending.start()
        assert sender.called.wait(20), "the text is on its way, and stays there"
        (late,) = enrol(walk, person())
        assert late.bib
        today = make_walk()
        (here,) = enrol(today, person())
        (result,) = read(device(today), scan(here, "S", 1, walk=today))
        assert result.verdict.value == "accepted"
        for step, _ in STEPS:
            step()
        assert sending.is_alive()
        sender.go.set()
        sending.join(20)
    use_limits(before)


def test_the_step_that_waits_for_a_gateway_stands_in_a_thread_of_its_own():
    assert send_texts in {step for step, _ in BESIDE}
    assert send_texts not in {step for step, _ in STEPS}


def test_pretix_3628_unexplained_silence_of_the_waiting_list():
    """Who moves up hears of it, in the inbox even when the gateway takes nothing."""
    walk, waiting = queue_of(2)
    change_capacity(activity_id=walk.id, category_id=walk.categories["TY"], capacity=1, actor=SYSTEM)
    drained()
    sender = Recording()
    sender.fails = 99
    with gateway(sender):
        assert send_texts() == 0
    assert [len(told(one)) for one, _ in waiting] == [1, 0]


def test_pretix_1238_one_freed_place_flooded_the_waiting_list():
    walk, waiting = queue_of(30, capacity=1)
    cancel(activity_id=walk.id, registration_id=waiting[0][1].registration_id, actor=SYSTEM, checked_in=False)
    drained()
    assert db.session.execute(select(func.count()).select_from(NoticeText)).scalar_one() == 1
    assert sum(len(told(one)) for one, _ in waiting) == 1


def test_pretix_2119_the_wrong_person_got_the_place():
    """Whom the text names is who has the place."""
    walk, waiting = queue_of(5, capacity=1)
    cancel(activity_id=walk.id, registration_id=waiting[0][1].registration_id, actor=SYSTEM, checked_in=False)
    drained()
    states = dict(
        db.session.execute(select(Registration.id, Registration.state).where(Registration.activity_id == walk.id)).all()
    )
    for account, outcome in waiting:
        assert bool(told(account)) == (states[outcome.registration_id] == "confirmed")
    assert told(waiting[1][0])


def test_pretix_837_one_could_not_leave_the_waiting_list():
    """Who left it is told nothing any more; the next one is."""
    walk, waiting = queue_of(3)
    cancel(activity_id=walk.id, registration_id=waiting[0][1].registration_id, actor=SYSTEM, checked_in=False)
    change_capacity(activity_id=walk.id, category_id=walk.categories["TY"], capacity=1, actor=SYSTEM)
    drained()
    assert [len(told(one)) for one, _ in waiting] == [0, 1, 0]


def test_pretix_5188_the_place_in_the_queue_was_not_visible():
    _walk, waiting = queue_of(3)
    assert [my_registrations(one.id)[0].position for one, _ in waiting] == [1, 2, 3]
