"""Many at once: nobody stands at two posts, no shift has more people than it needs, whoever is quicker."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.errors import DomainError
from app.core.transactions import act
from app.passes.services import ensure_passes
from app.volunteers.constants import ServiceState
from app.volunteers.models import Service
from app.volunteers.services.offers import offer
from app.volunteers.services.serving import decide, move, put_on
from app.volunteers.services.shifts import save_shift
from app.volunteers.services.signing import sign_here
from tests.factories import people, walks
from tests.factories import volunteers as made

pytestmark = pytest.mark.usefixtures("ctx")
HOUR = timedelta(hours=1)


def at_once(app: Flask, calls: Sequence[Callable[[], Any]]) -> Counter[str]:
    """Run all calls together, each with a session of its own; how often what came of them."""
    db.session.rollback()
    gate = threading.Barrier(len(calls))
    answers: list[str] = ["nothing"] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        with app.app_context():
            gate.wait(30)
            try:
                call()
                answers[place] = "done"
            except DomainError as error:
                answers[place] = error.code

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    db.session.rollback()
    return Counter(answers)


@pytest.fixture
def walk(ctx, clock):
    return walks.make_walk(starts_at=now() + 7 * 24 * HOUR)


@act
def code_of(person_id):
    return ensure_passes([person_id], at=now())[person_id].text


def rows(state: ServiceState, *shift_ids: Any) -> int:
    return db.session.execute(
        select(func.count()).select_from(Service).where(Service.shift_id.in_(shift_ids), Service.state == state.value)
    ).scalar_one()


@pytest.mark.parametrize("times", range(3))
def test_one_person_offers_for_two_shifts_at_the_same_time(app, walk, times):
    shifts = [made.add_shift(walk, post=str(n)) for n in range(4)]
    account_id, person_id = made.somebody()

    def ask(shift_id):
        return offer(
            activity_id=walk.id, shift_ids=[shift_id], person_id=person_id, account_id=account_id, guardian=False,
            actor=SYSTEM,
        )  # fmt: skip

    answers = at_once(app, [lambda shift_id=one: ask(shift_id) for one in shifts])
    assert answers == {"done": 1, "times_clash": 3}
    assert rows(ServiceState.APPLIED, *shifts) == 1


@pytest.mark.parametrize("times", range(3))
def test_an_offer_here_and_the_office_there(app, walk, times):
    """Two activities at the same time: the office of one puts on whoever offers to the other."""
    other = walks.make_walk(starts_at=walk.starts_at + HOUR)
    here, there = made.add_shift(walk), made.add_shift(other)
    account_id, person_id = made.somebody()
    code = code_of(person_id)
    answers = at_once(
        app,
        [
            lambda: offer(
                activity_id=walk.id, shift_ids=[here], person_id=person_id, account_id=account_id, guardian=False,
                actor=SYSTEM,
            ),
            lambda: put_on(activity_id=other.id, shift_id=there, named=code, guardian=False, actor=SYSTEM),
        ],
    )  # fmt: skip
    assert answers == {"done": 1, "times_clash": 1}


def test_a_shift_is_not_overfilled_however_many_are_put_on_at_once(app, walk):
    shift_id = made.add_shift(walk, needed=2)
    codes = [code_of(people.person()) for _ in range(6)]
    answers = at_once(
        app,
        [
            lambda code=one: put_on(activity_id=walk.id, shift_id=shift_id, named=code, guardian=False, actor=SYSTEM)
            for one in codes
        ],
    )  # fmt: skip
    assert answers == {"done": 2, "shift_full": 4}
    assert rows(ServiceState.ASSIGNED, shift_id) == 2


def test_the_last_place_is_given_once_by_two_desks(app, walk):
    shift_id = made.add_shift(walk, needed=1)
    services = [made.service_of(shift_id, made.offered(walk, shift_id)[1]).id for _ in range(4)]
    answers = at_once(
        app,
        [
            lambda one=one: decide(
                activity_id=walk.id, shift_id=shift_id, service_ids=[one], to=ServiceState.ASSIGNED, reason="",
                actor=SYSTEM,
            )
            for one in services
        ],
    )  # fmt: skip
    assert answers == {"done": 1, "shift_full": 3}
    assert rows(ServiceState.ASSIGNED, shift_id) == 1


def test_the_same_offer_pressed_many_times_at_once_is_one(app, walk):
    shift_id = made.add_shift(walk)
    account_id, person_id = made.somebody()

    def ask():
        return offer(
            activity_id=walk.id, shift_ids=[shift_id], person_id=person_id, account_id=account_id, guardian=False,
            actor=SYSTEM,
        )  # fmt: skip

    assert at_once(app, [ask] * 5) == {"done": 5}
    assert rows(ServiceState.APPLIED, shift_id) == 1


def test_two_desks_move_people_to_and_fro_at_once(app, walk):
    here, there = made.add_shift(walk, needed=4), made.add_shift(walk, post="补给", needed=4)
    people_of = {one: [made.assigned(walk, one)[1] for _ in range(2)] for one in (here, there)}

    def go(source, target, person_id):
        service_id = made.service_of(source, person_id).id
        return lambda: move(
            activity_id=walk.id, shift_id=source, to_shift_id=target, service_ids=[service_id], actor=SYSTEM
        )

    calls = [go(here, there, one) for one in people_of[here]] + [go(there, here, one) for one in people_of[there]]
    assert at_once(app, calls) == {"done": 4}
    assert (rows(ServiceState.ASSIGNED, here), rows(ServiceState.ASSIGNED, there)) == (2, 2)


def test_one_offers_elsewhere_while_the_shift_moves_into_that_time(app, walk):
    here = made.add_shift(walk)
    later = made.add_shift(walk, starts_at=walk.starts_at + 4 * HOUR)
    account_id, person_id = made.offered(walk, here)
    answers = at_once(
        app,
        [
            lambda: offer(
                activity_id=walk.id, shift_ids=[later], person_id=person_id, account_id=account_id, guardian=False,
                actor=SYSTEM,
            ),
            lambda: save_shift(
                activity_id=walk.id, shift_id=here, draft=made.draft(walk.starts_at + 4 * HOUR), version=1, actor=SYSTEM
            ),
        ],
    )  # fmt: skip
    assert answers == {"done": 1, "times_clash": 1}


def test_a_code_before_two_cameras_signs_in_once(app, walk, clock):
    shift_id = made.add_shift(walk)
    _account, person_id = made.assigned(walk, shift_id)
    code = code_of(person_id)
    clock.shift(seconds=(walk.starts_at - now()).total_seconds())
    answers = at_once(app, [lambda: sign_here(activity_id=walk.id, named=code, actor=SYSTEM)] * 4)
    assert answers == {"done": 1, "just_signed": 3}
    assert made.service_of(shift_id, person_id).out_at is None
