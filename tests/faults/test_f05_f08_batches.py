"""F05 to F08: the same batch ten times at once; poison; every order; two phones with hours of scans."""

from __future__ import annotations

import itertools
import random
import threading
import uuid

import pytest
from sqlalchemy import select

from app.checkins.models import CheckIn, Reject
from app.core.clock import now
from app.core.db import db
from app.core.ids import uuid7
from tests.factories.walks import read
from tests.faults.broken import put_in
from tests.faults.pairs import by_hand, listed

COPIES = 10


def at_once(work, arguments) -> list:
    """Call `work` in as many threads as there are arguments; the answers in their order."""
    answers: list = [None] * len(arguments)
    ready = threading.Barrier(len(arguments))

    def one(place: int) -> None:
        ready.wait()
        answers[place] = work(arguments[place])

    threads = [threading.Thread(target=one, args=(place,)) for place in range(len(arguments))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_f05_ten_parallel_copies_of_a_batch_are_one(ground):
    made = ground(100)
    token = made.device()[0]
    batch = [made.scan(one) for one in range(100)] + [made.scan(one, "K", 30) for one in range(50)]
    with made.served() as site:
        phone = made.phone(site.port, token)
        answers = at_once(lambda n: phone.send(batch), range(COPIES))
    assert {answer.status for answer in answers} == {200}
    assert {str([one["first_verdict"] for one in answer.body["results"]]) for answer in answers} == {
        str(["accepted"] * 150)
    }
    assert made.stored_scans() == 150
    assert made.damages() == []


@pytest.mark.slow
def test_f05_control_counting_what_was_sent_for_what_is_new_is_found(ground):
    made = ground(100)
    token = made.device()[0]
    batch = [made.scan(one) for one in range(100)]
    with made.served("dedupe_by_rowcount") as site:
        phone = made.phone(site.port, token)
        phone.send(batch)
        phone.send(batch)
    assert any(one.invariant == "I5" for one in made.damages())


POISON = (
    None,
    17,
    "x" * 5_000,
    [],
    {},
    {"pass": "A", "checkpoint": "S"},
    {"id": "no uuid", "pass": "A"},
    {"scanned_at": "2026-13-45T99:00:00Z"},
    {"id": None, "deep": [[[[[[[]]]]]]]},
)


@pytest.mark.parametrize("poison", POISON, ids=range(len(POISON)))
def test_f06_a_poisoned_batch_keeps_499_and_the_one_as_a_refused_fact(ctx, ground, poison):
    made = ground(499)
    _, phone = made.device()
    batch = [made.scan(one) for one in range(499)]
    batch.insert(250, poison)
    answers = read(phone, *batch)
    assert [one.verdict.value for one in answers] == ["accepted"] * 250 + ["invalid"] + ["accepted"] * 249
    assert (answers[250].index, bool(answers[250].reason)) == (250, True)
    assert made.stored_scans() == 499
    kept = db.session.execute(select(Reject.body).where(Reject.activity_id == made.walk.id)).scalars().all()
    assert len(kept) == 1
    read(phone, *batch)
    assert (made.stored_scans(), made.damages()) == (499, [])


@pytest.mark.slow
def test_f06_through_the_door_and_its_answer_by_index(ground):
    made = ground(499)
    token = made.device()[0]
    batch = [made.scan(one) for one in range(499)]
    batch.insert(7, {"id": "no uuid", "pass": "A"})
    with made.served() as site:
        answer = made.phone(site.port, token).send(batch)
    assert [one["verdict"] for one in answer.body["results"][5:10]] == ["accepted"] * 2 + ["invalid"] + ["accepted"] * 2
    assert made.damages() == []


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["rejects_are_dropped", "poison_spoils_all"])
def test_f06_control_poison_that_is_dropped_or_spoils_the_rest_is_found(ground, fault):
    made = ground(50)
    token = made.device()[0]
    batch = [made.scan(one) for one in range(50)]
    batch.insert(7, {"id": "no uuid", "pass": "A"})
    with made.served(fault) as site:
        answer = made.phone(site.port, token).once(batch)
    if fault == "poison_spoils_all":
        assert (answer.status, made.stored_scans()) == (500, 0)
    else:
        assert any("no scan is kept 0 times" in one.what for one in made.damages())


def six(made, one: int) -> list[dict]:
    """Six scans about one person: two at the start, an undo of the first, one too late, two at the finish."""
    first, second = made.scan(one, "S", 4), made.scan(one, "S", 9)
    undo = {"id": str(uuid7()), "undoes": first["id"], "scanned_at": now().isoformat()}
    return [first, second, undo, made.scan(one, "F", 60 * 30), made.scan(one, "F", 90), made.scan(one, "F", 80)]


