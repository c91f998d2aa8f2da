"""F11, F12: the last ten places and two hundred people; cancelling races registering on a full walk."""

from __future__ import annotations

import random
import threading
from collections import Counter

import pytest
from flask import current_app
from sqlalchemy import select

from app.audit.services import SYSTEM
from app.core.db import db
from app.core.errors import DomainError
from app.registrations.models import Registration, RegistrationEvent
from app.registrations.services.changes import cancel
from tests.faults.broken import put_in
from tests.faults.conftest import before_the_gate
from tests.faults.test_f05_f08_batches import at_once

LAST, COMERS, TWICE = 10, 200, 40


def rush(made, site, key, comers: int) -> list:
    """`comers` requests at once; the last fifth are people who are among the others already."""
    twice = comers // 5
    registrar = made.registrar(site.port, key)
    people = [n if n < comers - twice else n - (comers - twice) for n in range(comers)]
    return at_once(lambda n: registrar.send(made.body(people[n])), range(comers))


@pytest.mark.parametrize(
    "waiting", [pytest.param(True, id="waiting list"), pytest.param(False, id="no list", marks=pytest.mark.slow)]
)
def test_f11_the_last_ten_places_go_to_ten_people(ground, waiting):
    made = ground(40, **before_the_gate(), capacity=50, waiting_list=waiting)
    key = made.key()
    with made.served() as site:
        answers = rush(made, site, key, COMERS)
    told = Counter(answer.body["state"] if answer.status == 201 else answer.body["code"] for answer in answers)
    assert told["confirmed"] == LAST
    assert told["already_registered"] + told["waitlisted"] + told["category_full"] == COMERS - LAST
    if waiting:
        assert (told["waitlisted"], told["already_registered"]) == (COMERS - TWICE - LAST, TWICE)
    else:
        assert told["waitlisted"] == 0
    assert made.damages() == []


@pytest.mark.slow
def test_f11_control_looking_before_letting_in_oversells(ground):
    made = ground(40, **before_the_gate(), capacity=50, waiting_list=False)
    key = made.key()
    with made.served("count_then_insert") as site:
        rush(made, site, key, 60)
    assert any("hold the 50 places" in one.what for one in made.damages())


def cancel_and_register(made, turns: int) -> None:
    """Four threads cancel people who hold a place while four others register new ones."""
    application = current_app._get_current_object()
    holders = [outcome.registration_id for outcome in made.outcomes]
    lock, stop = threading.Lock(), []

    def work(place: int) -> None:
        rng = random.Random(place)
        with application.app_context():
            for turn in range(turns):
                if place % 2:
                    made_here = made.newcomer(place * 1000 + turn)
                    if made_here is not None:
                        with lock:
                            holders.append(made_here)
                else:
                    with lock:
                        one = holders.pop(rng.randrange(len(holders))) if holders else None
                    try:
                        if one is not None:
                            cancel(activity_id=made.walk.id, registration_id=one, actor=SYSTEM, checked_in=False)
                    except DomainError as error:
                        stop.append(error)
            db.session.remove()

    at_once(work, range(8))
    assert not stop


def test_f12_every_freed_place_goes_on_once_and_in_order(ground):
    made = ground(20, **before_the_gate(), capacity=12)
    cancel_and_register(made, 12)
    assert made.damages() == []
    rows = db.session.execute(select(Registration).where(Registration.activity_id == made.walk.id)).scalars().all()
    waiting = [row.queue_no for row in rows if row.state == "waitlisted"]
    assert sum(row.state == "confirmed" for row in rows) == 12
    moved_up = db.session.execute(
        select(RegistrationEvent.registration_id).where(
            RegistrationEvent.activity_id == made.walk.id, RegistrationEvent.state == "confirmed"
        )
    ).scalars()
    promoted = Counter(moved_up)
    assert promoted, "eight were waiting when the first place was freed"
    assert set(promoted.values()) == {1}
    first = {outcome.registration_id for outcome in made.outcomes}
    left = [row for row in rows if row.id in first and row.state == "waitlisted"]
    assert not left or set(promoted) <= first, "nobody who came later goes past those who wait"
    assert len(set(waiting)) == len(waiting)


def test_f12_control_a_place_that_is_freed_and_handed_on_is_found(ground, monkeypatch):
    put_in("a_place_twice", monkeypatch)
    made = ground(20, **before_the_gate(), capacity=12)
    cancel_and_register(made, 3)
    assert any(one.invariant == "I3" for one in made.damages())
