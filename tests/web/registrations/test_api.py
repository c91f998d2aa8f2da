"""`POST /api/v1/registrations`: what other software sends, and what it is told."""

from __future__ import annotations

import pytest

from app.accounts import services
from app.accounts.constants import TokenScope
from app.audit.services import SYSTEM
from app.core.clock import now
from tests.factories import people
from tests.web.registrations.conftest import rows

pytestmark = pytest.mark.usefixtures("clock")
URL = "/api/v1/registrations"


@pytest.fixture
def key(ctx) -> str:
    return services.issue_key(actor=SYSTEM, at=now(), scope=TokenScope.REGISTRATIONS, label="小程序").token


@pytest.fixture
def send(client, key):
    def call(body, *, named=None, status=None, token=key):
        headers = {"Idempotency-Key": named} if named is not None else {}
        return client.api("POST", URL, body, token=token, status=status, headers=headers)

    return call


def body(station, raw=None, **changes):
    raw = raw or people.raw_person()
    sent = {
        "activity": station.code,
        "category": "TY",
        "person": {
            "name": raw.name,
            "document": {"type": "resident_id", "number": raw.document_number},
            "phone": raw.phone,
        },
        "consents": {"notice": 1, "document_number": True, "terms": 1},
    }
    return sent | changes


def assert_problem(page, code):
    assert page.headers["Content-Type"].startswith("application/problem+json")
    assert page.json["code"] == code


def test_somebody_is_registered_and_the_answer_holds_bib_and_code(send, open_station):
    station = open_station()
    told = send(body(station), status=201).json
    assert (told["state"], told["bib"], told["activity"], told["category"]) == (
        "confirmed",
        "A0001",
        station.code,
        "TY",
    )
    assert told["pass"]
    assert rows(station) == 1


def test_the_same_key_gets_the_first_answer(send, open_station):
    station = open_station()
    sent = body(station)
    first = send(sent, named="one", status=201).json
    assert send(sent, named="one", status=200).json == first
    assert rows(station) == 1
    assert_problem(send(body(station), named="one", status=409), "idempotency_conflict")


def test_the_same_person_under_another_key_is_told(send, open_station):
    station = open_station()
    sent = body(station)
    send(sent, named="one", status=201)
    assert_problem(send(sent, named="two", status=409), "already_registered")


def test_a_full_walk_without_a_waiting_list_is_told(send, open_station):
    station = open_station(capacity=1, window={"waiting_list": False})
    send(body(station), status=201)
    assert_problem(send(body(station), status=409), "category_full")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"category": "NONE"}, 422, "category_unknown"),
        ({"activity": "NONE"}, 404, "activity_not_found"),
        ({"person": "王德福"}, 422, "field_unreadable"),
        ({"consents": {}}, 422, "consent_notice"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(send, open_station, changes, status, code):
    station = open_station()
    assert_problem(send(body(station, **changes), status=status), code)
    assert rows(station) == 0


def test_a_wrong_check_digit_is_named(send, open_station):
    station = open_station()
    sent = body(station)
    number = sent["person"]["document"]["number"]
    sent["person"]["document"]["number"] = number[:-1] + ("0" if number[-1] != "0" else "1")
    page = send(sent, status=422)
    assert page.json["code"].startswith("document")
    assert rows(station) == 0


@pytest.mark.parametrize("sent", ["", "[]", "null", "{"])
def test_what_is_no_object_is_refused(client, key, sent):
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    assert_problem(client.open(URL, method="POST", data=sent, headers=headers, status=422), "not_json")


def test_a_key_that_is_too_long(send, open_station):
    station = open_station()
    assert_problem(send(body(station), named="k" * 121, status=422), "idempotency_key_unreadable")


def test_without_a_key_or_with_another_s_scope_nothing_opens(send, open_station, ctx):
    station = open_station()
    send(body(station), token=None, status=401)
    other = services.issue_key(actor=SYSTEM, at=now(), scope=TokenScope.READ, label="市").token
    send(body(station), token=other, status=403)
    assert rows(station) == 0


def test_an_oversized_body(send, open_station):
    station = open_station()
    assert_problem(send(body(station, answers={"x": "长" * 40_000}), status=413), "too_large")
