"""What software sends: the same key is one registration, and what goes together is answered as if alone."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.audit.services import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.ids import uuid7
from app.registrations.models import Idempotency, Registration
from app.registrations.services.idempotent import Answered, Request, register_once, register_requests
from tests.factories import activities, people
from tests.factories.registrations import entry

pytestmark = pytest.mark.usefixtures("ctx", "clock", "notice")
PROGRAM = Actor("key", uuid7())


@pytest.fixture
def notice():
    people.notice()


def request(station, raw=None, *, key=None, body=None, **boxes) -> Request:
    digest = hashlib.sha256((body or key or str(uuid7())).encode()).digest()
    return Request(station.id, entry(station, raw, **boxes), PROGRAM.id, key, digest, PROGRAM, None, now())


def send(one: Request) -> Answered:
    return register_once(
        activity_id=one.activity_id,
        entry=one.entry,
        caller_id=one.caller_id,
        key=one.key,
        body_sha256=one.body_sha256,
        actor=one.actor,
        account_id=None,
    )


def together(*requests: Request) -> list[str]:
    """A word for each answer: its state, its refusal's code, or that it was given before."""
    words = []
    for answer in register_requests(take=lambda: requests):
        if isinstance(answer, DomainError):
            words.append(answer.code)
        else:
            assert isinstance(answer, Answered)
            words.append("before" if answer.outcome is None else answer.outcome.state)
    return words


def stored() -> int:
    return db.session.execute(select(func.count()).select_from(Registration)).scalar_one()


def trail() -> list[AuditEntry]:
    rows = select(AuditEntry).where(AuditEntry.action == "registration.registered").order_by(AuditEntry.id)
    return list(db.session.execute(rows).scalars())


def test_the_same_key_again_is_the_same_answer_and_one_row():
    one = request(activities.station(), key="k1")
    first, second = send(one), send(one)
    assert second == Answered(first.registration_id)
    assert stored() == 1


def test_the_same_key_with_another_body_is_told():
    station = activities.station()
    send(request(station, key="k1", body="a"))
    with pytest.raises(Conflict) as refusal:
        send(request(station, key="k1", body="b"))
    assert refusal.value.code == "idempotency_conflict"
    assert stored() == 1


def test_a_refusal_is_not_kept_so_that_the_mended_request_goes_through():
    station = activities.station()
    raw = people.raw_person()
    with pytest.raises(DomainError):
        send(request(station, raw, key="k1", notice=None))
    assert db.session.execute(select(func.count()).select_from(Idempotency)).scalar_one() == 0
    assert send(request(station, raw, key="k1")).outcome is not None


def test_a_refusal_names_its_act_for_the_trail():
    with pytest.raises(DomainError) as refusal:
        send(request(activities.station(), notice=None))
    assert refusal.value.act == "app.registrations.services.idempotent.register_once"


def test_what_goes_together_is_answered_one_by_one():
    station = activities.station(capacity=2, window={"waiting_list": False})
    send(old := request(station, key="old"))
    words = together(
        old,
        replace(old, body_sha256=bytes(32)),
        request(station, notice=None),
        request(station, key="k2"),
        request(station, key="k3"),
    )
    assert words[:2] == ["before", "idempotency_conflict"]
    assert words[3:] == ["confirmed", "category_full"]
    assert words[2] not in {"before", "confirmed"}
    assert stored() == 2


def test_each_of_them_has_a_row_of_its_own_in_the_trail():
    station = activities.station()
    together(*(request(station) for _ in range(3)))
    ids = set(db.session.execute(select(Registration.id)).scalars())
    assert {row.subject_id for row in trail()} == ids
    assert [row.details["count"] for row in trail()] == [1, 1, 1]


def test_two_that_mean_one_person_are_left_to_be_registered_one_by_one():
    station = activities.station()
    raw = people.raw_person()
    with pytest.raises(DomainError) as refusal:
        together(request(station, raw, key="a"), request(station, raw, key="b"))
    assert refusal.value.code == "same_person_twice"
    assert stored() == 0


def test_twenty_at_once_and_four_of_them_twice(app):
    station = activities.station(capacity=15)
    requests = [request(station, key=f"k{n}") for n in range(16)]
    requests += requests[:4]
    answers: list[object] = []

    def work(one: Request) -> None:
        with app.app_context():
            try:
                answers.append(send(one))
            except DomainError as error:
                answers.append(error)

    threads = [threading.Thread(target=work, args=(one,)) for one in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(answer, Answered) for answer in answers)
    db.session.rollback()
    states = list(db.session.execute(select(Registration.state)).scalars())
    assert (states.count("confirmed"), states.count("waitlisted")) == (15, 1)
    assert len({row.subject_id for row in trail()}) == 16
    assert len({answer.registration_id for answer in answers}) == 16
