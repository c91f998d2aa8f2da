"""A phone tells the office of its queue: `POST /api/v1/device/state`."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.audit.services import SYSTEM
from app.checkins.models import Device
from app.checkins.services.devices import revoke_device
from app.core.clock import now
from app.core.db import db
from tests.factories import activities, devices

pytestmark = pytest.mark.usefixtures("ctx")
URL = "/api/v1/device/state"
WORD = {
    "queue": 23,
    "oldest": "2030-06-01T08:00:00+08:00",
    "battery": 41,
    "charging": False,
    "bundle": 1906500000,
    "release": "1.2.0+a1b2c3",
    "checkpoint": "S",
    "offset_ms": -1500,
}


@pytest.fixture
def phone(ctx, clock):
    return devices.device(activities.station())


def stored(phone):
    db.session.rollback()
    return db.session.execute(
        select(Device).where(Device.activity_id == phone.ref.activity_id, Device.id == phone.ref.id)
    ).scalar_one()


def test_the_answer_is_that_of_the_device_s_own_page(client, phone, clock):
    told = client.api("POST", URL, WORD, token=phone.token, status=200).json
    asked = client.api("GET", "/api/v1/device?checkpoint=S", None, token=phone.token, status=200).json
    for body in (told, asked):
        body.pop("server_time")
    assert told == asked


def test_each_field_is_kept(client, phone, clock):
    client.api("POST", URL, WORD, token=phone.token, status=200)
    kept = stored(phone)
    assert (kept.queue, kept.battery, kept.charging, kept.bundle) == (23, 41, False, 1906500000)
    assert (kept.app_release, kept.clock_offset_ms) == ("1.2.0+a1b2c3", -1500)
    assert kept.queue_oldest_at.isoformat() == "2030-06-01T00:00:00+00:00"
    assert kept.chosen_id is not None
    assert kept.state_at == kept.last_seen_at == now()


def test_a_word_is_written_every_half_minute_or_when_the_queue_turns(client, phone, clock):
    client.api("POST", URL, {"queue": 5}, token=phone.token, status=200)
    clock.shift(seconds=10)
    client.api("POST", URL, {"queue": 6}, token=phone.token, status=200)
    assert stored(phone).queue == 5
    client.api("POST", URL, {"queue": 0}, token=phone.token, status=200)
    assert stored(phone).queue == 0
    client.api("POST", URL, {"queue": 1}, token=phone.token, status=200)
    assert stored(phone).queue == 1
    clock.shift(seconds=30)
    client.api("POST", URL, {"queue": 7}, token=phone.token, status=200)
    assert stored(phone).queue == 7


@pytest.mark.parametrize("queue", [None, "3", -1, 1.5, True, [], 10**7])
def test_a_queue_that_is_none_is_refused_and_nothing_is_kept(client, phone, queue):
    answer = client.api("POST", URL, {**WORD, "queue": queue}, token=phone.token, status=422)
    assert answer.json["code"] == "queue_unreadable"
    assert stored(phone).state_at is None


@pytest.mark.parametrize("body", [[], "x", 3])
def test_what_is_no_object_is_refused(client, phone, body):
    assert client.api("POST", URL, body, token=phone.token, status=422).json["code"] == "not_json"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("oldest", "yesterday"),
        ("oldest", 7),
        ("battery", 101),
        ("battery", "full"),
        ("charging", "yes"),
        ("bundle", -4),
        ("release", "<script>"),
        ("release", "x" * 41),
        ("checkpoint", "NOWHERE"),
        ("checkpoint", {"a": 1}),
        ("offset_ms", 10**20),
    ],
)
def test_a_field_that_cannot_be_read_costs_the_others_nothing(client, phone, field, value):
    client.api("POST", URL, {**WORD, field: value}, token=phone.token, status=200)
    kept = stored(phone)
    column = {
        "oldest": "queue_oldest_at",
        "release": "app_release",
        "checkpoint": "chosen_id",
        "offset_ms": "clock_offset_ms",
    }.get(field, field)
    assert kept.queue == 23
    assert getattr(kept, column) is None


def test_a_revoked_phone_is_turned_away_but_what_it_holds_is_known(client, phone):
    revoke_device(activity_id=phone.ref.activity_id, device_id=phone.ref.id, actor=SYSTEM)
    answer = client.api("POST", URL, WORD, token=phone.token, status=401)
    assert answer.json["code"] == "device_ended"
    assert stored(phone).queue == 23


def test_nobody_else_tells_of_a_device(client, phone):
    client.api("POST", URL, WORD, token=None, status=401)
    client.api("POST", URL, WORD, token="xd_nonsense", status=401)
