"""The day before, everybody on a shift is reminded once; whoever counts on a shift hears when the activity is off."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.activities.constants import ActivityStatus
from app.audit.services import SYSTEM
from app.core import outbox
from app.core.clock import local, now
from app.core.db import db
from app.notices.queries import inbox
from app.registrations import tasks as registered
from app.volunteers import tasks
from app.volunteers.services.shifts import cancel_shift
from app.volunteers.services.telling import remind_shifts
from tests.factories import volunteers as made
from tests.factories import walks

pytestmark = pytest.mark.usefixtures("ctx", "clock")


def told(account_id):
    outbox.drain()
    db.session.commit()
    return [one.message for one in inbox(account_id).letters]


def reminders(account_id):
    return sum(one.startswith("明天") for one in told(account_id))


@pytest.fixture
def walk(clock):
    """Tomorrow at eight; it is noon."""
    start = (local(now()) + timedelta(days=1)).replace(hour=8, minute=0, second=0, microsecond=0)
    clock.shift(seconds=(start - timedelta(hours=20) - now()).total_seconds())
    return walks.make_walk(starts_at=start)


@pytest.fixture
def evening(clock):
    def come():
        clock.shift(seconds=(local(now()).replace(hour=18, minute=5) - now()).total_seconds())

    return come


def test_each_once_at_the_hour_of_all_reminders(walk, evening):
    account_id, _person = made.assigned(walk, made.add_shift(walk))
    waiting, _other = made.offered(walk, made.add_shift(walk, post="补给"))
    assert tasks.remind() == 0, "too early"
    evening()
    assert [tasks.remind() for _ in range(3)] == [1, 0, 0]
    assert reminders(account_id) == 1
    assert reminders(waiting) == 0
    (news,) = [one for one in inbox(account_id).letters if one.message.startswith("明天")]
    assert news.params["post"] == "路口引导"


def test_each_shift_of_the_day_and_none_that_was_called_off(walk, evening):
    first = made.add_shift(walk)
    later = made.add_shift(walk, starts_at=walk.starts_at + timedelta(hours=4))
    off = made.add_shift(walk, starts_at=walk.starts_at + timedelta(hours=9))
    over = made.add_shift(walk, starts_at=walk.starts_at + timedelta(days=1))
    account_id, person = made.offered(walk, first, later, off, over)
    for one in (first, later, off, over):
        made.assign(walk, one, person)
    cancel_shift(activity_id=walk.id, shift_id=off, actor=SYSTEM)
    evening()
    tasks.remind()
    assert reminders(account_id) == 2


def test_where_nobody_is_reminded(walk, evening, monkeypatch):
    made.assigned(walk, made.add_shift(walk))
    evening()
    monkeypatch.setattr(registered._Held, "remind_at", None)
    assert tasks.remind() == 0


def test_two_workers_at_once_begin_it_once(walk):
    made.assigned(walk, made.add_shift(walk))
    first = local(walk.starts_at).replace(hour=0, minute=0)
    assert [remind_shifts(activity_id=walk.id, first=first, at=now()) for _ in range(2)] == [1, 0]


def test_an_activity_called_off(walk):
    account_id, _person = made.assigned(walk, made.add_shift(walk))
    waiting, _other = made.offered(walk, made.add_shift(walk, post="补给"))
    news = {"parts": ["status"], "status": ActivityStatus.CANCELLED.value, "version": 2}
    for _ in range(2):
        tasks.on_activity_changed(walk.id, news)
    for account in (account_id, waiting):
        assert sum("取消" in one for one in told(account)) == 1
    tasks.on_activity_changed(walk.id, {"parts": ["place"], "status": "published", "version": 3})
    assert len(told(waiting)) == 1
