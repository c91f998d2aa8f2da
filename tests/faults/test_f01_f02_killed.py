"""F01, F02: kill -9 of a web worker in the middle of requests, fifty times; of the master."""

from __future__ import annotations

import http.client
import random
import threading
import time

import pytest

from tests.faults.conftest import Ground
from tests.faults.site import Site

KILLS = 50
SIZE = 40


def under_load(ground: Ground, site: Site, *, kills: int, seed: int, gap: tuple[float, float] = (0.05, 0.4)) -> int:
    """Three phones and one registrar keep sending while workers are killed; returns how often one was."""
    tokens = [ground.device(f"手机{n}")[0] for n in range(3)]
    key = ground.key()
    over = threading.Event()
    failures: list[Exception] = []

    def scanning(place: int) -> None:
        rng = random.Random(seed + place)
        phone = ground.phone(site.port, tokens[place])
        while not over.is_set():
            picked = rng.sample(range(len(ground.outcomes)), SIZE)
            point = rng.choice("SKF")
            answer = phone.send([ground.scan(one, point, rng.uniform(0, 40)) for one in picked])
            assert answer.status == 200, answer.body

    def registering() -> None:
        registrar, one = ground.registrar(site.port, key), 0
        while not over.is_set():
            one += 1
            answer = registrar.send(ground.body(one))
            assert answer.status in {200, 201}, answer.body

    def guarded(work, *args) -> None:
        try:
            work(*args)
        except (AssertionError, OSError, http.client.HTTPException) as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(scanning, place)) for place in range(3)]
    threads.append(threading.Thread(target=guarded, args=(registering,)))
    for thread in threads:
        thread.start()
    rng, killed = random.Random(seed), 0
    while killed < kills and not failures:
        time.sleep(rng.uniform(*gap))
        killed += site.kill_worker()
    over.set()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return killed


@pytest.mark.parametrize(
    "kills", [pytest.param(3, id="quick"), pytest.param(KILLS, id="fifty", marks=pytest.mark.slow)]
)
def test_f01_a_worker_killed_in_the_middle_of_requests_loses_nothing(ground, kills):
    made = ground(200)
    with made.served() as site:
        assert under_load(made, site, kills=kills, seed=1) == kills
    assert made.damages() == []


@pytest.mark.slow
def test_f01_control_an_answer_before_the_commit_is_found(ground):
    made = ground(200)
    with made.served("ack_before_commit") as site:
        under_load(made, site, kills=6, seed=1)
        time.sleep(1)
    assert any(one.invariant == "I2" and "is gone" in one.what for one in made.damages())


@pytest.mark.slow
def test_f01_control_a_commit_for_each_item_leaves_halves(ground):
    made = ground(200)
    token = made.device()[0]
    with made.served("a_commit_for_each") as site:
        phone = made.phone(site.port, token)
        batch = [made.scan(one) for one in range(100)]
        killer = threading.Timer(0.8, site.kill_workers)
        killer.start()
        with pytest.raises((OSError, http.client.HTTPException)):
            phone.once(batch)
        killer.join()
    assert any(one.invariant == "I7" for one in made.damages())


@pytest.mark.slow
def test_f02_the_master_killed_under_load_loses_nothing(ground):
    made = ground(200)
    token = made.device()[0]
    with made.served() as site:
        phone = made.phone(site.port, token)
        for turn in range(3):
            batches = [[made.scan(one, "S", turn) for one in range(n, n + SIZE)] for n in range(0, 200, SIZE)]
            threads = [threading.Thread(target=phone.send, args=(batch,)) for batch in batches]
            for thread in threads:
                thread.start()
            time.sleep(0.02)
            site.kill_master()
            site.start_again()
            for thread in threads:
                thread.join()
    assert made.damages() == []
