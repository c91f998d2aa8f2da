"""From draft to archive, against the store. Which step leads where is in test_states.py."""

import pytest
from sqlalchemy import select

from app.activities.queries import registration_settings, station
from app.activities.services.life import archive, cancel, finish, pause, publish, withdraw
from app.audit.models import AuditEntry
from app.audit.services import SYSTEM
from app.core.db import db
from app.core.errors import DomainError, NotFound
from app.core.ids import uuid7
from app.core.outbox import Outbox
from tests.factories import activities as made
from tests.factories import registrations

pytestmark = pytest.mark.usefixtures("ctx")


def status(walk):
    return station(walk.id).activity.status


def step(function, walk, version=None):
    function(activity_id=walk.id, version=version, actor=SYSTEM)


def refused(function, walk, version=None):
    with pytest.raises(DomainError) as error:
        step(function, walk, version)
    return error.value.code


def test_a_whole_life(clock):
    walk = made.station(published=False)
    step(publish, walk)
    step(pause, walk)
    assert registration_settings(walk.id).status == "paused"
    step(publish, walk)
    clock.shift(days=2)
    step(finish, walk)
    step(publish, walk)
    clock.shift(days=2)
    step(finish, walk)
    step(archive, walk)
    assert status(walk) == "archived"
    actions = db.session.execute(
        select(AuditEntry.action).where(AuditEntry.scope_id == walk.id).order_by(AuditEntry.id)
    ).scalars()
    assert list(actions) == [
        "activity.created",
        "activity.published",
        "activity.paused",
        "activity.published",
        "activity.finished",
        "activity.published",
        "activity.finished",
        "activity.archived",
    ]


def test_a_draft_that_is_not_complete_stays_one(clock):
    walk = made.station(published=False, capacity=0)
    assert refused(publish, walk) == "no_places"
    assert status(walk) == "draft"


def test_a_draft_whose_day_is_past_stays_one(clock):
    walk = made.station(published=False)
    clock.shift(days=4)
    assert refused(publish, walk) == "already_over"


def test_only_an_unused_one_becomes_a_draft_again(clock):
    walk = made.station()
    step(withdraw, walk)
    assert status(walk) == "draft"
    step(publish, walk)
    registrations.registered(walk)
    assert refused(withdraw, walk) == "has_registrations"
    assert status(walk) == "published"


def test_nothing_is_finished_before_it_began(clock):
    assert refused(finish, made.station()) == "not_started"


def test_what_is_cancelled_stays_so(clock):
    walk = made.station()
    step(cancel, walk)
    assert refused(publish, walk) == "transition"
    assert status(walk) == "cancelled"


def test_an_older_version(clock):
    walk = made.station()
    seen = station(walk.id).activity.version
    step(pause, walk)
    assert refused(cancel, walk, version=seen) == "changed_meanwhile"
    assert status(walk) == "paused"


def test_an_unknown_one(clock):
    with pytest.raises(NotFound):
        publish(activity_id=uuid7(), version=None, actor=SYSTEM)


def test_higher_rooms_hear_of_a_cancellation(clock):
    walk = made.station()
    step(cancel, walk)
    heard = db.session.execute(
        select(Outbox.payload).where(Outbox.scope_id == walk.id, Outbox.job == "activity_changed").order_by(Outbox.id)
    ).scalars()
    assert [(one["parts"], one["status"]) for one in heard] == [
        (["status"], "published"),
        (["status"], "cancelled"),
    ]
