"""F03, F04: an answer is lost after the commit; a request is cut half-way."""

from __future__ import annotations

import http.client
import json

import pytest

from tests.faults.proxy import proxy

LOST = (OSError, http.client.HTTPException)


def told(answer):
    """What an answer says of each item, without what only the first of them can say."""
    return [(one["id"], one["first_verdict"], one["checkin"]) for one in answer.body["results"]]


def test_f03_a_lost_answer_is_given_again_and_there_is_one_row(ground):
    made = ground(20)
    token, key = made.device()[0], made.key()
    batch = [made.scan(one) for one in range(20)] + [made.scan(3, minutes=9)]
    with made.served() as site, proxy(site.port) as line:
        phone, registrar = made.phone(line.port, token), made.registrar(line.port, key)
        for _ in range(3):
            line.drop_answers = 1
            with pytest.raises(LOST):
                phone.once(batch, key="batch")
        again = phone.once(batch, key="batch")
        line.drop_answers = 1
        with pytest.raises(LOST):
            registrar.once(made.body(1), "unit")
        registered = [registrar.once(made.body(1), "unit") for _ in range(2)]
        assert line.dropped == 4
    assert [one["verdict"] for one in again.body["results"]] == ["accepted"] * 20 + ["repeat"]
    assert told(again)[0][1] == "accepted"
    assert [one.status for one in registered] == [200, 200]
    assert registered[0].body == registered[1].body
    assert made.damages() == []


@pytest.mark.slow
def test_f03_control_a_server_that_numbers_what_arrives_keeps_a_second_row(ground):
    made = ground(20)
    token = made.device()[0]
    batch = [made.scan(one) for one in range(20)]
    with made.served("ids_of_the_server") as site, proxy(site.port) as line:
        phone = made.phone(line.port, token)
        line.drop_answers = 1
        with pytest.raises(LOST):
            phone.once(batch, key="batch")
        phone.once(batch, key="batch")
    found = made.damages()
    assert sum("was sent by nobody" in one.what for one in found) == 40


def test_f04_a_request_cut_half_way_leaves_nothing_and_the_retry_stores_all(ground):
    made = ground(120)
    token = made.device()[0]
    with made.served() as site, proxy(site.port) as line:
        phone = made.phone(line.port, token)
        for place, share in enumerate((0.02, 0.3, 0.7, 0.999)):
            batch = [made.scan(one) for one in range(place * 30, place * 30 + 30)]
            line.cut_after = int(len(json.dumps({"scans": batch})) * share) + 200
            with pytest.raises(LOST):
                phone.once(batch, key=f"cut {share}", timeout=10)
            assert (made.stored_scans(), made.damages()) == (place * 30, [])
            assert phone.once(batch, key=f"cut {share}").status == 200
        assert made.stored_scans() == 120
    assert made.damages() == []


@pytest.mark.slow
def test_f04_control_a_server_that_takes_what_has_arrived_leaves_a_half(ground):
    made = ground(30)
    token = made.device()[0]
    batch = [made.scan(one) for one in range(30)]
    with made.served("cut_is_accepted") as site, proxy(site.port) as line:
        phone = made.phone(line.port, token)
        line.cut_after = len(json.dumps({"scans": batch})) // 2
        with pytest.raises(LOST):
            phone.once(batch, key="cut", timeout=10)
        made.wait_for_scans()
    assert any(one.invariant == "I7" for one in made.damages())