def outcomes_of_every_order(made, *, together: bool) -> set:
    """Give each of 720 people the same six facts in an order of their own; what it came to, without names."""
    phone = made.device()[1]
    orders = list(itertools.permutations(range(6)))
    facts = [six(made, one) for one in range(len(orders))]
    rounds = [[facts[one][order[place]] for one, order in enumerate(orders)] for place in range(6)]
    if together:  # each person's six in one request, in that order
        rounds = [
            [facts[one][place] for one in range(first, first + 80) for place in orders[one]]
            for first in range(0, 720, 80)
        ]
    for batch in rounds:
        for first in range(0, len(batch), 500):
            read(phone, *batch[first : first + 500])
    place_of = {item["id"]: place for six_of in facts for place, item in enumerate(six_of)}
    held: dict[uuid.UUID, set] = {outcome.person_id: set() for outcome in made.outcomes[:720]}
    for row in db.session.execute(select(CheckIn).where(CheckIn.activity_id == made.walk.id)).scalars():
        held[row.person_id].add((place_of[str(row.scan_id)], row.inside))
    db.session.rollback()
    return {frozenset(one) for one in held.values()}


@pytest.mark.parametrize("together", [False, True], ids=["six requests", "one request"])
def test_f07_all_720_orders_of_six_scans_come_to_one_outcome(ground, together):
    made = ground(720)
    assert outcomes_of_every_order(made, together=together) == {frozenset({(1, True), (5, True)})}
    assert made.damages() == []


def test_f07_control_where_arrival_decides_there_are_many_outcomes(ground, monkeypatch):
    made = ground(720)
    put_in("first_come_wins", monkeypatch)
    assert len(outcomes_of_every_order(made, together=False)) > 1
    monkeypatch.undo()
    assert any(one.invariant == "I4" for one in made.damages())


def hours_of(made, seed: int, n: int) -> list[dict]:
    """What a phone gathers in hours without a network: everybody somewhere, some twice, some undone."""
    rng = random.Random(seed)
    items: list[dict] = []
    while len(items) < n:
        item = made.scan(rng.randrange(len(made.outcomes)), rng.choice("SKF"), rng.uniform(0, 300), seq=len(items))
        items.append(item)
        if rng.random() < 0.02 and len(items) < n:
            items.append({"id": str(uuid7()), "undoes": item["id"], "scanned_at": item["scanned_at"]})
    return items


def both_at_once(made, site, tokens, n: int) -> list[list[dict]]:
    """Two phones hand in all they hold, each batch after the answer to the one before."""
    queues = [hours_of(made, seed, n) for seed in (1, 2)]

    def hand_in(place: int) -> None:
        phone = made.phone(site.port, tokens[place])
        for first in range(0, n, 500):
            assert phone.send(queues[place][first : first + 500]).status == 200

    at_once(hand_in, range(2))
    return queues


@pytest.mark.parametrize("n", [pytest.param(500, id="quick"), pytest.param(5_000, id="whole", marks=pytest.mark.slow)])
def test_f08_two_phones_offline_for_hours_hand_in_at_once(ground, n):
    made = ground(n // 5)
    tokens = [made.device(name)[0] for name in ("一号", "二号")]
    with made.served() as site:
        queues = both_at_once(made, site, tokens, n)
        assert made.stored_scans() == 2 * n
        both_at_once(made, site, tokens, 0)
        for token, queue in zip(tokens, queues, strict=True):  # nobody is sure that it arrived: all of it again
            for first in range(0, n, 500):
                made.phone(site.port, token).send(queue[first : first + 500], shared=True)
    assert made.stored_scans() == 2 * n
    assert made.damages() == []
    expected = by_hand(made.walk.id)
    assert min(len(pairs) for pairs in expected.values()) > 3, "the hours hold conflicts of both kinds"
    assert listed(made.walk.id) == expected


def test_f08_control_a_list_in_the_order_of_arrival_is_not_the_same(ground, monkeypatch):
    made = ground(100)
    phones = [made.device(name)[1] for name in ("一号", "二号")]
    for phone, queue in zip(phones, (hours_of(made, seed, 500) for seed in (1, 2)), strict=True):
        read(phone, *queue)
    assert listed(made.walk.id) == by_hand(made.walk.id)
    put_in("conflicts_by_arrival", monkeypatch)
    assert listed(made.walk.id) != by_hand(made.walk.id)


@pytest.mark.slow
def test_f08_control_first_come_wins_is_found(ground):
    made = ground(200)
    tokens = [made.device(name)[0] for name in ("一号", "二号")]
    with made.served("first_come_wins") as site:
        both_at_once(made, site, tokens, 1_000)
    assert any(one.invariant == "I4" for one in made.damages())
