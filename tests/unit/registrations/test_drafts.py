"""Drafts in the store."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.audit.services import SYSTEM
from app.core.db import db
from app.core.errors import Conflict
from app.registrations.models import Draft, Registration
from app.registrations.queries.drafts import draft_of
from app.registrations.rules.drafts import DraftBody, Typed
from app.registrations.services.drafts import KEPT, drop_draft, forget_old_drafts, save_draft, send_draft
from tests.factories import accounts, activities, people, registrations

pytestmark = pytest.mark.usefixtures("ctx")
BODY = DraftBody(open=Typed(name="王德福"), notice=1)


@pytest.fixture
def station():
    people.notice()
    return activities.station()


@pytest.fixture
def holder():
    return accounts.account()


def count(model):
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def test_a_later_draft_takes_the_place_of_the_earlier(station, holder, clock):
    for name in ("王", "王德福"):
        save_draft(account_id=holder.id, activity_id=station.id, body=DraftBody(open=Typed(name=name), notice=1))
    assert count(Draft) == 1
    assert draft_of(holder.id, station.id, at=clock.now).open.name == "王德福"


def test_it_lives_seven_days_from_the_last_change(station, holder, clock):
    save_draft(account_id=holder.id, activity_id=station.id, body=BODY)
    assert draft_of(holder.id, station.id, at=clock.now + KEPT - timedelta(seconds=1)) == BODY
    assert draft_of(holder.id, station.id, at=clock.now + KEPT) is None
    assert forget_old_drafts(at=clock.now + KEPT - timedelta(seconds=1)) == 0
    assert forget_old_drafts(at=clock.now + KEPT) == 1
    assert count(Draft) == 0


def test_what_may_not_be_kept_is_not(station, holder, clock):
    save_draft(account_id=holder.id, activity_id=station.id, body=DraftBody(open=Typed(name="王德福"), category="c"))
    assert draft_of(holder.id, station.id, at=clock.now) == DraftBody(category="c")


def test_dropping_what_is_not_there_is_fine(station, holder):
    drop_draft(account_id=holder.id, activity_id=station.id)
    assert count(Draft) == 0


def send(station, holder, *entries):
    return send_draft(account_id=holder.id, activity_id=station.id, entries=entries, actor=SYSTEM)


def test_sending_registers_and_forgets_in_one_act(station, holder):
    save_draft(account_id=holder.id, activity_id=station.id, body=BODY)
    outcomes = send(station, holder, registrations.entry(station), registrations.entry(station))
    assert [outcome.bib for outcome in outcomes] == ["A0001", "A0002"]
    assert count(Draft) == 0


def test_a_refusal_keeps_the_draft_and_registers_nobody(station, holder):
    save_draft(account_id=holder.id, activity_id=station.id, body=BODY)
    raw = people.raw_person()
    send(station, holder, registrations.entry(station, raw))
    save_draft(account_id=holder.id, activity_id=station.id, body=BODY)
    with pytest.raises(Conflict) as refused:
        send(station, holder, registrations.entry(station), registrations.entry(station, raw))
    assert (refused.value.code, refused.value.params["index"]) == ("already_registered", 1)
    assert count(Draft) == 1
    assert (
        db.session.execute(
            select(func.count()).select_from(Registration).where(Registration.activity_id == station.id)
        ).scalar_one()
        == 1
    )
